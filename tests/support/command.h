/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/command.h - runs the `lehr` command beside the tests. */
#ifndef LEHR_TESTS_SUPPORT_COMMAND_H
#define LEHR_TESTS_SUPPORT_COMMAND_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* build/bin/lehr for a test in build/tests. */
static inline void command_path(char path[PATH_MAX]) {
  const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 32);
  path[length > 0 ? length : 0] = '\0';
  char *slash = strrchr(path, '/');
  strcpy(slash ? slash : path, "/../bin/lehr");
}

/* Starts `lehr` with the arguments (ending in NULL); its output goes to the file `log`.
 * file_limit > 0: bytes that it may write into one file. */
static inline pid_t command_start(const char *const arguments[], const char *log,
                                  rlim_t file_limit) {
  char path[PATH_MAX];
  const char *all[32] = {"lehr"};
  command_path(path);
  for (int k = 0; k < 30 && arguments[k]; k++) all[k + 1] = arguments[k];
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(fd, 1);
  dup2(fd, 2);
  const struct rlimit limit = {file_limit, file_limit};
  if (file_limit > 0) setrlimit(RLIMIT_FSIZE, &limit);
  execv(path, (char *const *)all);
  _exit(127);
}

/* Exit status, or minus the signal. */
static inline int command_wait(pid_t pid) {
  int how;
  while (waitpid(pid, &how, 0) < 0)
    if (errno != EINTR) return -1000;
  return WIFSIGNALED(how) ? -WTERMSIG(how) : WEXITSTATUS(how);
}

static inline int command_run(const char *const arguments[], const char *log) {
  return command_wait(command_start(arguments, log, 0));
}

#endif
