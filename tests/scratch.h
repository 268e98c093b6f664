/* SPDX-License-Identifier: Apache-2.0 */
/* tests/scratch.h - files of a test, in a folder of its own that goes with the test. */
#ifndef LEHR_TESTS_SCRATCH_H
#define LEHR_TESTS_SCRATCH_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRATCH_PATH = 256 };

/* The folder, made with the first call. */
static inline const char *scratch_folder(void) {
  static char folder[SCRATCH_PATH];
  if (!folder[0]) {
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/lehr-test-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder)) abort();
  }
  return folder;
}

static inline void scratch_path(const char *name, char path[2 * SCRATCH_PATH]) {
  snprintf(path, 2 * SCRATCH_PATH, "%s/%s", scratch_folder(), name);
}

static inline void scratch_write(const char *path, const void *data, size_t size) {
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0) abort();
}

/* Whole file, terminated; free() it. NULL if it is not there. */
static inline char *scratch_read(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  if (!f) return NULL;
  char *data = NULL;
  size_t length = 0, got;
  do {
    data = realloc(data, length + 65537);
    if (!data) abort();
    got = fread(data + length, 1, 65536, f);
    length += got;
  } while (got > 0);
  data[length] = '\0';
  fclose(f);
  if (size) *size = length;
  return data;
}

static inline void scratch_remove(void) {
  char command[2 * SCRATCH_PATH];
  snprintf(command, sizeof command, "rm -rf '%s'", scratch_folder());
  if (system(command) != 0) abort();
}

#endif
