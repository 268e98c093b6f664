/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static volatile int32_t stop_flag;
static volatile sig_atomic_t received;

static void on_signal(int number) {
  static const char notice[] = "\nlehr: stopping, writing the best so far; again to abort\n";
  received = number;
  stop_flag = 1;
  if (isatty(STDERR_FILENO)) {
    const ssize_t ignored = write(STDERR_FILENO, notice, sizeof notice - 1);
    (void)ignored; /* nothing can be done about it here */
  }
}

static void handle(int number, void (*handler)(int)) {
  struct sigaction old, action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  /* A signal that the caller ignores (nohup, background jobs) stays ignored. */
  if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN) return;
  sigaction(number, &action, NULL);
}

void interrupt_suspend(void) {
  interrupt_reraise();
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
}

void interrupt_resume(void) {
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
}

void interrupt_prepare(void) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

const volatile int32_t *interrupt_flag(void) { return &stop_flag; }

const char *interrupt_name(void) {
  return received == SIGINT ? "SIGINT" : received == SIGTERM ? "SIGTERM" : NULL;
}

void interrupt_reraise(void) {
  if (!received) return;
  signal(received, SIG_DFL);
  raise(received);
}
