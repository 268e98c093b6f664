/* SPDX-License-Identifier: Apache-2.0 */
/* A batch that is killed, interrupted, run twice at a time, and run on a full disk. */
#include "base/clock.h"
#include "check.h"
#include "support/command.h"
#include "support/cpu_time.h"
#include "workflows/batch_fixture.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum { ITEMS = 4000, KILLS = 50 };
enum { FEW_RECORDS = 4 << 10, MANY_RECORDS = 128 << 10 }; /* bytes; those of all items: 400 kB */

static char input[256], reference[256], output[256], journal[300], log_file[256];

static void sleep_s(double seconds) {
  const struct timespec t = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&t, NULL);
}

#define BATCH(...)                                                                                 \
  (const char *const[]) {                                                                          \
    "batch", input, "-o", output, "--engine", "greedy", "--reads", "60", "--seed", "5", "-q",      \
        __VA_ARGS__, NULL                                                                          \
  }

static bool exists(const char *path) { return access(path, F_OK) == 0; }

static void start_over(void) {
  unlink(output);
  unlink(journal);
}

static void make_reference(void) {
  start_over();
  REQUIRE(command_run(BATCH("--threads", "2"), log_file) == 0);
  CHECK(!exists(journal));
  REQUIRE(rename(output, reference) == 0);
}

/* Killed at a random moment again and again, each time resumed: the end is the same. */
static void test_kill(void) {
  philox_stream s = philox_stream_at(1, 1);
  double whole_s = clock_wall();
  make_reference();
  whole_s = clock_wall() - whole_s;
  int kills = 0, rounds = 0;
  while (kills < KILLS) {
    start_over();
    for (int done = 0; !done && kills < KILLS; rounds++) {
      const pid_t pid = command_start(BATCH("--resume", "--threads", "2"), log_file, 0);
      sleep_s(philox_unit(&s) * whole_s * 0.4);
      kill(pid, SIGKILL);
      const int status = command_wait(pid);
      CHECK(status == -SIGKILL || status == 0);
      kills += status == -SIGKILL;
      done = status == 0;
      if (exists(output)) CHECK(scratch_equal(output, reference));
    }
    CHECK_INT(command_run(BATCH("--resume"), log_file), 0);
    CHECK(scratch_equal(output, reference));
    CHECK(!exists(journal));
  }
  printf("%d kills in %d starts ... ", kills, rounds);
}

static off_t size_of(const char *path) {
  struct stat s;
  return stat(path, &s) == 0 ? s.st_size : 0;
}

/* Waits until the journal has some records; earlier where the process ends. */
static void await_records(pid_t pid) {
  siginfo_t end = {.si_pid = 0};
  while (size_of(journal) < FEW_RECORDS && end.si_pid == 0) {
    sleep_s(0.0005);
    if (waitid(P_PID, (id_t)pid, &end, WEXITED | WNOHANG | WNOWAIT) != 0) return;
  }
}

/* Stops a process; false if it had ended before, then it is gone. */
static bool halt(pid_t pid) {
  int how;
  kill(pid, SIGSTOP);
  while (waitpid(pid, &how, WUNTRACED) < 0)
    if (errno != EINTR) return false;
  return WIFSTOPPED(how);
}

/* Starts a batch and halts it when some items are done and others are not. On a busy machine, or a
 * very fast one, that takes several tries. */
static pid_t start_halted(void) {
  for (int tries = 0; tries < 200; tries++) {
    start_over();
    const pid_t pid = command_start(BATCH("--threads", "1"), log_file, 0);
    await_records(pid);
    if (!halt(pid)) continue;
    if (exists(journal) && size_of(journal) < MANY_RECORDS) return pid;
    kill(pid, SIGKILL);
    command_wait(pid);
  }
  return -1;
}

/* SIGINT: within a second, by the signal, what is done is kept. */
static void test_interrupt(void) {
  const pid_t pid = start_halted();
  REQUIRE(pid > 0);
  const double others = cpu_time_of_children(), halted = cpu_time_of(pid);
  CHECK(halted >= 0);
  kill(pid, SIGINT);
  kill(pid, SIGCONT);
  const int status = command_wait(pid);
  CHECK(cpu_time_of_children() - others - halted < 1);
  CHECK_INT(status, -SIGINT);
  CHECK(!exists(output));
  CHECK(exists(journal));
  size_t size = 0;
  unsigned char *said = scratch_read(log_file, &size);
  REQUIRE(said != NULL);
  said[size] = 0;
  CHECK_CONTAINS((const char *)said, "--resume");
  free(said);
  CHECK_INT(command_run(BATCH("--resume"), log_file), 0);
  CHECK(scratch_equal(output, reference));
}

/* The second process on one output leaves with 75 and disturbs nothing. */
static void test_two_processes(void) {
  const pid_t first = start_halted();
  REQUIRE(first > 0);
  char other_log[256];
  scratch_path(other_log, "other.log");
  const int second = command_run(BATCH("--threads", "1"), other_log);
  CHECK_INT(second, 75);
  kill(first, SIGCONT);
  CHECK_INT(command_wait(first), 0);
  CHECK(scratch_equal(output, reference));
}

/* A disk that is full at any moment: 74, never a crash, the old output stays. Some limits are
 * enough for everything. */
static void test_full_disk(void) {
  if (SANITIZER_OF_THREADS) { /* it writes a file of its own as a program starts */
    printf("not with ThreadSanitizer ... ");
    return;
  }
  static const rlim_t limits[] = {1,      100,    5000,   50000,  100000, 200000,
                                  300000, 350000, 400000, 450000, 500000, 20000000};
  static const char old[] = "the old output";
  for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++) {
    start_over();
    scratch_write(output, old, sizeof old);
    const pid_t pid = command_start(BATCH("--threads", "2"), log_file, limits[k]);
    const int status = command_wait(pid);
    CHECK(status == 74 || status == 0);
    if (status == 0) {
      CHECK(scratch_equal(output, reference));
      continue;
    }
    size_t size = 0;
    unsigned char *now = scratch_read(output, &size);
    CHECK(now && size == sizeof old && memcmp(now, old, size) == 0);
    free(now);
    unlink(output);
    CHECK_INT(command_run(BATCH("--resume"), log_file), 0);
    CHECK(scratch_equal(output, reference));
  }
}

int main(void) {
  static const check_test tests[] = {{"kill -9", test_kill},
                                     {"interrupt", test_interrupt},
                                     {"two processes", test_two_processes},
                                     {"full disk", test_full_disk}};
  scratch_create();
  scratch_path(input, "input.h5");
  scratch_path(reference, "reference.h5");
  scratch_path(output, "output.h5");
  scratch_path(log_file, "log");
  snprintf(journal, sizeof journal, "%s.journal", output);
  fixture_write(input, ITEMS);
  const int rc = check_run("fault/batch_faults", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return rc;
}
