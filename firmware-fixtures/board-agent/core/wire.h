/* Protobuf on a board: a reader that walks over fields where they lie, and a writer into static memory. */
#ifndef HANRIG_WIRE_H
#define HANRIG_WIRE_H

#include <stdint.h>

struct reader {
  const uint8_t *at;
  const uint8_t *end;
};

struct field {
  uint32_t number;
  /* A varint or fixed number, its low 32 bits; 0 for octets. */
  uint32_t value;
  /* Octets, text or a message; NULL for numbers. */
  const uint8_t *octets;
  uint32_t length;
};

/* 1 a field was read, 0 the message has ended, -1 it is malformed. Unknown fields are the caller's to pass over. */
int wire_next(struct reader *in, struct field *field);
/* The message in `field`. */
struct reader wire_inner(const struct field *field);

struct writer {
  uint8_t *start;
  uint8_t *at;
  uint8_t *end;
};

/* A field of value 0 is left out, as proto3 has it; what finds no room is left out too (the caller sizes the memory). */
void wire_number(struct writer *out, uint32_t number, uint32_t value);
/* Writes 0 as well: for optional fields. */
void wire_optional(struct writer *out, uint32_t number, uint32_t value);
void wire_octets(struct writer *out, uint32_t number, const uint8_t *octets, uint32_t length);
void wire_text(struct writer *out, uint32_t number, const char *text);
/* Everything written until wire_close() with its result is the message `number`. */
uint8_t *wire_open(struct writer *out, uint32_t number);
void wire_close(struct writer *out, uint8_t *opened);

#endif
