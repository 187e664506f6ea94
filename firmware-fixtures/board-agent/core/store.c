/* Records are pages written one after another in two sectors; the sound one with the highest sequence counts. A sector
   is erased only when the other one holds the record that counts. The map has one word a block, the CRC-32 of the block:
   it is programmed after the block, once, so a torn one is finished by programming the same word again. */
#include "store.h"

#include "crc32.h"
#include "hal.h"
#include "line.h"
#include "memory.h"

#define MAGIC 0x31424148u /* "HAB1" */
#define MAP_OCTETS (STORE_BLOCKS * 4)
#define ERASE_STEP 65536u

struct record store;
uint32_t store_blocks;
uint32_t store_held;
uint8_t store_map[STORE_BLOCKS / 8];

static uint8_t page[STORE_PAGE] __attribute__((aligned(4)));
static uint8_t block_back[LINE_BLOCK_MAX] __attribute__((aligned(4)));
/* Where the next record goes. */
static uint32_t next_page;

static uint32_t round_up(uint32_t value, uint32_t to) { return (value + to - 1) / to * to; }
static uint32_t map_base(void) { return hal_board.flash_base + 2 * hal_board.flash_sector; }
static uint32_t map_size(void) { return round_up(MAP_OCTETS, hal_board.flash_sector); }

uint32_t store_slot_size(void) {
  uint32_t left = hal_board.flash_size - 2 * hal_board.flash_sector - map_size();
  return left / 2 / hal_board.flash_sector * hal_board.flash_sector;
}

static uint32_t slot_base(uint32_t slot) { return map_base() + map_size() + slot * store_slot_size(); }

uint32_t store_other(void) { return store.running ^ 1; }

struct image *store_pending(void) {
  return &store.images[store.phase == PHASE_TRIAL ? store.running : store_other()];
}

void store_read(uint32_t slot, uint32_t offset, uint8_t *to, uint32_t length) {
  hal_flash_read(slot_base(slot) + offset, to, length);
}

static int blank(uint32_t at) {
  hal_flash_read(at, page, STORE_PAGE);
  for (uint32_t i = 0; i < STORE_PAGE; i++) {
    if (page[i] != 0xff) return 0;
  }
  return 1;
}

static int is_sane(const struct image *image) {
  return image->size <= store_slot_size() && image->block_size <= LINE_BLOCK_MAX;
}

/* A record whose CRC is right was written by an agent; what it says is checked all the same, for it sizes loops. */
static int load(uint32_t at, struct record *record) {
  hal_flash_read(at, (uint8_t *)record, sizeof *record);
  return record->magic == MAGIC && crc32((const uint8_t *)record, sizeof *record - 4) == record->crc &&
         record->running <= 1 && record->phase <= PHASE_TRIAL && is_sane(&record->images[0]) &&
         is_sane(&record->images[1]);
}

static void load_map(void);

void store_start(void) {
  const uint32_t pages = hal_board.flash_sector / STORE_PAGE;
  struct record found;
  memset(&store, 0, sizeof store);
  next_page = 0;
  for (uint32_t i = 0; i < 2 * pages; i++) {
    if (load(hal_board.flash_base + i * STORE_PAGE, &found) && found.sequence > store.sequence) {
      store = found;
      next_page = i + 1;
    }
  }
  if (store.sequence == 0) store.magic = MAGIC;
  load_map();
}

int store_commit(void) {
  const uint32_t pages = hal_board.flash_sector / STORE_PAGE;
  int erased = 0;
  store.sequence++;
  store.crc = crc32((const uint8_t *)&store, sizeof store - 4);
  for (;;) {
    if (next_page == 2 * pages) next_page = 0;
    uint32_t at = hal_board.flash_base + next_page * STORE_PAGE;
    if (next_page % pages == 0) {
      /* The record that counts is in the other sector, so this one can go; that one never can. */
      if (erased) return 0;
      hal_flash_erase(at, hal_board.flash_sector);
      erased = 1;
    }
    next_page++;
    /* A page that a power cut left half written is passed over. */
    if (!blank(at)) continue;
    memset(page, 0xff, STORE_PAGE);
    memcpy(page, &store, sizeof store);
    hal_flash_program(at, page, STORE_PAGE);
    struct record back;
    if (load(at, &back) && back.sequence == store.sequence) return 1;
  }
}

uint32_t store_erase_step(uint32_t done, uint32_t size) {
  uint32_t all = round_up(size, hal_board.flash_sector);
  if (done >= all) return 0;
  uint32_t at = slot_base(store_other()) + done;
  uint32_t step = ERASE_STEP - at % ERASE_STEP;
  if (step < hal_board.flash_sector) step = hal_board.flash_sector;
  if (step > all - done) step = all - done;
  hal_flash_erase(at, step);
  return step;
}

void store_erase_map(void) {
  hal_flash_erase(map_base(), map_size());
  memset(store_map, 0, sizeof store_map);
  store_held = 0;
}

void store_count_blocks(void) {
  const struct image *image = store_pending();
  store_blocks = image->block_size == 0 ? 0 : (image->size + image->block_size - 1) / image->block_size;
  if (store_blocks > STORE_BLOCKS) store_blocks = 0;
}

uint32_t store_block_length(uint32_t block) {
  const struct image *image = store_pending();
  uint32_t at = block * image->block_size;
  return image->size - at < image->block_size ? image->size - at : image->block_size;
}

int store_has(uint32_t block) { return (store_map[block >> 3] >> (block & 7)) & 1; }

static void mark(uint32_t block) {
  if (!store_has(block)) store_held++;
  store_map[block >> 3] |= (uint8_t)(1u << (block & 7));
}

/* The word of the map: never all ones, which is no block. */
static uint32_t map_word(const uint8_t *octets, uint32_t length) {
  uint32_t crc = crc32(octets, length);
  return crc == 0xffffffffu ? 0xfffffffeu : crc;
}

static uint32_t read_word(uint32_t block) {
  uint32_t word;
  hal_flash_read(map_base() + 4 * block, (uint8_t *)&word, 4);
  return word;
}

static void load_map(void) {
  memset(store_map, 0, sizeof store_map);
  store_held = 0;
  store_blocks = 0;
  if (store.phase == PHASE_EMPTY) return;
  store_count_blocks();
  for (uint32_t i = 0; i < store_blocks; i++) {
    if (store.phase != PHASE_RECEIVING || read_word(i) != 0xffffffffu) mark(i);
  }
}

const uint8_t *store_checked(uint32_t block) {
  uint32_t length = store_block_length(block);
  store_read(store_other(), block * store_pending()->block_size, block_back, length);
  if (map_word(block_back, length) == read_word(block)) return block_back;
  store_map[block >> 3] &= (uint8_t)~(1u << (block & 7));
  store_held--;
  return 0;
}

static int same(const uint8_t *a, const uint8_t *b, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) {
    if (a[i] != b[i]) return 0;
  }
  return 1;
}

const uint8_t *store_write(uint32_t block, const uint8_t *octets, uint32_t length) {
  const uint32_t at = slot_base(store_other()) + block * store_pending()->block_size;
  const uint32_t whole = length / STORE_PAGE * STORE_PAGE;
  if (whole > 0) hal_flash_program(at, octets, whole);
  if (whole < length) {
    memset(page, 0xff, STORE_PAGE);
    memcpy(page, octets + whole, length - whole);
    hal_flash_program(at + whole, page, STORE_PAGE);
  }
  hal_flash_read(at, block_back, length);
  if (!same(block_back, octets, length)) return 0;

  const uint32_t word = map_word(octets, length);
  const uint32_t word_at = map_base() + 4 * block;
  memset(page, 0xff, STORE_PAGE);
  memcpy(page + word_at % STORE_PAGE, &word, 4);
  hal_flash_program(word_at - word_at % STORE_PAGE, page, STORE_PAGE);
  if (read_word(block) != word) return 0;
  mark(block);
  return block_back;
}
