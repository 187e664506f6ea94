/* CRC-32 by a table of 1 kB that is made at the start: in RAM it is as fast as code there. */
#include "crc32.h"

static uint32_t table[256];

void crc32_start(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? (c >> 1) ^ 0xedb88320u : c >> 1;
    table[i] = c;
  }
}

uint32_t crc32(const uint8_t *octets, uint32_t length) {
  uint32_t crc = 0xffffffffu;
  for (const uint8_t *end = octets + length; octets < end; octets++) crc = (crc >> 8) ^ table[(crc ^ *octets) & 255];
  return ~crc;
}
