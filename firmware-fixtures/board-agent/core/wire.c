/* Protobuf's four wire types; groups are not in proto3 and are refused. */
#include "wire.h"

#include "memory.h"

enum { VARINT = 0, FIXED64 = 1, OCTETS = 2, FIXED32 = 5 };

static int varint(struct reader *in, uint32_t *value) {
  *value = 0;
  for (uint32_t shift = 0; shift < 70; shift += 7) {
    if (in->at == in->end) return -1;
    uint8_t octet = *in->at++;
    if (shift < 32) *value |= (uint32_t)(octet & 0x7f) << shift;
    if ((octet & 0x80) == 0) return 1;
  }
  return -1;
}

int wire_next(struct reader *in, struct field *field) {
  uint32_t tag, length;
  if (in->at == in->end) return 0;
  if (varint(in, &tag) < 0 || tag >> 3 == 0) return -1;
  field->number = tag >> 3;
  field->value = 0;
  field->octets = 0;
  field->length = 0;
  switch (tag & 7) {
    case VARINT:
      return varint(in, &field->value);
    case FIXED64:
    case FIXED32:
      length = (tag & 7) == FIXED64 ? 8 : 4;
      if ((uint32_t)(in->end - in->at) < length) return -1;
      for (int i = 0; i < 4; i++) field->value |= (uint32_t)in->at[i] << (8 * i);
      in->at += length;
      return 1;
    case OCTETS:
      if (varint(in, &length) < 0 || (uint32_t)(in->end - in->at) < length) return -1;
      field->octets = in->at;
      field->length = length;
      in->at += length;
      return 1;
    default:
      return -1;
  }
}

struct reader wire_inner(const struct field *field) {
  struct reader inner = {field->octets, field->octets + field->length};
  return inner;
}

static uint32_t varint_length(uint32_t value) {
  uint32_t length = 1;
  while (value > 0x7f) value >>= 7, length++;
  return length;
}

static void put(struct writer *out, uint32_t value) {
  while (value > 0x7f) *out->at++ = (uint8_t)(value | 0x80), value >>= 7;
  *out->at++ = (uint8_t)value;
}

static int room(const struct writer *out, uint32_t length) { return (uint32_t)(out->end - out->at) >= length; }

void wire_optional(struct writer *out, uint32_t number, uint32_t value) {
  if (!room(out, varint_length(number << 3) + varint_length(value))) return;
  put(out, number << 3 | VARINT);
  put(out, value);
}

void wire_number(struct writer *out, uint32_t number, uint32_t value) {
  if (value != 0) wire_optional(out, number, value);
}

void wire_octets(struct writer *out, uint32_t number, const uint8_t *octets, uint32_t length) {
  if (length == 0 || !room(out, varint_length(number << 3) + varint_length(length) + length)) return;
  put(out, number << 3 | OCTETS);
  put(out, length);
  memcpy(out->at, octets, length);
  out->at += length;
}

void wire_text(struct writer *out, uint32_t number, const char *text) {
  uint32_t length = 0;
  while (text[length] != 0) length++;
  wire_octets(out, number, (const uint8_t *)text, length);
}

/* Room for a length of one octet is left; a longer one moves the message up. */
uint8_t *wire_open(struct writer *out, uint32_t number) {
  if (!room(out, varint_length(number << 3) + 1)) return 0;
  put(out, number << 3 | OCTETS);
  return ++out->at;
}

void wire_close(struct writer *out, uint8_t *opened) {
  if (opened == 0) return;
  uint32_t length = (uint32_t)(out->at - opened);
  uint32_t more = varint_length(length) - 1;
  if (!room(out, more)) {
    out->at = opened - 1;
    return;
  }
  if (more > 0) {
    for (uint8_t *p = out->at; p-- > opened;) p[more] = *p;
  }
  out->at = opened - 1;
  put(out, length);
  out->at += length;
}
