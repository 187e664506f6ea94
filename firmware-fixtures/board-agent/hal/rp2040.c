/* Raspberry Pi Pico: RP2040, bare metal, running from RAM. UART0 on GP0 (out) and GP1 (in), 115200 8N1 at the start; GP2 is
   the switch of the hub's supply (1: on), GP25 the light. The first 32 kB of flash are the agent's own copy, where it is
   installed (rp2040-boot2.S), and are left alone.
   Registers: RP2040 datasheet, RP-008371; ROM functions: its section 2.8.3. */
#include "../core/agent.h"
#include "../core/hal.h"
#include "../core/line.h"

#define REG(address) (*(volatile uint32_t *)(uintptr_t)(address))
/* Writes through these aliases set or clear the bits that are 1. */
#define SET(address) REG((address) + 0x2000u)
#define CLEAR(address) REG((address) + 0x3000u)

#define RESETS 0x4000c000u
#define RESETS_DONE (RESETS + 8u)
#define CLOCKS_REF_CTRL 0x40008030u
#define CLOCKS_REF_SELECTED 0x40008038u
#define CLOCKS_SYS_CTRL 0x4000803cu
#define CLOCKS_SYS_SELECTED 0x40008044u
#define CLOCKS_PERI_CTRL 0x40008048u
#define PSM_WDSEL 0x40010008u
#define IO_CTRL(pin) (0x40014004u + 8u * (pin))
#define XOSC_CTRL 0x40024000u
#define XOSC_STATUS 0x40024004u
#define XOSC_STARTUP 0x4002400cu
#define PLL_CS 0x40028000u
#define PLL_PWR 0x40028004u
#define PLL_FBDIV 0x40028008u
#define PLL_PRIM 0x4002800cu
#define UART 0x40034000u
#define UART_DR UART
#define UART_FR (UART + 0x18u)
#define UART_IBRD (UART + 0x24u)
#define UART_FBRD (UART + 0x28u)
#define UART_LCR (UART + 0x2cu)
#define UART_CR (UART + 0x30u)
#define UART_IFLS (UART + 0x34u)
#define UART_IMSC (UART + 0x38u)
#define TIMER_ALARM0 0x40054010u
#define TIMER_HIGH 0x40054024u
#define TIMER_LOW 0x40054028u
#define TIMER_INTR 0x40054034u
#define TIMER_INTE 0x40054038u
#define WATCHDOG_CTRL 0x40058000u
#define WATCHDOG_LOAD 0x40058004u
#define WATCHDOG_REASON 0x40058008u
#define WATCHDOG_SCRATCH(n) (0x4005800cu + 4u * (n))
#define WATCHDOG_TICK 0x4005802cu
#define ROSC_RANDOMBIT 0x4006001cu
#define CHIP_RESET 0x40064008u
#define SIO_OUT_SET 0xd0000014u
#define SIO_OUT_CLR 0xd0000018u
#define SIO_OE_SET 0xd0000024u
#define NVIC_ENABLE 0xe000e100u
#define VTOR 0xe000ed08u

#define RESET_BLOCKS ((1u << 5) | (1u << 8) | (1u << 12) | (1u << 21) | (1u << 22)) /* IO, pads, PLL, timer, UART0 */
#define UART_BUSY (1u << 3)
#define UART_RX_EMPTY (1u << 4)
#define UART_TX_FULL (1u << 5)
#define IRQ_TIMER 0u
#define IRQ_UART 20u
#define PIN_SUPPLY 2u
#define PIN_LIGHT 25u
#define FUNCTION_UART 2u
#define FUNCTION_SIO 5u

#define CRYSTAL_MHZ 12u
#define CLOCK_HZ 125000000u
#define BAUD 115200u
#define XIP 0x10000000u
/* The chip's watchdog counts twice a tick (erratum RP2040-E1); this is 8 s, above the 2 s that erasing 64 kB may take. */
#define WATCHDOG_TICKS (2u * 8000000u)
#define WATCHDOG_ENABLE (1u << 30)
#define WATCHDOG_TRIGGER (1u << 31)
/* In scratch 0: the restart was asked for. */
#define REQUESTED 0x48414231u
/* What the ROM looks for in scratch 4 to 7 to start code in RAM after a watchdog reset. */
#define ROM_MAGIC 0xb007c0d3u

#define ROM_CODE(a, b) ((uint32_t)(a) | (uint32_t)(b) << 8)
#define FLASH_BASE 32768u
#define FLASH_SIZE (2u * 1024u * 1024u)
#define BLOCK_ERASE 65536u
#define BLOCK_ERASE_COMMAND 0xd8u

#define STACK_TOP 0x2003e060u

extern uint32_t bss_start[], bss_end[];

void reset_handler(void);
static void fault(void);
static void on_timer(void);
static void on_uart(void);

/* 48 words. The first is a stack pointer to whoever reads a table; to the ROM, which jumps to the lowest address of a
   RAM image, its low half is the instruction "b +0xc4": over the table, to boot(). */
__attribute__((section(".vectors"), used)) static const uintptr_t VECTORS[48] = {
    STACK_TOP,
    (uintptr_t)reset_handler,
    (uintptr_t)fault,
    (uintptr_t)fault,
    [16 + IRQ_TIMER] = (uintptr_t)on_timer,
    [16 + IRQ_UART] = (uintptr_t)on_uart,
};

/* One word behind the table, then the code that the first word jumps to. */
__asm__(
    ".section .boot,\"ax\",%progbits\n"
    ".word 0x31424148\n"
    ".thumb_func\n"
    "boot: cpsid i\n"
    "ldr r0, =0x20000000\n"
    "ldr r1, [r0]\n"
    "msr msp, r1\n"
    "ldr r0, [r0, #4]\n"
    "bx r0\n"
    ".ltorg\n"
    ".text\n");

/* ---- ROM ---- */

typedef void *rom_lookup(uint16_t *table, uint32_t code);

static void *rom(uint32_t code) {
  rom_lookup *lookup = (rom_lookup *)(uintptr_t) * (volatile uint16_t *)0x18;
  return lookup((uint16_t *)(uintptr_t) * (volatile uint16_t *)0x14, code);
}

static void rom_call(uint32_t code) { ((void (*)(void))rom(code))(); }

/* The ROM talks to the flash with the XIP off; nothing is read from it meanwhile, for code and stack are in RAM. */
static void flash_open(void) {
  rom_call(ROM_CODE('I', 'F'));
  rom_call(ROM_CODE('E', 'X'));
}

static void flash_close(void) {
  rom_call(ROM_CODE('F', 'C'));
  rom_call(ROM_CODE('C', 'X'));
}

void hal_flash_read(uint32_t at, uint8_t *to, uint32_t length) {
  const uint8_t *from = (const uint8_t *)(uintptr_t)(XIP + at);
  const uint8_t *end = from + length;
  if ((((uintptr_t)from | (uintptr_t)to | length) & 3) == 0) {
    for (; from < end; from += 4, to += 4) *(uint32_t *)(void *)to = *(const volatile uint32_t *)(const void *)from;
  }
  while (from < end) *to++ = *(const volatile uint8_t *)from++;
}

void hal_flash_erase(uint32_t at, uint32_t length) {
  void (*erase)(uint32_t, uint32_t, uint32_t, uint8_t) =
      (void (*)(uint32_t, uint32_t, uint32_t, uint8_t))rom(ROM_CODE('R', 'E'));
  flash_open();
  erase(at, length, BLOCK_ERASE, BLOCK_ERASE_COMMAND);
  flash_close();
}

void hal_flash_program(uint32_t at, const uint8_t *octets, uint32_t length) {
  void (*program)(uint32_t, const uint8_t *, uint32_t) =
      (void (*)(uint32_t, const uint8_t *, uint32_t))rom(ROM_CODE('R', 'P'));
  flash_open();
  program(at, octets, length);
  flash_close();
}

/* ---- Time ---- */

uint32_t hal_millis(void) {
  static uint32_t ms, rest, low, high;
  uint32_t now_high, now_low;
  do {
    now_high = REG(TIMER_HIGH);
    now_low = REG(TIMER_LOW);
  } while (now_high != REG(TIMER_HIGH));
  uint32_t gone = now_low - low;
  uint32_t wraps = now_high - high - (now_low < low ? 1u : 0u);
  high = now_high;
  low = now_low;
  /* 2^32 microseconds. */
  for (; wraps > 0; wraps--) {
    ms += 4294967u;
    rest += 296u;
    if (rest >= 1000u) ms++, rest -= 1000u;
  }
  ms += gone / 1000u;
  rest += gone % 1000u;
  if (rest >= 1000u) ms++, rest -= 1000u;
  return ms;
}

static void on_timer(void) { REG(TIMER_INTR) = 1; }

/* ---- Line ---- */

static void on_uart(void) {
  uint8_t octets[32];
  uint32_t length = 0;
  while ((REG(UART_FR) & UART_RX_EMPTY) == 0 && length < sizeof octets) octets[length++] = (uint8_t)REG(UART_DR);
  agent_receive(octets, length);
}

void hal_send(const uint8_t *octets, uint32_t length) {
  for (; length > 0; length--, octets++) {
    while ((REG(UART_FR) & UART_TX_FULL) != 0) continue;
    REG(UART_DR) = *octets;
  }
}

static void drain(void) {
  while ((REG(UART_FR) & UART_BUSY) != 0) continue;
}

void hal_baud(uint32_t rate) {
  drain();
  /* In 64ths of clock / 16 / rate, rounded. */
  const uint32_t divisor = (CLOCK_HZ * 4u + rate / 2u) / rate;
  REG(UART_CR) = 0;
  REG(UART_IBRD) = divisor >> 6;
  REG(UART_FBRD) = divisor & 63u;
  REG(UART_LCR) = (3u << 5) | (1u << 4); /* 8N1, FIFOs; this store also takes the rate over */
  REG(UART_CR) = (1u << 9) | (1u << 8) | 1u;
}

/* ---- Pins and resets ---- */

static void drive(uint32_t pin, int on) { REG(on ? SIO_OUT_SET : SIO_OUT_CLR) = 1u << pin; }
void hal_supply(int on) { drive(PIN_SUPPLY, on); }
void hal_light(int on) { drive(PIN_LIGHT, on); }

static void restart(uint32_t why) {
  const uint32_t entry = (uint32_t)(uintptr_t)reset_handler | 1u;
  REG(WATCHDOG_SCRATCH(0)) = why;
  REG(WATCHDOG_SCRATCH(4)) = ROM_MAGIC;
  REG(WATCHDOG_SCRATCH(5)) = entry ^ (0u - ROM_MAGIC);
  REG(WATCHDOG_SCRATCH(6)) = STACK_TOP;
  REG(WATCHDOG_SCRATCH(7)) = entry;
  REG(PSM_WDSEL) = 0x1fffcu; /* everything but the two oscillators */
  REG(WATCHDOG_CTRL) = WATCHDOG_TRIGGER;
  for (;;) continue;
}

void hal_reset(int bootloader) {
  drain();
  if (bootloader) ((void (*)(uint32_t, uint32_t))rom(ROM_CODE('U', 'B')))(0, 0);
  restart(REQUESTED);
}

static void fault(void) { restart(0); }

static uint32_t reset_reason(void) {
  const uint32_t watchdog = REG(WATCHDOG_REASON) & 3u;
  const uint32_t why = REG(WATCHDOG_SCRATCH(0));
  REG(WATCHDOG_SCRATCH(0)) = 0;
  if (watchdog != 0) return why == REQUESTED ? 2u : 4u;
  return (REG(CHIP_RESET) & (1u << 16)) != 0 ? 3u : 1u;
}

/* ---- Start ---- */

static void start_clocks(void) {
  REG(XOSC_STARTUP) = 47u; /* 1 ms at 12 MHz, in units of 256 cycles */
  REG(XOSC_CTRL) = 0xfabaa0u;
  while ((REG(XOSC_STATUS) & 0x80000000u) == 0) continue;
  REG(CLOCKS_REF_CTRL) = 2u;
  while ((REG(CLOCKS_REF_SELECTED) & (1u << 2)) == 0) continue;
  /* After a restart the system may still run from the PLL that is about to be reset. */
  REG(CLOCKS_SYS_CTRL) = 0;
  while ((REG(CLOCKS_SYS_SELECTED) & 1u) == 0) continue;
  SET(RESETS) = RESET_BLOCKS;
  CLEAR(RESETS) = RESET_BLOCKS;
  while ((REG(RESETS_DONE) & RESET_BLOCKS) != RESET_BLOCKS) continue;
  REG(PLL_CS) = 1u;
  REG(PLL_FBDIV) = 125u; /* 12 MHz x 125 = 1500 MHz, / 6 / 2 = 125 MHz */
  CLEAR(PLL_PWR) = (1u << 0) | (1u << 5);
  while ((REG(PLL_CS) & 0x80000000u) == 0) continue;
  REG(PLL_PRIM) = (6u << 16) | (2u << 12);
  CLEAR(PLL_PWR) = 1u << 3;
  REG(CLOCKS_SYS_CTRL) = 1u;
  while ((REG(CLOCKS_SYS_SELECTED) & 2u) == 0) continue;
  REG(CLOCKS_PERI_CTRL) = 1u << 11;
  REG(WATCHDOG_TICK) = CRYSTAL_MHZ | (1u << 9); /* the timer's microsecond, too */
}

static void start_pins(void) {
  /* The level first, then the direction: the switch does not blink. */
  drive(PIN_SUPPLY, 1);
  drive(PIN_LIGHT, 0);
  REG(SIO_OE_SET) = (1u << PIN_SUPPLY) | (1u << PIN_LIGHT);
  REG(IO_CTRL(PIN_SUPPLY)) = FUNCTION_SIO;
  REG(IO_CTRL(PIN_LIGHT)) = FUNCTION_SIO;
  REG(IO_CTRL(0u)) = FUNCTION_UART;
  REG(IO_CTRL(1u)) = FUNCTION_UART;
}

static void watch(int on) {
  if (on) {
    REG(WATCHDOG_LOAD) = WATCHDOG_TICKS;
    SET(WATCHDOG_CTRL) = WATCHDOG_ENABLE;
  } else {
    CLEAR(WATCHDOG_CTRL) = WATCHDOG_ENABLE;
  }
}

/* Sleeps until an interrupt. Interrupts are off from the test on, so none can slip in between; WFI wakes all the same. */
static void sleep(uint32_t ms) {
  __asm__ volatile("cpsid i" ::: "memory");
  if (agent_room() == LINE_RING) {
    if (ms != AGENT_IDLE) REG(TIMER_ALARM0) = REG(TIMER_LOW) + (ms > 1000000u ? 1000000u : ms) * 1000u;
    watch(0);
    __asm__ volatile("wfi" ::: "memory");
  }
  __asm__ volatile("cpsie i" ::: "memory");
}

static uint32_t random_word(void) {
  uint32_t word = 0;
  for (int i = 0; i < 32; i++) word = word << 1 | (REG(ROSC_RANDOMBIT) & 1u);
  return word;
}

void reset_handler(void) {
  __asm__ volatile("cpsid i" ::: "memory");
  for (volatile uint32_t *word = bss_start; word < bss_end; word++) *word = 0;
  REG(VTOR) = (uint32_t)(uintptr_t)VECTORS;
  hal_board.reset_reason = reset_reason();
  hal_board.boot = random_word();
  hal_board.name = "Raspberry Pi Pico";
  hal_board.serial = "";
  hal_board.hardware_version = 0x0100;
  hal_board.baud_max = 3000000;
  hal_board.flash_base = FLASH_BASE;
  hal_board.flash_size = FLASH_SIZE - FLASH_BASE;
  hal_board.flash_sector = 4096;
  start_clocks();
  start_pins();
  flash_open();
  flash_close();
  hal_baud(BAUD);
  REG(UART_IFLS) = 2u << 3; /* at half full */
  REG(UART_IMSC) = (1u << 4) | (1u << 6);
  REG(TIMER_INTE) = 1u;
  REG(NVIC_ENABLE) = (1u << IRQ_TIMER) | (1u << IRQ_UART);
  __asm__ volatile("cpsie i" ::: "memory");
  agent_start();
  for (;;) {
    watch(1);
    const uint32_t wait = agent_poll();
    if (wait > 0) sleep(wait);
  }
}
