/* CRC-32 (IEEE 802.3), as every frame and record has it. */
#ifndef HANRIG_CRC32_H
#define HANRIG_CRC32_H

#include <stdint.h>

void crc32_start(void);
uint32_t crc32(const uint8_t *octets, uint32_t length);

#endif
