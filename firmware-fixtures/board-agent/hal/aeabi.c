/* What compilers call on ARM without a library: memory under other names, and division where the core has none. */
#include <stddef.h>
#include <stdint.h>

#include "../core/memory.h"

void __aeabi_memcpy(void *to, const void *from, size_t length) { memcpy(to, from, length); }
void __aeabi_memcpy4(void *to, const void *from, size_t length) { memcpy(to, from, length); }
void __aeabi_memcpy8(void *to, const void *from, size_t length) { memcpy(to, from, length); }
void __aeabi_memset(void *to, size_t length, int octet) { memset(to, octet, length); }
void __aeabi_memset4(void *to, size_t length, int octet) { memset(to, octet, length); }
void __aeabi_memclr(void *to, size_t length) { memset(to, 0, length); }
void __aeabi_memclr4(void *to, size_t length) { memset(to, 0, length); }
void __aeabi_memclr8(void *to, size_t length) { memset(to, 0, length); }

/* Quotient in the low word, remainder in the high one: r0 and r1. Division by 0 gives 0 and the dividend. */
uint64_t __aeabi_uidivmod(uint32_t dividend, uint32_t divisor) {
  uint32_t quotient = 0;
  uint32_t bit = 1;
  if (divisor == 0) return (uint64_t)dividend << 32;
  while (divisor < dividend && (divisor & 0x80000000u) == 0) divisor <<= 1, bit <<= 1;
  for (; bit != 0; bit >>= 1, divisor >>= 1) {
    if (dividend >= divisor) {
      dividend -= divisor;
      quotient |= bit;
    }
  }
  return (uint64_t)dividend << 32 | quotient;
}

uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor) { return (uint32_t)__aeabi_uidivmod(dividend, divisor); }
