/* COBS and CRC-32 both ways. The ring has one writer (the interrupt) and one reader (agent_poll): each moves its own
   end only, so no lock is needed. */
#include "line.h"

#include "agent.h"
#include "crc32.h"
#include "hal.h"
#include "memory.h"

static uint8_t ring[LINE_RING];
static volatile uint32_t written;
static volatile uint32_t taken;
static volatile uint32_t overruns;

static uint8_t message[LINE_MESSAGE_MAX] __attribute__((aligned(4)));
static uint32_t message_length;
/* Octets of the run that are still to come, and its code; code 0: at the start of a frame. */
static uint32_t run;
static uint32_t code;
static int broken;
static uint32_t bad;

void line_start(void) {
  crc32_start();
  written = taken = overruns = 0;
  message_length = run = code = bad = 0;
  broken = 0;
}

uint32_t line_bad(void) { return bad; }
uint32_t line_overruns(void) { return overruns; }
uint32_t agent_room(void) { return LINE_RING - (written - taken); }

void agent_receive(const uint8_t *octets, uint32_t length) {
  uint32_t room = agent_room();
  uint32_t at = written;
  if (length > room) {
    overruns += length - room;
    length = room;
  }
  for (uint32_t i = 0; i < length; i++) ring[(at + i) & (LINE_RING - 1)] = octets[i];
  written = at + length;
}

/* Takes what there is of a run, up to the end of the ring's memory; a zero in it is left to be seen as a delimiter. */
static uint32_t take_run(uint32_t from, uint32_t available) {
  uint32_t at = from & (LINE_RING - 1);
  uint32_t length = run < available ? run : available;
  if (length > LINE_RING - at) length = LINE_RING - at;
  if (length > LINE_MESSAGE_MAX - message_length) {
    broken = 1;
    return 0;
  }
  const uint8_t *s = ring + at;
  uint8_t *d = message + message_length;
  uint32_t i = 0;
  while (i < length && s[i] != 0) d[i] = s[i], i++;
  message_length += i;
  run -= i;
  if (i < length) broken = 1;
  return i;
}

/* At a delimiter: whether the frame was a sound one; nothing between two delimiters is none and is not counted. */
static int finish(uint32_t *length) {
  int empty = code == 0 && !broken;
  int sound = !broken && code != 0 && run == 0 && message_length >= 4;
  if (sound) {
    *length = message_length - 4;
    const uint8_t *sum = message + *length;
    uint32_t stated = (uint32_t)sum[0] | (uint32_t)sum[1] << 8 | (uint32_t)sum[2] << 16 | (uint32_t)sum[3] << 24;
    sound = crc32(message, *length) == stated;
  }
  message_length = run = code = 0;
  broken = 0;
  if (!sound && !empty) bad++;
  return sound;
}

const uint8_t *line_next(uint32_t *length) {
  uint32_t from = taken;
  const uint32_t end = written;
  while (from != end) {
    if (!broken && run > 0) {
      uint32_t some = take_run(from, end - from);
      from += some;
      if (some > 0) continue;
    }
    uint8_t octet = ring[from++ & (LINE_RING - 1)];
    if (octet == 0) {
      if (finish(length)) {
        taken = from;
        return message;
      }
    } else if (!broken) {
      /* A code: the run before it ended with a zero unless it was full. */
      if (code != 0 && code != 255) {
        if (message_length == LINE_MESSAGE_MAX) broken = 1;
        else message[message_length++] = 0;
      }
      code = octet;
      run = octet - 1u;
    }
  }
  taken = from;
  return 0;
}

void line_send(const uint8_t *octets, uint32_t length) {
  static uint8_t frame[LINE_SEND_MAX + 4 + LINE_SEND_MAX / 254 + 4];
  uint32_t crc = crc32(octets, length);
  uint8_t *at = frame;
  *at++ = 0;
  uint8_t *lead = at++;
  for (uint32_t i = 0; i < length + 4; i++) {
    uint8_t octet = i < length ? octets[i] : (uint8_t)(crc >> (8 * (i - length)));
    if (octet != 0) *at++ = octet;
    if (octet == 0 || at - lead == 255) {
      *lead = (uint8_t)(at - lead);
      /* A full run that ends the message has nothing after it. */
      if (octet != 0 && i == length + 3) lead = 0;
      else lead = at++;
      if (lead == 0) break;
    }
  }
  if (lead != 0) *lead = (uint8_t)(at - lead);
  *at++ = 0;
  hal_send(frame, (uint32_t)(at - frame));
}
