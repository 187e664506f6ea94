/* What the agent needs of a board. A port to another board is one file that defines these (docs/boards.md). */
#ifndef HANRIG_HAL_H
#define HANRIG_HAL_H

#include <stdint.h>

struct hal_board {
  const char *name;
  /* Hex digits that tell this board from its like; "" when it has none. */
  const char *serial;
  uint32_t hardware_version;
  /* False: images of any manufacturer code and image type are taken. */
  int typed;
  uint32_t manufacturer_code;
  uint32_t image_type;
  /* Highest rate of the line; 0 when it cannot be changed. */
  uint32_t baud_max;
  /* The part of the flash that is the agent's: base and size are multiples of sector, sector of 256. */
  uint32_t flash_base;
  uint32_t flash_size;
  /* The smallest piece that can be erased, octets. */
  uint32_t flash_sector;
  /* Whether the image that runs may have been reset by: enum ResetReason of board.proto. */
  uint32_t reset_reason;
  /* Another value after each start, as far as the board can. */
  uint32_t boot;
};

/* Filled in before agent_start(), constant from then on. */
extern struct hal_board hal_board;

/* Milliseconds since the start; wraps. */
uint32_t hal_millis(void);
/* Sends octets; may wait until they are in the UART. */
void hal_send(const uint8_t *octets, uint32_t length);
/* Waits until all is sent, then changes the rate. */
void hal_baud(uint32_t rate);

void hal_flash_read(uint32_t at, uint8_t *to, uint32_t length);
/* Erases whole sectors to 0xff. */
void hal_flash_erase(uint32_t at, uint32_t length);
/* Clears the bits that are 0 in `octets`; at and length are multiples of 256. Returns when it is durable. */
void hal_flash_program(uint32_t at, const uint8_t *octets, uint32_t length);

/* The switch of the hub's supply: on at the start, and on when nobody drives it. */
void hal_supply(int on);
/* A light for people: on while an image is received or verified. */
void hal_light(int on);
/* Starts the board anew; with `bootloader` into its ROM's loader where there is one. Does not return on silicon. */
void hal_reset(int bootloader);

#endif
