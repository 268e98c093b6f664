/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/join.h"

#include "base/philox.h"
#include "check.h"

#include <stdlib.h>

enum { MOST_WIDTH = 20 };

typedef struct shape {
  mp_type type;
  int level;
  int to_width, from_width;
  int same; /* low slots that are alike in both tables */
  int32_t threads;
} shape;

static int64_t entry(mp_type type, const void *table, int64_t i) {
  switch (type) {
  case MP_INT8:
    return ((const int8_t *)table)[i];
  case MP_INT16:
    return ((const int16_t *)table)[i];
  case MP_INT32:
    return ((const int32_t *)table)[i];
  case MP_INT64:
    return ((const int64_t *)table)[i];
  default:
    return (int64_t)((const float *)table)[i];
  }
}

static void set_entry(mp_type type, void *table, int64_t i, int64_t value) {
  switch (type) {
  case MP_INT8:
    ((int8_t *)table)[i] = (int8_t)value;
    return;
  case MP_INT16:
    ((int16_t *)table)[i] = (int16_t)value;
    return;
  case MP_INT32:
    ((int32_t *)table)[i] = (int32_t)value;
    return;
  case MP_INT64:
    ((int64_t *)table)[i] = value;
    return;
  default:
    ((float *)table)[i] = (float)value;
  }
}

/* Slots of the smaller table in the larger one: the first `same` are alike, the others anywhere. */
static void draw_map(philox_stream *s, const shape *x, uint8_t map[]) {
  uint8_t slots[MOST_WIDTH];
  for (int k = 0; k < x->to_width; k++) slots[k] = (uint8_t)k;
  for (int k = x->to_width - 1; k > x->same; k--) {
    const int other = x->same + (int)philox_below(s, (uint32_t)(k - x->same + 1));
    const uint8_t t = slots[k];
    slots[k] = slots[other];
    slots[other] = t;
  }
  memcpy(map, slots, (size_t)x->from_width);
}

/* Sums and their minimum, whatever slots both tables have in common. */
static void check_join(const shape *x, philox_stream *s) {
  const int64_t size = (int64_t)1 << x->to_width, from_size = (int64_t)1 << x->from_width;
  const tn_guard guard = {.bytes = UINT64_MAX, .threads = x->threads};
  const size_t bytes = (size_t)(size < 64 ? 64 : size) * 8;
  uint8_t map[MOST_WIDTH];
  void *to = aligned_alloc(64, bytes), *before = aligned_alloc(64, bytes);
  void *from = aligned_alloc(64, bytes);
  char *room = aligned_alloc(64, (size_t)x->threads * join_room_bytes(x->type));
  REQUIRE(to && before && from && room);
  for (int64_t i = 0; i < size; i++) {
    const int64_t value = 20 + philox_below(s, 30);
    set_entry(x->type, to, i, value);
    set_entry(x->type, before, i, value);
  }
  for (int64_t i = 0; i < from_size; i++) set_entry(x->type, from, i, philox_below(s, 30));
  draw_map(s, x, map);
  const mp_join j = {.type = x->type,
                     .kernels = mp_kernels_of(x->type, x->level),
                     .to = to,
                     .from = from,
                     .to_width = x->to_width,
                     .from_width = x->from_width,
                     .map = map,
                     .room = room};
  int64_t least, expected = INT64_MAX, wrong = 0;
  CHECK(join_tables(&j, &guard, &least));
  for (int64_t i = 0; i < size; i++) {
    int64_t at = 0;
    for (int k = 0; k < x->from_width; k++) at |= (i >> map[k] & 1) << k;
    const int64_t sum = entry(x->type, before, i) + entry(x->type, from, at);
    wrong += entry(x->type, to, i) != sum;
    if (sum < expected) expected = sum;
  }
  CHECK_INT(wrong, 0);
  CHECK_INT(least, expected);
  free(to);
  free(before);
  free(from);
  free(room);
}

static void tables_of_many_blocks(void) {
  for (int type = 0; type < MP_TYPES; type++)
    for (int same = 0; same <= 13; same++) {
      philox_stream s = philox_stream_at(1, (uint64_t)(same + 100 * type));
      const shape x = {.type = (mp_type)type,
                       .level = cpu_best_level(),
                       .to_width = 20 - type / 2,
                       .from_width = 13 + same % 3,
                       .same = same,
                       .threads = 1 + same % 3};
      check_join(&x, &s);
    }
}

/* From less than a granule on, by all levels. */
static void tables_of_any_width(void) {
  philox_stream s = philox_stream_at(2, 0);
  for (int trial = 0; trial < 3000; trial++) {
    const int to_width = (int)philox_below(&s, 15);
    const int from_width = (int)philox_below(&s, (uint32_t)to_width + 1);
    const shape x = {.type = (mp_type)philox_below(&s, MP_TYPES),
                     .level = (int)philox_below(&s, (uint32_t)cpu_best_level() + 2) - 1,
                     .to_width = to_width,
                     .from_width = from_width,
                     .same = (int)philox_below(&s, (uint32_t)from_width + 1),
                     .threads = 1};
    check_join(&x, &s);
  }
}

static const check_test tests[] = {{"tables of many blocks", tables_of_many_blocks},
                                   {"tables of any width", tables_of_any_width}};
CHECK_MAIN("tn/join", tests)
