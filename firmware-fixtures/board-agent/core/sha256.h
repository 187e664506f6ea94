/* SHA-256 (FIPS 180-4) over octets as they come. */
#ifndef HANRIG_SHA256_H
#define HANRIG_SHA256_H

#include <stdint.h>

#define SHA256_OCTETS 32

struct sha256 {
  uint32_t state[8];
  uint32_t length;
  uint8_t block[64];
};

void sha256_start(struct sha256 *sha);
/* At most 4 GiB in all. */
void sha256_add(struct sha256 *sha, const uint8_t *octets, uint32_t length);
/* Leaves `sha` as it is, so that more can be added. */
void sha256_digest(const struct sha256 *sha, uint8_t digest[SHA256_OCTETS]);

#endif
