/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/join.h"

#include "base/memory.h"
#include "base/philox.h"
#include "check.h"

#include <stdlib.h>

enum { TO_WIDTH = 18, FROM_WIDTH = 13 };

static int64_t entry(mp_type type, const void *table, int64_t i) {
  switch (type) {
  case MP_INT8:
    return ((const int8_t *)table)[i];
  case MP_INT16:
    return ((const int16_t *)table)[i];
  case MP_INT32:
    return ((const int32_t *)table)[i];
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
  default:
    ((float *)table)[i] = (float)value;
  }
}

/* Slots of the smaller table in the larger one: the first `same` are alike, the others anywhere. */
static void draw_map(philox_stream *s, int same, uint8_t map[]) {
  uint8_t slots[TO_WIDTH];
  for (int k = 0; k < TO_WIDTH; k++) slots[k] = (uint8_t)k;
  for (int k = TO_WIDTH - 1; k > same; k--) {
    const int other = same + (int)philox_below(s, (uint32_t)(k - same + 1));
    const uint8_t t = slots[k];
    slots[k] = slots[other];
    slots[other] = t;
  }
  memcpy(map, slots, FROM_WIDTH);
}

/* Sums and their minimum, whatever slots both tables have in common. */
static void check_join(mp_type type, int same, int32_t threads) {
  philox_stream s = philox_stream_at(1, (uint64_t)(same + 100 * (int)type));
  const int64_t size = (int64_t)1 << TO_WIDTH;
  const tn_guard guard = {.bytes = UINT64_MAX, .threads = threads};
  uint8_t map[FROM_WIDTH];
  void *to = memory_array((size_t)size, 8), *before = memory_array((size_t)size, 8);
  void *from = memory_array((size_t)1 << FROM_WIDTH, 8);
  char *room = memory_array((size_t)threads, join_room_bytes(type));
  REQUIRE(to && before && from && room);
  for (int64_t i = 0; i < size; i++) {
    const int64_t value = 20 + philox_below(&s, 30);
    set_entry(type, to, i, value);
    set_entry(type, before, i, value);
  }
  for (int64_t i = 0; i < 1 << FROM_WIDTH; i++) set_entry(type, from, i, philox_below(&s, 30));
  draw_map(&s, same, map);
  const mp_join j = {.type = type,
                     .kernels = mp_kernels_of(type, cpu_best_level()),
                     .to = to,
                     .from = from,
                     .to_width = TO_WIDTH,
                     .from_width = FROM_WIDTH,
                     .map = map,
                     .room = room};
  int64_t least, expected = INT64_MAX, wrong = 0;
  CHECK(join_tables(&j, &guard, &least));
  for (int64_t i = 0; i < size; i++) {
    int64_t at = 0;
    for (int k = 0; k < FROM_WIDTH; k++) at |= (i >> map[k] & 1) << k;
    const int64_t sum = entry(type, before, i) + entry(type, from, at);
    wrong += entry(type, to, i) != sum;
    if (sum < expected) expected = sum;
  }
  CHECK_INT(wrong, 0);
  if (type != MP_FLOAT) CHECK_INT(least, expected);
  free(to);
  free(before);
  free(from);
  free(room);
}

static void any_common_slots(void) {
  for (int same = 0; same <= FROM_WIDTH; same++)
    for (int type = MP_INT8; type <= MP_FLOAT; type++)
      check_join((mp_type)type, same, 1 + same % 2);
}

static const check_test tests[] = {{"any common slots", any_common_slots}};
CHECK_MAIN("tn/join", tests)
