/* Requests and who answers them. */
#include "agent.h"

#include "hal.h"
#include "line.h"
#include "memory.h"
#include "reply.h"
#include "store.h"
#include "transfer.h"
#include "wire.h"

#define PROTOCOL 1u
/* A new rate without a sound frame for so long is given up. */
#define BAUD_TRIAL_MS 2000u
#define BAUD_DEFAULT 115200u

struct hal_board hal_board;

static int stopped;
static int baud_on_trial;
static uint32_t baud_since;

static void on_hello(const struct fields *f) {
  if (f->value[1] > PROTOCOL || f->value[2] < PROTOCOL) {
    reply_error(f->request, CODE_PROTOCOL, "this agent speaks version 1 of the protocol");
    return;
  }
  const struct image *running = &store.images[store.running];
  const uint32_t least = (store_slot_size() + STORE_BLOCKS - 1) / STORE_BLOCKS;
  struct writer *w = reply_open(f->request, MESSAGE_HELLO);
  wire_number(w, 1, PROTOCOL);
  wire_text(w, 2, AGENT_VERSION);
  wire_text(w, 3, hal_board.name);
  wire_number(w, 4, hal_board.hardware_version);
  if (hal_board.typed) {
    wire_optional(w, 5, hal_board.manufacturer_code);
    wire_optional(w, 6, hal_board.image_type);
  }
  wire_number(w, 7, store_slot_size());
  wire_number(w, 8, (least + STORE_PAGE - 1) / STORE_PAGE * STORE_PAGE);
  wire_number(w, 9, LINE_BLOCK_MAX);
  wire_number(w, 10, LINE_CREDIT);
  wire_number(w, 11, running->version);
  if (running->size > 0) wire_octets(w, 12, running->sha256, SHA256_OCTETS);
  wire_number(w, 13, running->size);
  wire_number(w, 14, transfer_state());
  if (store.phase == PHASE_RECEIVING || store.phase == PHASE_HELD) {
    const struct image *pending = store_pending();
    uint8_t *inner = wire_open(w, 15);
    wire_octets(w, 1, pending->sha256, SHA256_OCTETS);
    wire_number(w, 2, pending->size);
    wire_number(w, 3, pending->version);
    wire_number(w, 4, pending->block_size);
    wire_number(w, 5, store_held);
    wire_close(w, inner);
  }
  wire_number(w, 16, hal_board.boot);
  wire_number(w, 17, hal_board.reset_reason);
  wire_number(w, 18, store.activation);
  wire_text(w, 19, hal_board.serial);
  wire_number(w, 20, hal_board.baud_max);
  reply_send();
}

static void on_status(const struct fields *f) {
  const enum state state = transfer_state();
  struct writer *w = reply_open(f->request, MESSAGE_STATUS);
  wire_number(w, 1, state);
  wire_number(w, 2, hal_millis());
  wire_number(w, 3, hal_board.boot);
  wire_number(w, 4, (uint32_t)transfer_supply_on());
  wire_number(w, 5, store.images[store.running].version);
  if (state == RECEIVING || state == HELD) {
    uint8_t *ack = wire_open(w, 6);
    transfer_ack(w);
    wire_close(w, ack);
  }
  wire_number(w, 7, line_bad());
  wire_number(w, 8, line_overruns());
  reply_send();
}

static void on_reset(const struct fields *f) {
  reply_open(f->request, MESSAGE_RESET);
  reply_send();
  agent_restart(f->value[1] != 0);
}

static void on_baud(const struct fields *f) {
  if (f->value[1] == 0 || f->value[1] > hal_board.baud_max) {
    reply_error(f->request, CODE_UNSUPPORTED, "the line cannot have that rate");
    return;
  }
  wire_number(reply_open(f->request, MESSAGE_BAUD), 1, f->value[1]);
  reply_send();
  hal_baud(f->value[1]);
  baud_on_trial = f->value[1] != BAUD_DEFAULT;
  baud_since = hal_millis();
}

typedef void handler(const struct fields *f);

/* By the number of the message. */
static handler *const HANDLERS[] = {
    [MESSAGE_DATA] = transfer_data,         [MESSAGE_HELLO] = on_hello,       [MESSAGE_BEGIN] = transfer_begin,
    [MESSAGE_END] = transfer_end,           [MESSAGE_VERIFY] = transfer_verify, [MESSAGE_ACTIVATE] = transfer_activate,
    [MESSAGE_STATUS] = on_status,           [MESSAGE_SUPPLY] = transfer_supply, [MESSAGE_RESET] = on_reset,
    [MESSAGE_BAUD] = on_baud,
};
#define HANDLER_COUNT (sizeof HANDLERS / sizeof *HANDLERS)

static void handle(const uint8_t *message, uint32_t length) {
  static struct fields f;
  struct reader in = {message, message + length};
  struct field field;
  struct field chosen = {0, 0, 0, 0};
  int more;
  memset(&f, 0, sizeof f);
  while ((more = wire_next(&in, &field)) > 0) {
    if (field.number == 1) f.request = field.value;
    else if (field.number < HANDLER_COUNT && HANDLERS[field.number] != 0 && field.octets != 0) chosen = field;
  }
  if (more == 0 && chosen.number == 0) {
    reply_error(f.request, CODE_UNSUPPORTED, "no message that this agent knows");
    return;
  }
  if (more == 0) {
    struct reader inner = wire_inner(&chosen);
    while ((more = wire_next(&inner, &field)) > 0) {
      if (field.number > 15) continue;
      f.present |= 1u << field.number;
      f.value[field.number] = field.value;
      f.octets[field.number] = field.octets;
      f.length[field.number] = field.length;
    }
  }
  if (more < 0) {
    reply_error(f.request, CODE_MALFORMED, "the message cannot be decoded");
    return;
  }
  HANDLERS[chosen.number](&f);
}

void agent_start(void) {
  stopped = 0;
  baud_on_trial = 0;
  line_start();
  store_start();
  reply_log("hanrig agent " AGENT_VERSION " started");
  transfer_start();
}

void agent_restart(int bootloader) {
  stopped = 1;
  hal_reset(bootloader);
}

uint32_t agent_poll(void) {
  uint32_t length;
  if (stopped) return AGENT_IDLE;
  const uint8_t *message = line_next(&length);
  if (message != 0) {
    baud_on_trial = 0;
    handle(message, length);
    return stopped ? AGENT_IDLE : 0;
  }
  if (transfer_wait() == 0) {
    transfer_due();
    return 0;
  }
  if (transfer_step()) return 0;
  uint32_t wait = transfer_wait();
  if (baud_on_trial) {
    uint32_t gone = hal_millis() - baud_since;
    if (gone >= BAUD_TRIAL_MS) {
      baud_on_trial = 0;
      hal_baud(BAUD_DEFAULT);
    } else if (BAUD_TRIAL_MS - gone < wait) {
      wait = BAUD_TRIAL_MS - gone;
    }
  }
  return wait;
}
