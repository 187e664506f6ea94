/* SHA-256 by the book. Sixteen words of the schedule are kept, and eight rounds stand side by side so that the eight
   registers are renamed, not moved: on a Cortex-M0+ the moves would be a quarter of the time. */
#include "sha256.h"

#include "memory.h"

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, int by) { return (x >> by) | (x << (32 - by)); }

#define ROUND(a, b, c, d, e, f, g, h, i)                                                                \
  do {                                                                                                  \
    uint32_t t = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (g ^ (e & (f ^ g))) + k[i] + w[i]; \
    d += t;                                                                                             \
    h = t + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) | (c & (a | b)));                 \
  } while (0)

static void compress(uint32_t state[8], const uint8_t *block) {
  uint32_t words[16];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 16; i++, block += 4) {
    words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  }
  for (int round = 0;; round += 16) {
    for (int half = 0; half < 16; half += 8) {
      const uint32_t *k = K + round + half;
      const uint32_t *w = words + half;
      ROUND(a, b, c, d, e, f, g, h, 0);
      ROUND(h, a, b, c, d, e, f, g, 1);
      ROUND(g, h, a, b, c, d, e, f, 2);
      ROUND(f, g, h, a, b, c, d, e, 3);
      ROUND(e, f, g, h, a, b, c, d, 4);
      ROUND(d, e, f, g, h, a, b, c, 5);
      ROUND(c, d, e, f, g, h, a, b, 6);
      ROUND(b, c, d, e, f, g, h, a, 7);
    }
    if (round == 48) break;
    for (int i = 0; i < 16; i++) {
      uint32_t x = words[(i + 1) & 15], y = words[(i + 14) & 15];
      words[i] += (rotate(x, 7) ^ rotate(x, 18) ^ (x >> 3)) + words[(i + 9) & 15] +
                  (rotate(y, 17) ^ rotate(y, 19) ^ (y >> 10));
    }
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void sha256_start(struct sha256 *sha) {
  static const uint32_t START[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (int i = 0; i < 8; i++) sha->state[i] = START[i];
  sha->length = 0;
}

void sha256_add(struct sha256 *sha, const uint8_t *octets, uint32_t length) {
  uint32_t held = sha->length & 63;
  sha->length += length;
  if (held > 0) {
    uint32_t part = 64 - held < length ? 64 - held : length;
    memcpy(sha->block + held, octets, part);
    if (held + part < 64) return;
    compress(sha->state, sha->block);
    octets += part;
    length -= part;
  }
  for (; length >= 64; octets += 64, length -= 64) compress(sha->state, octets);
  memcpy(sha->block, octets, length);
}

void sha256_digest(const struct sha256 *sha, uint8_t digest[SHA256_OCTETS]) {
  uint32_t state[8];
  uint8_t block[64];
  uint32_t held = sha->length & 63;
  for (int i = 0; i < 8; i++) state[i] = sha->state[i];
  memcpy(block, sha->block, held);
  block[held++] = 0x80;
  if (held > 56) {
    memset(block + held, 0, 64 - held);
    compress(state, block);
    held = 0;
  }
  memset(block + held, 0, 64 - held);
  block[59] = (uint8_t)(sha->length >> 29);
  for (int i = 0; i < 4; i++) block[60 + i] = (uint8_t)((sha->length << 3) >> (24 - 8 * i));
  compress(state, block);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(state[i >> 2] >> (24 - 8 * (i & 3)));
}
