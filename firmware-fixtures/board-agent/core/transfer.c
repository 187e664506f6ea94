/* The state of the board in RAM. What must outlive a power cut is in the store, and is there before it is told. */
#include "transfer.h"

#include "agent.h"
#include "hal.h"
#include "line.h"
#include "memory.h"
#include "reply.h"
#include "store.h"

/* A long job goes on in steps, so that requests are answered meanwhile. */
enum job { NO_JOB, ERASE, RESUME, REREAD, TRIAL };

#define HASH_STEP 4096u
#define PROGRESS_MS 200u
/* Times are compared by their difference, which has a sign. */
#define LONGEST_MS 0x7fffffffu

static enum state state;
static enum job job;
static uint32_t job_request;
static uint32_t job_done;
static uint32_t job_total;
static uint32_t job_slot;
static uint32_t job_told;
static struct sha256 job_sha;
static enum state state_before;

/* The blocks below `base` are held, and hashed as they are in flash. */
static uint32_t base;
static struct sha256 sha;
static uint32_t ack_every;
static uint32_t unacknowledged;
static uint32_t last_index;
static int stray_told;

static int supply_on;
static uint32_t supply_until;
static int activating;
static uint32_t activation_until;
static uint32_t duration;

static int equal(const uint8_t *a, const uint8_t *b) {
  for (int i = 0; i < SHA256_OCTETS; i++) {
    if (a[i] != b[i]) return 0;
  }
  return 1;
}

static void enter(enum state next) {
  state = next;
  hal_light(next == PREPARING || next == RECEIVING || next == VERIFYING);
}

static void set_supply(int on, uint32_t request) {
  int changed = on != supply_on;
  supply_on = on;
  hal_supply(on);
  if (!changed && request == 0) return;
  struct writer *w = reply_open(request, MESSAGE_SUPPLY);
  wire_number(w, 1, (uint32_t)on);
  wire_number(w, 2, hal_millis());
  reply_send();
}

static void start_job(enum job next, uint32_t request, uint32_t total) {
  job = next;
  job_request = request;
  job_done = 0;
  job_total = total;
  job_told = hal_millis();
  sha256_start(&job_sha);
}

static void flash_failed(uint32_t request) {
  store.phase = PHASE_EMPTY;
  store_commit();
  job = NO_JOB;
  enter(IDLE);
  reply_error(request, CODE_FLASH, "the flash did not take what was written");
}

enum state transfer_state(void) { return state; }
int transfer_supply_on(void) { return supply_on; }

void transfer_start(void) {
  job = NO_JOB;
  base = unacknowledged = last_index = 0;
  stray_told = 0;
  activating = 0;
  supply_on = 1;
  hal_supply(1);
  enter(IDLE);
  if (store.phase == PHASE_ACTIVATING) {
    /* The power went during the activation: it goes on from here. */
    store.running = store_other();
    store.phase = PHASE_TRIAL;
    store_commit();
  }
  if (store.phase == PHASE_TRIAL) {
    enter(ACTIVATING);
    job_slot = store.running;
    start_job(TRIAL, 0, store.images[store.running].size);
  }
  if (store.phase == PHASE_HELD) {
    base = store_blocks;
    enter(HELD);
  }
}

void transfer_ack(struct writer *w) {
  uint8_t above[32];
  uint32_t length = 0;
  memset(above, 0, sizeof above);
  for (uint32_t i = 0; i < 8 * sizeof above && base + 1 + i < store_blocks; i++) {
    if (store_has(base + 1 + i)) {
      above[i >> 3] |= (uint8_t)(1u << (i & 7));
      length = (i >> 3) + 1;
    }
  }
  wire_number(w, 1, store.transfer);
  wire_number(w, 2, base);
  wire_number(w, 3, store_held);
  wire_octets(w, 4, above, length);
}

static void acknowledge(void) {
  unacknowledged = 0;
  transfer_ack(reply_open(0, MESSAGE_DATA));
  reply_send();
}

static void begun(uint32_t request) {
  uint32_t length = (store_blocks + 7) / 8;
  while (length > 0 && store_map[length - 1] == 0) length--;
  unacknowledged = 0;
  last_index = base - 1;
  stray_told = 0;
  struct writer *w = reply_open(request, MESSAGE_BEGIN);
  wire_number(w, 1, store.transfer);
  wire_number(w, 2, store_pending()->block_size);
  wire_number(w, 3, store_held);
  wire_octets(w, 4, store_map, length);
  reply_send();
}

/* Why an image cannot be received here; 0 when it can. */
static enum code refusal(const struct fields *f, const char **text) {
  const uint32_t size = f->value[1], version = f->value[3], block = f->value[4];
  const uint32_t hardware = hal_board.hardware_version;
  *text = "BEGIN needs size and SHA-256";
  if (size == 0 || f->length[2] != SHA256_OCTETS) return CODE_MALFORMED;
  *text = "the image does not fit into the slot";
  if (size > store_slot_size()) return CODE_TOO_LARGE;
  *text = "the block size is not one of this board's";
  if (block == 0 || block % STORE_PAGE != 0 || block > LINE_BLOCK_MAX) return CODE_BLOCK_SIZE;
  if ((size - 1) / block >= STORE_BLOCKS) return CODE_BLOCK_SIZE;
  *text = "the image is for other hardware versions";
  if ((f->present & 1u << 5) != 0 && hardware < f->value[5]) return CODE_HARDWARE;
  if ((f->present & 1u << 6) != 0 && hardware > f->value[6]) return CODE_HARDWARE;
  *text = "the image is for another type of device";
  if (hal_board.typed) {
    if ((f->present & 1u << 7) != 0 && f->value[7] != hal_board.manufacturer_code) return CODE_WRONG_TYPE;
    if ((f->present & 1u << 8) != 0 && f->value[8] != hal_board.image_type) return CODE_WRONG_TYPE;
  }
  *text = "the file version is below the running one";
  if (version < store.images[store.running].version && f->value[10] == 0) return CODE_DOWNGRADE;
  return 0;
}

/* Whether BEGIN names the image that the pending one is or, while its slot is erased, will be. */
static int is_named(const struct fields *f) {
  const struct image *image = store_pending();
  return f->value[11] == 0 && image->size == f->value[1] && image->version == f->value[3] &&
         image->block_size == f->value[4] && equal(image->sha256, f->octets[2]);
}

void transfer_begin(const struct fields *f) {
  const char *text;
  enum code code = refusal(f, &text);
  if (code != 0) {
    reply_error(f->request, code, text);
    return;
  }
  const int same = is_named(f) && (store.phase == PHASE_RECEIVING || store.phase == PHASE_HELD);
  if ((job == RESUME || job == ERASE) && is_named(f)) {
    /* Asked again while the first one is at work. */
    job_request = f->request;
    return;
  }
  if (job != NO_JOB || state == ACTIVATING) {
    reply_error(f->request, CODE_BUSY, "another job is at work");
    return;
  }
  ack_every = f->value[9] == 0 ? 1 : f->value[9];
  if (same && (state == HELD || state == RECEIVING)) {
    begun(f->request);
    return;
  }
  enter(PREPARING);
  if (same) {
    base = 0;
    sha256_start(&sha);
    start_job(RESUME, f->request, store_blocks);
    return;
  }
  /* First the record: what follows destroys what it said. */
  if (store.phase != PHASE_EMPTY) {
    store.phase = PHASE_EMPTY;
    if (!store_commit()) {
      flash_failed(f->request);
      return;
    }
  }
  struct image *image = store_pending();
  image->size = f->value[1];
  memcpy(image->sha256, f->octets[2], SHA256_OCTETS);
  image->version = f->value[3];
  image->block_size = f->value[4];
  store_erase_map();
  start_job(ERASE, f->request, image->size);
}

void transfer_data(const struct fields *f) {
  const uint32_t index = f->value[2];
  const uint32_t last = last_index;
  if ((state != RECEIVING && state != HELD) || f->value[1] != store.transfer) {
    if (!stray_told) reply_error(f->request, CODE_NO_TRANSFER, "there is no such transfer: BEGIN comes first");
    stray_told = 1;
    return;
  }
  if (index >= store_blocks || f->length[3] != store_block_length(index)) {
    reply_error(f->request, CODE_MALFORMED, "no such block, or not of that length");
    return;
  }
  last_index = index;
  if (store_has(index)) {
    acknowledge();
    return;
  }
  const uint8_t *back = store_write(index, f->octets[3], f->length[3]);
  if (back == 0) {
    flash_failed(0);
    return;
  }
  if (index == base) {
    sha256_add(&sha, back, f->length[3]);
    base++;
    /* A gap was closed: what lies behind it is hashed from flash. */
    while (base < store_blocks && store_has(base) && (back = store_checked(base)) != 0) {
      sha256_add(&sha, back, store_block_length(base));
      base++;
    }
  }
  unacknowledged++;
  if (unacknowledged >= ack_every || index != last + 1 || f->value[4] != 0 || store_held == store_blocks) acknowledge();
}

static void digest(uint32_t request, enum message number, const struct sha256 *of) {
  uint8_t octets[SHA256_OCTETS];
  sha256_digest(of, octets);
  struct writer *w = reply_open(request, number);
  wire_octets(w, 1, octets, sizeof octets);
  wire_number(w, 2, of->length);
  reply_send();
}

void transfer_end(const struct fields *f) {
  uint8_t octets[SHA256_OCTETS];
  if ((state != RECEIVING && state != HELD) || f->value[1] != store.transfer) {
    reply_error(f->request, CODE_NO_TRANSFER, "there is no such transfer: BEGIN comes first");
    return;
  }
  if (state == HELD) {
    struct writer *w = reply_open(f->request, MESSAGE_END);
    wire_octets(w, 1, store_pending()->sha256, SHA256_OCTETS);
    wire_number(w, 2, store_pending()->size);
    reply_send();
    return;
  }
  if (base < store_blocks) {
    reply_error(f->request, CODE_INCOMPLETE, "blocks are missing");
    return;
  }
  sha256_digest(&sha, octets);
  const int right = equal(octets, store_pending()->sha256);
  store.phase = right ? PHASE_HELD : PHASE_EMPTY;
  if (!store_commit()) {
    flash_failed(f->request);
    return;
  }
  enter(right ? HELD : IDLE);
  if (!right) {
    reply_error(f->request, CODE_HASH, "the SHA-256 of the image is not the one of BEGIN");
    return;
  }
  digest(f->request, MESSAGE_END, &sha);
  reply_log("image held");
}

void transfer_verify(const struct fields *f) {
  const int running = f->value[1] != 0;
  if (job == REREAD && job_request == f->request) return;
  if (job != NO_JOB || state == ACTIVATING) {
    reply_error(f->request, CODE_BUSY, "another job is at work");
    return;
  }
  job_slot = running ? store.running : store_other();
  if (running ? store.images[store.running].size == 0 : state != HELD && state != RECEIVING) {
    reply_error(f->request, running ? CODE_NOTHING_HELD : CODE_NO_TRANSFER, "there is no image to read");
    return;
  }
  if (!running && base < store_blocks) {
    reply_error(f->request, CODE_INCOMPLETE, "blocks are missing");
    return;
  }
  state_before = state;
  enter(VERIFYING);
  start_job(REREAD, f->request, store.images[job_slot].size);
}

void transfer_activate(const struct fields *f) {
  const int named = f->length[1] == SHA256_OCTETS && equal(f->octets[1], store_pending()->sha256);
  if (activating && named) {
    struct writer *again = reply_open(f->request, MESSAGE_ACTIVATE);
    wire_number(again, 1, duration);
    reply_send();
    return;
  }
  if (f->value[2] > LONGEST_MS) {
    reply_error(f->request, CODE_MALFORMED, "longer than 24 days");
    return;
  }
  if (state != HELD || !named) {
    reply_error(f->request, CODE_NOTHING_HELD, "that image is not held");
    return;
  }
  store.phase = PHASE_ACTIVATING;
  if (!store_commit()) {
    store.phase = PHASE_HELD;
    reply_error(f->request, CODE_FLASH, "the flash did not take the record");
    return;
  }
  enter(ACTIVATING);
  activating = 1;
  duration = f->value[2];
  activation_until = hal_millis() + duration;
  struct writer *w = reply_open(f->request, MESSAGE_ACTIVATE);
  wire_number(w, 1, duration);
  reply_send();
  reply_log("activation begins");
  if (f->value[3] == 0) {
    supply_until = activation_until;
    set_supply(0, 0);
  }
}

void transfer_supply(const struct fields *f) {
  if (f->value[1] > LONGEST_MS) {
    reply_error(f->request, CODE_MALFORMED, "longer than 24 days");
    return;
  }
  supply_until = hal_millis() + f->value[1];
  set_supply(f->value[1] == 0, f->request);
}

/* Milliseconds until `at`, 0 when it has passed. */
static uint32_t until(uint32_t at) {
  int32_t left = (int32_t)(at - hal_millis());
  return left > 0 ? (uint32_t)left : 0;
}

uint32_t transfer_wait(void) {
  uint32_t wait = AGENT_IDLE;
  if (!supply_on) wait = until(supply_until);
  if (activating && until(activation_until) < wait) wait = until(activation_until);
  return wait;
}

void transfer_due(void) {
  if (!supply_on && until(supply_until) == 0) set_supply(1, 0);
  if (!activating || until(activation_until) > 0) return;
  activating = 0;
  store.running = store_other();
  store.phase = PHASE_TRIAL;
  store_commit();
  reply_log("the slot is changed, restarting");
  agent_restart(0);
}

static void finish_trial(void) {
  uint8_t octets[SHA256_OCTETS];
  sha256_digest(&job_sha, octets);
  const int sound = equal(octets, store.images[store.running].sha256);
  if (!sound) store.running = store_other();
  store.phase = PHASE_EMPTY;
  store.activation = sound ? 1 : 2;
  store_commit();
  enter(IDLE);
  reply_log(sound ? "activated" : "the new slot is not sound: the old one runs again");
}

static void finish_job(void) {
  const enum job done = job;
  job = NO_JOB;
  if (done == TRIAL) finish_trial();
  if (done == REREAD) {
    enter(state_before);
    digest(job_request, MESSAGE_VERIFY, &job_sha);
  }
  if (done == ERASE) {
    store.phase = PHASE_RECEIVING;
    store.transfer = store.transfer % 16383 + 1;
    if (!store_commit()) {
      flash_failed(job_request);
      return;
    }
    store_count_blocks();
    base = 0;
    sha256_start(&sha);
  }
  if (done == ERASE || done == RESUME) {
    enter(RECEIVING);
    begun(job_request);
  }
}

static void hash_step(void) {
  static uint8_t octets[HASH_STEP] __attribute__((aligned(4)));
  uint32_t length = job_total - job_done < HASH_STEP ? job_total - job_done : HASH_STEP;
  store_read(job_slot, job_done, octets, length);
  sha256_add(&job_sha, octets, length);
  job_done += length;
}

/* Every block that the map states is read and checked; those without a gap before them are hashed. */
static void resume_step(void) {
  const uint32_t block = job_done++;
  if (!store_has(block)) return;
  const uint8_t *octets = store_checked(block);
  if (octets == 0 || block != base) return;
  sha256_add(&sha, octets, store_block_length(block));
  base++;
}

int transfer_step(void) {
  if (job == NO_JOB) return 0;
  if (job_done < job_total) {
    if (job == ERASE) job_done += store_erase_step(job_done, job_total);
    else if (job == RESUME) resume_step();
    else hash_step();
    if (hal_millis() - job_told >= PROGRESS_MS) {
      job_told = hal_millis();
      struct writer *w = reply_open(0, MESSAGE_PROGRESS);
      wire_number(w, 1, state);
      wire_number(w, 2, job_done < job_total ? job_done : job_total);
      wire_number(w, 3, job_total);
      reply_send();
    }
  }
  if (job_done >= job_total) finish_job();
  return 1;
}
