/* Preloaded: gives a pseudo terminal what it lacks, modem lines and parity, and logs what a program does to them, a line each, into
   the file FAKE_MODEM_LOG. The kernel drops the parity of a pty without a word, and programs that look again see that. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#define FRAME (PARENB | PARODD | CSIZE)

static int lines = TIOCM_DTR | TIOCM_RTS;
static tcflag_t frame;
static int framed;

static void note(const char *what) {
  const char *path = getenv("FAKE_MODEM_LOG");
  FILE *log = path ? fopen(path, "a") : NULL;
  if (!log) return;
  fprintf(log, "%s\n", what);
  fclose(log);
}

static void note_lines(void) {
  char text[32];
  snprintf(text, sizeof text, "dtr=%d rts=%d", !!(lines & TIOCM_DTR), !!(lines & TIOCM_RTS));
  note(text);
}

static void keep(const struct termios *t) {
  frame = t->c_cflag & FRAME;
  framed = 1;
  note(!(frame & PARENB) ? "8N1" : frame & PARODD ? "8O1" : "8E1");
}

int ioctl(int fd, unsigned long request, ...) {
  static int (*next)(int, unsigned long, ...);
  va_list rest;
  va_start(rest, request);
  void *at = va_arg(rest, void *);
  va_end(rest);
  if (!next) next = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  switch (request) {
    case TIOCMGET: *(int *)at = lines; return 0;
    case TIOCMSET: lines = *(int *)at; note_lines(); return 0;
    case TIOCMBIS: lines |= *(int *)at; note_lines(); return 0;
    case TIOCMBIC: lines &= ~*(int *)at; note_lines(); return 0;
    default: return next(fd, request, at);
  }
}

int tcsetattr(int fd, int when, const struct termios *t) {
  static int (*next)(int, int, const struct termios *);
  if (!next) next = (int (*)(int, int, const struct termios *))dlsym(RTLD_NEXT, "tcsetattr");
  keep(t);
  return next(fd, when, t);
}

int tcgetattr(int fd, struct termios *t) {
  static int (*next)(int, struct termios *);
  if (!next) next = (int (*)(int, struct termios *))dlsym(RTLD_NEXT, "tcgetattr");
  int result = next(fd, t);
  if (result == 0 && framed) t->c_cflag = (t->c_cflag & ~FRAME) | frame;
  return result;
}
