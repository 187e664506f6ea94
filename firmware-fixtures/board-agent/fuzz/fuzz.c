/* Octets at the agent, for libFuzzer with AddressSanitizer and UndefinedBehaviorSanitizer. The first octet of an input says
   what the rest is: 0 the line as it is; otherwise messages, each led by two octets of length, which are framed with the
   right CRC, so that the parser behind the framing is reached too, and every so often the power goes.
   What must hold whatever comes: no sanitizer speaks, agent_poll() comes to rest, what is in RAM about blocks is in flash. */
#include <stdlib.h>
#include <string.h>

#include "../core/agent.h"
#include "../core/crc32.h"
#include "../core/hal.h"
#include "../core/line.h"
#include "../core/store.h"

/* Two sectors of records, four of map, two slots of two sectors. */
#define SECTOR 4096u
#define FLASH_SIZE (10u * SECTOR)
#define STEPS 20000

static uint8_t flash[FLASH_SIZE];
static uint32_t now;
static int restart;

static void must(int holds) {
  if (!holds) abort();
}

uint32_t hal_millis(void) { return now; }
void hal_send(const uint8_t *octets, uint32_t length) {
  must(length >= 2 && octets[length - 1] == 0);
  for (uint32_t i = 1; i + 1 < length; i++) must(octets[i] != 0);
}
void hal_baud(uint32_t rate) { must(rate > 0 && rate <= hal_board.baud_max); }
void hal_supply(int on) { must(on == 0 || on == 1); }
void hal_light(int on) { must(on == 0 || on == 1); }
void hal_reset(int bootloader) {
  (void)bootloader;
  restart = 1;
}

static void inside(uint32_t at, uint32_t length) { must(at <= FLASH_SIZE && length <= FLASH_SIZE - at); }

void hal_flash_read(uint32_t at, uint8_t *to, uint32_t length) {
  inside(at, length);
  memcpy(to, flash + at, length);
}

void hal_flash_erase(uint32_t at, uint32_t length) {
  inside(at, length);
  must(at % SECTOR == 0 && length % SECTOR == 0);
  memset(flash + at, 0xff, length);
}

void hal_flash_program(uint32_t at, const uint8_t *octets, uint32_t length) {
  inside(at, length);
  must(at % STORE_PAGE == 0 && length % STORE_PAGE == 0);
  for (uint32_t i = 0; i < length; i++) flash[at + i] &= octets[i];
}

static void power_on(void) {
  restart = 0;
  hal_board.name = "fuzz";
  hal_board.serial = "00";
  hal_board.hardware_version = 0x0100;
  hal_board.baud_max = 1000000;
  hal_board.flash_size = FLASH_SIZE;
  hal_board.flash_sector = SECTOR;
  hal_board.boot++;
  agent_start();
}

/* Runs until nothing is to be done now; time goes on a little with every step. */
static void run(void) {
  for (int step = 0; step < STEPS; step++) {
    uint32_t wait = agent_poll();
    now++;
    if (restart) power_on();
    else if (wait > 0) return;
  }
  abort();
}

static void receive(const uint8_t *octets, uint32_t length) {
  while (length > 0) {
    uint32_t part = agent_room() < length ? agent_room() : length;
    agent_receive(octets, part);
    octets += part;
    length -= part;
    run();
  }
}

/* One frame around a message, as a host makes it. */
static void send_message(const uint8_t *message, uint32_t length) {
  static uint8_t plain[8192 + 4];
  static uint8_t frame[2 * sizeof plain];
  uint32_t crc = crc32(message, length);
  uint32_t at = 1, lead = 0;
  memcpy(plain, message, length);
  for (int i = 0; i < 4; i++) plain[length + (uint32_t)i] = (uint8_t)(crc >> (8 * i));
  for (uint32_t i = 0; i < length + 4; i++) {
    if (plain[i] != 0) frame[at++] = plain[i];
    if (plain[i] == 0 || at - lead == 255) {
      frame[lead] = (uint8_t)(at - lead);
      lead = at++;
    }
  }
  frame[lead] = (uint8_t)(at - lead);
  frame[at++] = 0;
  receive(frame, at);
}

/* The map in RAM says a block is there only when the store, read anew, says so as well. */
static void check_map(void) {
  static uint8_t map[sizeof store_map];
  if (store.phase != PHASE_RECEIVING) return;
  memcpy(map, store_map, sizeof map);
  store_start();
  must(store.phase == PHASE_RECEIVING);
  for (uint32_t i = 0; i < sizeof map; i++) must((map[i] & ~store_map[i]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  memset(flash, 0xff, sizeof flash);
  now = 0;
  hal_board.boot = 0;
  power_on();
  run();
  if (data[0] == 0) {
    receive(data + 1, (uint32_t)size - 1);
    check_map();
    return 0;
  }
  for (size_t at = 1; at + 2 <= size;) {
    uint32_t length = data[at] | (uint32_t)data[at + 1] << 8;
    at += 2;
    /* The top bits: a power cut, or time that passes. */
    if ((length & 0x8000u) != 0) {
      check_map();
      power_on();
      run();
      continue;
    }
    if ((length & 0x4000u) != 0) {
      now += (length & 0x3fffu) * 4;
      run();
      continue;
    }
    length &= 0x1fffu;
    if (length > size - at) length = (uint32_t)(size - at);
    send_message(data + at, length);
    at += length;
  }
  check_map();
  return 0;
}
