/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/shared.h - data beside the checkout: LEHR_SHARED, else ../shared of the source. */
#ifndef LEHR_TESTS_SUPPORT_SHARED_H
#define LEHR_TESTS_SUPPORT_SHARED_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void shared_path(const char *name, char path[], size_t size) {
  const char *folder = getenv("LEHR_SHARED");
  snprintf(path, size, "%s/%s", folder && *folder ? folder : LEHR_SHARED_DEFAULT, name);
}

/* Ends the test as skipped (77) where the data is not there. */
static inline void shared_require(const char *name) {
  char path[512];
  shared_path(name, path, sizeof path);
  if (access(path, R_OK) == 0) return;
  printf("skipped: %s is not there\n", path);
  exit(77);
}

#endif
