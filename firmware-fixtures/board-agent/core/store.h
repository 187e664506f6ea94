/* What is in flash: two slots, the map of the blocks that are there, and one record that says what all of it is.
   Layout from hal_board.flash_base on: two sectors of records, STORE_MAP octets of map, slot 0, slot 1.
   A power cut at any write leaves the state before it or after it (docs/DESIGN.md, "The board agent"). */
#ifndef HANRIG_STORE_H
#define HANRIG_STORE_H

#include <stdint.h>

#include "sha256.h"

#define STORE_PAGE 256u
/* Most blocks of an image: four octets of map each, 16 kB. */
#define STORE_BLOCKS 4096u

/* What the slot that does not run is. */
enum phase {
  PHASE_EMPTY = 0,
  /* Its map says which blocks are there. */
  PHASE_RECEIVING = 1,
  /* Whole, and its SHA-256 is right. */
  PHASE_HELD = 2,
  /* ACTIVATE was accepted. */
  PHASE_ACTIVATING = 3,
  /* It runs already and has not passed its test; the other one is what is gone back to. */
  PHASE_TRIAL = 4,
};

struct image {
  uint32_t size;
  uint32_t version;
  uint32_t block_size;
  uint8_t sha256[SHA256_OCTETS];
};

/* Written as it is: every target is little-endian and pads nothing here. */
struct record {
  uint32_t magic;
  uint32_t sequence;
  /* 0 or 1. */
  uint32_t running;
  uint32_t phase;
  /* enum Activation of board.proto. */
  uint32_t activation;
  uint32_t transfer;
  struct image images[2];
  uint32_t crc;
};

/* The record that counts; change it and call store_commit(). */
extern struct record store;

/* Blocks of the slot that is received, and which are there: bit (i & 7) of octet (i >> 3). */
extern uint32_t store_blocks;
extern uint32_t store_held;
extern uint8_t store_map[STORE_BLOCKS / 8];

void store_start(void);
/* Makes `store` durable. 0: the flash did not take it, and what was durable before still is. */
int store_commit(void);
/* Octets that a slot takes. */
uint32_t store_slot_size(void);
/* The number of the slot that does not run. */
uint32_t store_other(void);
/* The image that is received, held or activated. */
struct image *store_pending(void);
/* What the slot that does not run must be erased of for an image of `size`; 0 when `done` octets are all of it. */
uint32_t store_erase_step(uint32_t done, uint32_t size);
/* Erases the map, of an image that is not there any more. */
void store_erase_map(void);
/* How many blocks the pending image has, and none there. */
void store_count_blocks(void);
int store_has(uint32_t block);
uint32_t store_block_length(uint32_t block);
/* Writes one block, reads it back, records it. The octets as read back, or NULL: the flash did not take it. */
const uint8_t *store_write(uint32_t block, const uint8_t *octets, uint32_t length);
/* Reads a block that is there; NULL, and it is not there any more, when its CRC is not the one in the map. */
const uint8_t *store_checked(uint32_t block);
/* Reads from a slot's image. */
void store_read(uint32_t slot, uint32_t offset, uint8_t *to, uint32_t length);

#endif
