/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"
#include "check.h"

static void test_distances(void) {
  static const struct {
    const char *a, *b;
    int distance;
  } cases[] = {{"", "", 0},
               {"", "abc", 3},
               {"abc", "", 3},
               {"sweeps", "sweep", 1},
               {"kitten", "sitting", 3},
               {"solve", "slove", 2}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    CHECK_INT(nearest_distance(cases[k].a, cases[k].b), cases[k].distance);
    CHECK_INT(nearest_distance(cases[k].b, cases[k].a), cases[k].distance);
  }
}

static void test_long_words(void) {
  char a[200], b[200];
  memset(a, 'a', sizeof a);
  memset(b, 'b', sizeof b);
  a[199] = b[199] = '\0';
  CHECK_INT(nearest_distance(a, b), 63);
}

static const check_test tests[] = {{"distances", test_distances}, {"long words", test_long_words}};
CHECK_MAIN("base/nearest", tests)
