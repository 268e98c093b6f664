/* SPDX-License-Identifier: Apache-2.0 */
#include "base/c_random.h"
#include "check.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { COUNT = 2000, CALLS = 50 };

static void draw(void *context) {
  int *out = context;
  for (int k = 0; k < COUNT; k++) out[k] = rand();
}

/* As METIS does: it seeds rand() itself. */
static void seed_and_draw(void *context) {
  srand(7);
  draw(context);
}

static void the_program_keeps_its_numbers(void) {
  static int plain[COUNT], around[COUNT], inside[COUNT];
  srand(3);
  draw(plain);
  srand(3);
  for (int k = 0; k < COUNT; k++) {
    if (k % 100 == 50) c_random_call((unsigned)k, seed_and_draw, inside);
    around[k] = rand();
  }
  CHECK(memcmp(plain, around, sizeof plain) == 0);
}

/* All calls of one thread; true in *context if they drew the same. */
static void *call_often(void *context) {
  int first[COUNT], again[COUNT];
  bool *is_same = context;
  c_random_call(11, draw, first);
  for (int k = 0; k < CALLS; k++) {
    c_random_call(11, draw, again);
    *is_same &= memcmp(first, again, sizeof first) == 0;
  }
  return NULL;
}

static void threads_do_not_disturb_each_other(void) {
  pthread_t threads[3];
  bool is_same[3] = {true, true, true};
  for (int t = 0; t < 3; t++)
    REQUIRE(pthread_create(&threads[t], NULL, call_often, &is_same[t]) == 0);
  for (int t = 0; t < 3; t++) {
    pthread_join(threads[t], NULL);
    CHECK(is_same[t]);
  }
}

static const check_test tests[] = {
    {"the program keeps its numbers", the_program_keeps_its_numbers},
    {"threads do not disturb each other", threads_do_not_disturb_each_other}};
CHECK_MAIN("base/c_random", tests)
