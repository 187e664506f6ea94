/* What the board says: one writer, one message at a time. */
#ifndef HANRIG_REPLY_H
#define HANRIG_REPLY_H

#include <stdint.h>

#include "wire.h"

/* Numbers of board.proto: a reply has the number of what it answers. */
enum message {
  MESSAGE_DATA = 2,
  MESSAGE_HELLO = 3,
  MESSAGE_BEGIN = 4,
  MESSAGE_END = 5,
  MESSAGE_VERIFY = 6,
  MESSAGE_ACTIVATE = 7,
  MESSAGE_STATUS = 8,
  MESSAGE_SUPPLY = 9,
  MESSAGE_RESET = 10,
  MESSAGE_BAUD = 11,
  MESSAGE_PROGRESS = 12,
  MESSAGE_LOG = 13,
  MESSAGE_ERROR = 14,
};

enum code {
  CODE_UNSUPPORTED = 1,
  CODE_PROTOCOL,
  CODE_BUSY,
  CODE_MALFORMED,
  CODE_TOO_LARGE,
  CODE_BLOCK_SIZE,
  CODE_HARDWARE,
  CODE_WRONG_TYPE,
  CODE_DOWNGRADE,
  CODE_NO_TRANSFER,
  CODE_INCOMPLETE,
  CODE_HASH,
  CODE_NOTHING_HELD,
  CODE_FLASH,
};

/* Opens message `number`; fields go to the writer until reply_send(). */
struct writer *reply_open(uint32_t request, enum message number);
void reply_send(void);
void reply_error(uint32_t request, enum code code, const char *text);
void reply_log(const char *text);

#endif
