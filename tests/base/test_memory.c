/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include "check.h"

#include <stdlib.h>

static void refuses_overflow(void) {
  size_t product;
  CHECK(!size_mul(SIZE_MAX, 2, &product));
  CHECK(size_mul(3, 5, &product) && product == 15);
  CHECK(memory_array(SIZE_MAX / 2, 4) == NULL);
  CHECK(memory_array(SIZE_MAX, 1) == NULL);
}

static void arrays_are_zeroed_and_aligned(void) {
  uint8_t *a = memory_array(1000, 3);
  REQUIRE(a != NULL);
  CHECK_INT((uintptr_t)a % 64, 0);
  for (int k = 0; k < 3000; k++) CHECK(a[k] == 0);
  uint8_t *none = memory_array(0, 8);
  CHECK(none != NULL);
  free(none);
  free(a);
}

static void arena_keeps_its_limit(void) {
  arena a;
  arena_init(&a, 1 << 20);
  uint8_t *first = arena_alloc(&a, 100), *second = arena_alloc(&a, 900000);
  REQUIRE(first && second);
  CHECK_INT((uintptr_t)second % 64, 0);
  memset(first, 1, 100);
  for (int k = 0; k < 900000; k++) REQUIRE(second[k] == 0);
  CHECK(arena_alloc(&a, 200000) == NULL); /* beyond the limit */
  CHECK(arena_alloc(&a, SIZE_MAX) == NULL);
  CHECK(arena_array(&a, SIZE_MAX / 4, 8) == NULL);
  CHECK(arena_alloc(&a, 1000) != NULL); /* a refusal leaves it usable */
  arena_free(&a);
  CHECK_INT(a.used, 0);
  uint8_t *again = arena_alloc(&a, 100);
  REQUIRE(again != NULL);
  CHECK(again[0] == 0);
  arena_free(&a);
}

static void knows_the_machine(void) {
  const uint64_t available = memory_available();
  CHECK(available > 1 << 20 && available < UINT64_MAX);
}

static void grows_and_refuses(void) {
  int32_t *a = NULL;
  REQUIRE(memory_grow((void **)&a, 2, sizeof *a));
  a[1] = 7;
  REQUIRE(memory_grow((void **)&a, 1000, sizeof *a));
  CHECK_INT(a[1], 7);
  int32_t *const before = a;
  CHECK(!memory_grow((void **)&a, SIZE_MAX / 2, sizeof *a));
  CHECK(a == before);
  free(a);
}

static const check_test tests[] = {{"growing", grows_and_refuses},
                                   {"refuses overflow", refuses_overflow},
                                   {"arrays", arrays_are_zeroed_and_aligned},
                                   {"arena limit", arena_keeps_its_limit},
                                   {"available memory", knows_the_machine}};
CHECK_MAIN("base/memory", tests)
