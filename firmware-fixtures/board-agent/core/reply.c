/* ToHost is a request number and one message. */
#include "reply.h"

#include "hal.h"
#include "line.h"

static uint8_t memory[LINE_SEND_MAX];
static struct writer out;
static uint8_t *opened;

struct writer *reply_open(uint32_t request, enum message number) {
  out.start = out.at = memory;
  out.end = memory + sizeof memory;
  wire_number(&out, 1, request);
  opened = wire_open(&out, number);
  return &out;
}

void reply_send(void) {
  wire_close(&out, opened);
  line_send(out.start, (uint32_t)(out.at - out.start));
}

void reply_error(uint32_t request, enum code code, const char *text) {
  struct writer *w = reply_open(request, MESSAGE_ERROR);
  wire_number(w, 1, code);
  wire_text(w, 2, text);
  reply_send();
}

void reply_log(const char *text) {
  struct writer *w = reply_open(0, MESSAGE_LOG);
  wire_number(w, 1, hal_millis());
  wire_text(w, 2, text);
  reply_send();
}
