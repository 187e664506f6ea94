/* What the board does: receives an image, verifies it, activates it, switches the hub's supply. */
#ifndef HANRIG_TRANSFER_H
#define HANRIG_TRANSFER_H

#include <stdint.h>

#include "wire.h"

/* enum State of board.proto. */
enum state { IDLE = 0, PREPARING, RECEIVING, VERIFYING, HELD, ACTIVATING };

/* The fields of one message by their number; all that version 1 has are below 16. */
struct fields {
  uint32_t request;
  uint32_t present;
  uint32_t value[16];
  const uint8_t *octets[16];
  uint32_t length[16];
};

enum state transfer_state(void);
void transfer_start(void);
/* One step of the job at work; 0 when there is none. */
int transfer_step(void);
/* In how many ms transfer_due() has something to do; AGENT_IDLE never. */
uint32_t transfer_wait(void);
void transfer_due(void);
/* The fields of ACK. */
void transfer_ack(struct writer *out);
int transfer_supply_on(void);

void transfer_begin(const struct fields *f);
void transfer_data(const struct fields *f);
void transfer_end(const struct fields *f);
void transfer_verify(const struct fields *f);
void transfer_activate(const struct fields *f);
void transfer_supply(const struct fields *f);

#endif
