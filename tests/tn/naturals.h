/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tn/naturals.h - numbers of states against their decimals. */
#ifndef LEHR_TESTS_TN_NATURALS_H
#define LEHR_TESTS_TN_NATURALS_H

#include "check.h"
#include "tn/natural.h"

#include <stdlib.h>

/* Frees it. */
static inline void check_natural(natural *number, const char *expected) {
  char *text = natural_decimal(number);
  REQUIRE(text != NULL);
  CHECK_TEXT(text, expected);
  free(text);
  natural_free(number);
}

#endif
