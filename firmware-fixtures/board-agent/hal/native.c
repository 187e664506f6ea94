/* A board that is a process: for sanitizers, for debuggers, and for hosts in other languages.
     agent-native FLASH_FILE
   Octets come on standard input and go to standard output, pins are told on standard error ("supply 0"), the flash is the
   file, 2 MiB of it, made when it is not there. A restart runs the program again; 0 octets of input end it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../core/agent.h"
#include "../core/hal.h"

#define FLASH_SIZE (2u * 1024u * 1024u)
#define FLASH_SECTOR 4096u
#define REASON "HANRIG_AGENT_REASON"

static uint8_t *flash;
static char **arguments;

static void die(const char *what) {
  perror(what);
  exit(1);
}

uint32_t hal_millis(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

void hal_send(const uint8_t *octets, uint32_t length) {
  while (length > 0) {
    ssize_t sent = write(STDOUT_FILENO, octets, length);
    if (sent < 0 && errno != EINTR) die("standard output");
    if (sent > 0) octets += sent, length -= (uint32_t)sent;
  }
}

void hal_baud(uint32_t rate) { (void)rate; }
void hal_flash_read(uint32_t at, uint8_t *to, uint32_t length) { memcpy(to, flash + at, length); }
void hal_flash_erase(uint32_t at, uint32_t length) { memset(flash + at, 0xff, length); }

void hal_flash_program(uint32_t at, const uint8_t *octets, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) flash[at + i] &= octets[i];
}

void hal_supply(int on) { fprintf(stderr, "supply %d\n", on); }
void hal_light(int on) { fprintf(stderr, "light %d\n", on); }

void hal_reset(int bootloader) {
  if (bootloader) exit(0);
  setenv(REASON, "2", 1);
  execv("/proc/self/exe", arguments);
  die("restart");
}

static void open_flash(const char *path) {
  int file = open(path, O_RDWR | O_CREAT, 0644);
  off_t size = file < 0 ? -1 : lseek(file, 0, SEEK_END);
  if (size < 0 || ftruncate(file, FLASH_SIZE) < 0) die(path);
  flash = mmap(0, FLASH_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (flash == MAP_FAILED) die(path);
  if (size == 0) memset(flash, 0xff, FLASH_SIZE);
}

int main(int count, char **values) {
  static uint8_t octets[4096];
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  if (count != 2) {
    fprintf(stderr, "usage: %s FLASH_FILE\n", values[0]);
    return 2;
  }
  arguments = values;
  open_flash(values[1]);
  const char *reason = getenv(REASON);
  hal_board.name = "native";
  hal_board.serial = "";
  hal_board.hardware_version = 0x0100;
  hal_board.flash_size = FLASH_SIZE;
  hal_board.flash_sector = FLASH_SECTOR;
  hal_board.reset_reason = reason == NULL ? 1 : (uint32_t)atoi(reason);
  hal_board.boot = hal_millis();
  agent_start();
  for (;;) {
    uint32_t wait = agent_poll();
    if (wait == 0) continue;
    uint32_t room = agent_room() < sizeof octets ? agent_room() : (uint32_t)sizeof octets;
    if (poll(&input, 1, wait > 1000000u ? -1 : (int)wait) <= 0) continue;
    ssize_t got = read(STDIN_FILENO, octets, room);
    if (got == 0) return 0;
    if (got > 0) agent_receive(octets, (uint32_t)got);
  }
}
