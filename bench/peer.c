/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/peer.h"

#include "bench/problems.h"

#include <inttypes.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define PYTHON BENCH_BUILD "/peers/bin/python"

static bool write_problems(char *path, lehr_model *const models[], int64_t count) {
  const int fd = mkstemp(path);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
  if (!f) return false;
  for (int64_t k = 0; k < count; k++) problem_print(models[k], f);
  return fclose(f) == 0;
}

/* Starts the program with its standard output in a pipe. */
static FILE *start(char *const argv[], pid_t *pid) {
  int ends[2];
  posix_spawn_file_actions_t actions;
  if (pipe(ends) != 0) return NULL;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  const int failed = posix_spawn(pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (!failed) return fdopen(ends[0], "r");
  close(ends[0]);
  return NULL;
}

/* The JSON object that a program prints. */
static json_t *ask(const char *script, char *const argv[]) {
  json_t *result = NULL;
  pid_t pid;
  int status = -1;
  FILE *out = start(argv, &pid);
  if (out) {
    result = json_loadf(out, 0, NULL);
    fclose(out);
    waitpid(pid, &status, 0);
  }
  if (result && status == 0) return result;
  fprintf(stderr, "lehr-bench: the peer %s failed\n", script);
  json_decref(result);
  return NULL;
}

/* Path of a script; false with a message if there are no peers. */
static bool find_script(const char *script, char path[4096]) {
  snprintf(path, 4096, "%s/peers/%s", BENCH_SOURCE, script);
  if (access(PYTHON, X_OK) == 0) return true;
  fprintf(stderr, "lehr-bench: no %s; run %s/peers/setup.sh first\n", PYTHON, BENCH_SOURCE);
  return false;
}

json_t *peer_run(const char *script, lehr_model *const models[], int64_t count, int64_t reads,
                 int64_t sweeps) {
  char problems[] = "/tmp/lehr-bench-XXXXXX", path[4096], reads_text[32], sweeps_text[32];
  if (!find_script(script, path)) return NULL;
  snprintf(reads_text, sizeof reads_text, "%" PRId64, reads);
  snprintf(sweeps_text, sizeof sweeps_text, "%" PRId64, sweeps);
  char *const argv[] = {PYTHON, path, problems, reads_text, sweeps_text, NULL};
  json_t *result = write_problems(problems, models, count) ? ask(script, argv) : NULL;
  unlink(problems);
  return result;
}

json_t *peer_run_batch(const char *script, const char *batch, int64_t count, int64_t reads,
                       int64_t sweeps) {
  char path[4096], count_text[32], reads_text[32], sweeps_text[32];
  if (!find_script(script, path)) return NULL;
  snprintf(count_text, sizeof count_text, "%" PRId64, count);
  snprintf(reads_text, sizeof reads_text, "%" PRId64, reads);
  snprintf(sweeps_text, sizeof sweeps_text, "%" PRId64, sweeps);
  char *const argv[] = {PYTHON, path, (char *)batch, count_text, reads_text, sweeps_text, NULL};
  return ask(script, argv);
}
