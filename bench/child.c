/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/child.h"

#include "base/clock.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* Peak of resident memory of one process; 0 if it is gone. */
static int64_t peak_of(long pid) {
  char path[64], line[256];
  long long kilobytes = 0;
  snprintf(path, sizeof path, "/proc/%ld/status", pid);
  FILE *f = fopen(path, "r");
  if (!f) return 0;
  while (fgets(line, sizeof line, f))
    if (sscanf(line, "VmHWM: %lld kB", &kilobytes) == 1) break;
  fclose(f);
  return (int64_t)kilobytes * 1024;
}

/* Peaks of a process and of those that it has started. */
static int64_t peak_with_children(long pid) {
  char path[64];
  long child;
  int64_t sum = peak_of(pid);
  snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", pid, pid);
  FILE *f = fopen(path, "r");
  if (!f) return sum;
  while (fscanf(f, "%ld", &child) == 1) sum += peak_of(child);
  fclose(f);
  return sum;
}

static bool start(char *const argv[], bool is_pinned, pid_t *pid) {
  cpu_set_t all, one;
  posix_spawn_file_actions_t actions;
  sched_getaffinity(0, sizeof all, &all);
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  if (is_pinned) sched_setaffinity(0, sizeof one, &one); /* inherited by what is started */
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const int failed = posix_spawn(pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  sched_setaffinity(0, sizeof all, &all);
  return !failed;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec * 1e-6; }

bool child_run(char *const argv[], bool is_pinned, child_usage *usage) {
  const struct timespec pause = {.tv_nsec = 5000000};
  struct rusage used;
  pid_t pid;
  int status = 0;
  const double before = clock_wall();
  *usage = (child_usage){0};
  if (!start(argv, is_pinned, &pid)) {
    fprintf(stderr, "lehr-bench: %s cannot be started\n", argv[0]);
    return false;
  }
  while (wait4(pid, &status, WNOHANG, &used) == 0) {
    const int64_t peak = peak_with_children(pid);
    if (peak > usage->peak_bytes) usage->peak_bytes = peak;
    nanosleep(&pause, NULL);
  }
  usage->wall_s = clock_wall() - before;
  usage->cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  fprintf(stderr, "lehr-bench: %s %s failed\n", argv[0], argv[1]);
  return false;
}
