/* The board that is a WebAssembly instance: what hal.h declares is imported from "env", the flash too, so that it outlives
   the instance and power cuts can be put anywhere (hil/board/wasm-board.ts). */
#include "../core/agent.h"
#include "../core/hal.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* What hal_setting() and text() are asked for: hil/board/wasm-board.ts has the same numbers. */
enum setting { HARDWARE, TYPED, MANUFACTURER, TYPE, BAUD_MAX, FLASH_SIZE, FLASH_SECTOR, REASON, BOOT, NAME, SERIAL };

uint32_t hal_setting(uint32_t which);
/* Writes a text with its final zero. */
void hal_text(uint32_t which, char *to, uint32_t room);

static char name[64];
static char serial[64];
static uint8_t inbox[65536];

EXPORT("inbox") uint8_t *hal_inbox(void) { return inbox; }
EXPORT("room") uint32_t hal_room(void) { return agent_room(); }
/* Takes `length` octets that were put into the inbox. */
EXPORT("receive") void hal_receive(uint32_t length) { agent_receive(inbox, length); }
EXPORT("poll") uint32_t hal_poll(void) { return agent_poll(); }

EXPORT("start") void hal_start(void) {
  hal_text(NAME, name, sizeof name);
  hal_text(SERIAL, serial, sizeof serial);
  hal_board.name = name;
  hal_board.serial = serial;
  hal_board.hardware_version = hal_setting(HARDWARE);
  hal_board.typed = (int)hal_setting(TYPED);
  hal_board.manufacturer_code = hal_setting(MANUFACTURER);
  hal_board.image_type = hal_setting(TYPE);
  hal_board.baud_max = hal_setting(BAUD_MAX);
  hal_board.flash_size = hal_setting(FLASH_SIZE);
  hal_board.flash_sector = hal_setting(FLASH_SECTOR);
  hal_board.reset_reason = hal_setting(REASON);
  hal_board.boot = hal_setting(BOOT);
  agent_start();
}
