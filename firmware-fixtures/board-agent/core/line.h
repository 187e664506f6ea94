/* The serial line: frames in, frames out (docs/SPEC.md 8.1). */
#ifndef HANRIG_LINE_H
#define HANRIG_LINE_H

#include <stdint.h>

/* Octets of the receive buffer, a power of two; the HAL's Makefile rule may set another. */
#ifndef LINE_RING
#define LINE_RING 32768u
#endif
/* Longest message, CRC included: the largest block and what is around it. */
#define LINE_BLOCK_MAX 4096u
#define LINE_MESSAGE_MAX (LINE_BLOCK_MAX + 64u)
/* What a host may have on the way: the rest is for a request and for delimiters. */
#define LINE_CREDIT (LINE_RING - 1024u)
/* Longest message that is sent: BEGUN with its map. */
#define LINE_SEND_MAX 640u

void line_start(void);
/* The next sound message, good until the next call, or NULL: nothing whole has come. */
const uint8_t *line_next(uint32_t *length);
/* Sends one frame. `length` is at most LINE_SEND_MAX. */
void line_send(const uint8_t *message, uint32_t length);
/* Frames that were damaged, octets that found no room. */
uint32_t line_bad(void);
uint32_t line_overruns(void);

#endif
