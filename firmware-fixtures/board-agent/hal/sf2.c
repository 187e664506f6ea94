/* SmartFusion2 (Cortex-M3) as QEMU's emcraft-sf2 has it: a 16550 and 16 MiB of SPI NOR flash with true NOR semantics. This
   port is for tests under QEMU: it has no pin for the hub's supply, the host sees SUPPLY only. */
#include "../core/agent.h"
#include "../core/hal.h"
#include "../core/line.h"

#define REG(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define UART 0x40000000u
#define UART_DATA UART
#define UART_IER (UART + 4u)
#define UART_FCR (UART + 8u)
#define UART_LCR (UART + 12u)
#define UART_LSR (UART + 20u)
#define UART_IRQ 10u
#define LSR_DATA 1u
#define LSR_ROOM (1u << 5)
#define SPI 0x40001000u
#define SPI_CONTROL SPI
#define SPI_DFSIZE (SPI + 4u)
#define SPI_STATUS (SPI + 8u)
#define SPI_RX (SPI + 0x10u)
#define SPI_TX (SPI + 0x14u)
/* Master, enabled, deep FIFO, chip select held for the frames that the count states. */
#define SPI_ON ((1u << 29) | (1u << 26) | 3u)
#define SPI_FRAMES_SHIFT 8u
#define SPI_RX_EMPTY (1u << 6)
#define NVIC_ENABLE 0xe000e100u
#define SYSTICK_CTRL 0xe000e010u
#define SYSTICK_LOAD 0xe000e014u
#define SYSTICK_VALUE 0xe000e018u
#define AIRCR 0xe000ed0cu
#define CLOCK_HZ 142000000u

#define STACK_TOP 0x20010000u
#define SECTOR 65536u
#define NOR_SIZE (16u * 1024u * 1024u)
#define PAGE 256u

enum nor { WRITE_ENABLE = 0x06, READ_STATUS = 0x05, READ = 0x03, PROGRAM = 0x02, ERASE = 0xd8 };

extern uint32_t bss_start[], bss_end[];
static volatile uint32_t millis;

void reset_handler(void);
static void fault(void);
static void on_tick(void);
static void on_uart(void);

__attribute__((section(".vectors"), used)) static const uintptr_t VECTORS[16 + 16] = {
    STACK_TOP,
    (uintptr_t)reset_handler,
    (uintptr_t)fault,
    (uintptr_t)fault,
    (uintptr_t)fault,
    (uintptr_t)fault,
    (uintptr_t)fault,
    [15] = (uintptr_t)on_tick,
    [16 + UART_IRQ] = (uintptr_t)on_uart,
};

static void on_tick(void) { millis++; }

static void on_uart(void) {
  uint8_t octets[16];
  uint32_t length = 0;
  while ((REG(UART_LSR) & LSR_DATA) != 0 && length < sizeof octets) octets[length++] = (uint8_t)REG(UART_DATA);
  agent_receive(octets, length);
}

uint32_t hal_millis(void) { return millis; }
void hal_baud(uint32_t rate) { (void)rate; }
void hal_supply(int on) { (void)on; }
void hal_light(int on) { (void)on; }

void hal_send(const uint8_t *octets, uint32_t length) {
  for (; length > 0; length--, octets++) {
    while ((REG(UART_LSR) & LSR_ROOM) == 0) continue;
    REG(UART_DATA) = *octets;
  }
}

/* The count of frames is set when the exchange begins; the chip select falls with the first and rises after the last. */
static void select(uint32_t frames) { REG(SPI_CONTROL) = SPI_ON | frames << SPI_FRAMES_SHIFT; }

static uint32_t exchange(uint32_t octet) {
  REG(SPI_TX) = octet;
  while ((REG(SPI_STATUS) & SPI_RX_EMPTY) != 0) continue;
  return REG(SPI_RX);
}

static void command(enum nor opcode, uint32_t at, uint32_t octets) {
  select(4 + octets);
  exchange(opcode);
  exchange(at >> 16 & 255u);
  exchange(at >> 8 & 255u);
  exchange(at & 255u);
}

static void write_enable(void) {
  select(1);
  exchange(WRITE_ENABLE);
}

static void wait_ready(void) {
  do {
    select(2);
    exchange(READ_STATUS);
  } while ((exchange(0) & 1u) != 0);
}

void hal_flash_read(uint32_t at, uint8_t *to, uint32_t length) {
  while (length > 0) {
    uint32_t part = length < PAGE ? length : PAGE;
    command(READ, at, part);
    for (uint32_t i = 0; i < part; i++) *to++ = (uint8_t)exchange(0);
    at += part;
    length -= part;
  }
}

void hal_flash_erase(uint32_t at, uint32_t length) {
  for (uint32_t end = at + length; at < end; at += SECTOR) {
    write_enable();
    command(ERASE, at, 0);
    wait_ready();
  }
}

void hal_flash_program(uint32_t at, const uint8_t *octets, uint32_t length) {
  for (uint32_t end = at + length; at < end; at += PAGE) {
    write_enable();
    command(PROGRAM, at, PAGE);
    for (uint32_t i = 0; i < PAGE; i++) exchange(*octets++);
    wait_ready();
  }
}

void hal_reset(int bootloader) {
  (void)bootloader;
  REG(AIRCR) = 0x05fa0004u;
  for (;;) continue;
}

static void fault(void) { hal_reset(0); }

void reset_handler(void) {
  for (volatile uint32_t *word = bss_start; word < bss_end; word++) *word = 0;
  hal_board.name = "QEMU emcraft-sf2";
  hal_board.serial = "";
  hal_board.hardware_version = 0x0100;
  hal_board.flash_size = NOR_SIZE;
  hal_board.flash_sector = SECTOR;
  REG(SPI_DFSIZE) = 8;
  REG(UART_LCR) = 0x83; /* divisor 1: QEMU's timer for a half-full FIFO goes by it */
  REG(UART_DATA) = 1;
  REG(UART_IER) = 0;
  REG(UART_LCR) = 3;
  REG(UART_FCR) = 0x07;
  REG(UART_IER) = 1;
  REG(SYSTICK_LOAD) = CLOCK_HZ / 1000u - 1u;
  REG(SYSTICK_VALUE) = 0;
  REG(SYSTICK_CTRL) = 7u;
  REG(NVIC_ENABLE) = 1u << UART_IRQ;
  agent_start();
  for (;;) {
    if (agent_poll() == 0) continue;
    __asm__ volatile("cpsid i" ::: "memory");
    if (agent_room() == LINE_RING) __asm__ volatile("wfi" ::: "memory");
    __asm__ volatile("cpsie i" ::: "memory");
  }
}
