/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/scratch.h - a folder of its own for a test that writes files. */
#ifndef LEHR_TESTS_SUPPORT_SCRATCH_H
#define LEHR_TESTS_SUPPORT_SCRATCH_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch_folder[128];

/* Makes the folder; the other functions do so when it was not called. */
static inline void scratch_create(void) {
  if (scratch_folder[0]) return;
  const char *temp = getenv("TMPDIR");
  snprintf(scratch_folder, sizeof scratch_folder, "%.80s/lehr-test-XXXXXX", temp ? temp : "/tmp");
  if (!mkdtemp(scratch_folder)) {
    perror(scratch_folder);
    exit(1);
  }
}

static inline int scratch_remove_one(const char *path, const struct stat *s, int type,
                                     struct FTW *where) {
  (void)s;
  (void)type;
  (void)where;
  return remove(path);
}

static inline void scratch_remove(void) {
  nftw(scratch_folder, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* path[256] = name inside the folder. */
static inline void scratch_path(char path[256], const char *name) {
  scratch_create();
  snprintf(path, 256, "%.127s/%.100s", scratch_folder, name);
}

/* Contents of a file with its size and a NUL behind it, or NULL; free() it. */
static inline void *scratch_read(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  struct stat s;
  if (!f) return NULL;
  char *data = fstat(fileno(f), &s) == 0 ? malloc((size_t)s.st_size + 1) : NULL;
  *size = data ? fread(data, 1, (size_t)s.st_size, f) : 0;
  if (data) data[*size] = '\0';
  fclose(f);
  return data;
}

/* The same as a text. */
static inline char *scratch_text(const char *path) {
  size_t size;
  return scratch_read(path, &size);
}

static inline void scratch_write(const char *path, const void *data, size_t size) {
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0) {
    perror(path);
    exit(1);
  }
}

/* Whether two files hold the same bytes. */
static inline bool scratch_equal(const char *a, const char *b) {
  size_t size_a = 0, size_b = 0;
  void *in_a = scratch_read(a, &size_a), *in_b = scratch_read(b, &size_b);
  const bool is_equal = in_a && in_b && size_a == size_b && memcmp(in_a, in_b, size_a) == 0;
  free(in_a);
  free(in_b);
  return is_equal;
}

#endif
