/* The agent as its HAL sees it. All memory is static; one agent per program. */
#ifndef HANRIG_AGENT_H
#define HANRIG_AGENT_H

#include <stdint.h>

#define AGENT_VERSION "1.0.0"
#define AGENT_IDLE 0xffffffffu

/* Reads the flash and takes up what was begun. Called once after hal_board is filled in. */
void agent_start(void);
/* Takes octets off the line, from an interrupt too. What finds no room is lost and counted. */
void agent_receive(const uint8_t *octets, uint32_t length);
/* Octets that agent_receive would take now. */
uint32_t agent_room(void);
/* One step of work. Returns in how many ms it wants to be called again at the latest: 0 at once, AGENT_IDLE never. */
uint32_t agent_poll(void);
/* The agent's own restart: nothing is done from here on, whether or not hal_reset() returns. */
void agent_restart(int bootloader);

#endif
