/* memcpy and memset for targets without a library: by words where both sides are aligned. */
#include "memory.h"

#include <stdint.h>

void *memcpy(void *to, const void *from, size_t length) {
  uint8_t *d = to;
  const uint8_t *s = from;
  if ((((uintptr_t)d | (uintptr_t)s) & 3) == 0) {
    for (; length >= 4; length -= 4, d += 4, s += 4) *(uint32_t *)(void *)d = *(const uint32_t *)(const void *)s;
  }
  while (length-- > 0) *d++ = *s++;
  return to;
}

void *memset(void *to, int octet, size_t length) {
  uint8_t *d = to;
  while (length-- > 0) *d++ = (uint8_t)octet;
  return to;
}
