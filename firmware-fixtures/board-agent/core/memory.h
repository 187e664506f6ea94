/* The only two functions of a C library that are needed; compilers also call them by themselves. */
#ifndef HANRIG_MEMORY_H
#define HANRIG_MEMORY_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int octet, size_t length);

#endif
