/* SPDX-License-Identifier: Apache-2.0 */
/* Entries per second of JOIN: a table of 2^26 entries is added to another one, whose slots stand in
 * the same order, in that order by fours backwards, or in any. */
#include "bench/cases.h"

#include "base/cpu.h"
#include "base/philox.h"
#include "bench/report.h"
#include "tn/minplus/join.h"
#include "tn/minplus/pages.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 26, ROUNDS = 3 };

typedef enum slot_order { ALIKE, FOURS_BACKWARDS, ANY, SLOT_ORDERS } slot_order;

static void choose_map(slot_order order, uint8_t map[]) {
  philox_stream s = philox_stream_at(3, 0);
  for (int k = 0; k < WIDTH; k++) {
    map[k] = (uint8_t)k;
    if (order == FOURS_BACKWARDS && k < WIDTH / 4 * 4)
      map[k] = (uint8_t)((WIDTH / 4 - 1 - k / 4) * 4 + k % 4);
  }
  for (int k = WIDTH - 1; order == ANY && k > 0; k--) {
    const int other = (int)philox_below(&s, (uint32_t)k + 1);
    const uint8_t slot = map[k];
    map[k] = map[other];
    map[other] = slot;
  }
}

/* CPU seconds of the fastest of some rounds. */
static double seconds_of(const mp_join *j) {
  const tn_guard guard = {.bytes = UINT64_MAX, .threads = 1};
  double best = 0;
  for (int round = 0; round < ROUNDS; round++) {
    int64_t least;
    const stopwatch start = stopwatch_start();
    if (!join_tables(j, &guard, &least)) abort();
    const double taken = stopwatch_read(&start).cpu;
    if (round == 0 || taken < best) best = taken;
  }
  return best;
}

bool bench_tn_joins(const bench_case *self, const bench_settings *settings) {
  static const char *const names[SLOT_ORDERS] = {"alike", "fours_backwards", "any"};
  json_t *report = report_start(self->name, self->summary, settings->threads);
  for (int type = 0; type < MP_TYPES; type++) {
    const uint64_t bytes = (uint64_t)mp_types[type].bytes << WIDTH;
    pages_budget budget = {.limit = UINT64_MAX};
    void *const to = pages_take(&budget, bytes), *const from = pages_take(&budget, bytes);
    void *const room = pages_take(&budget, join_room_bytes((mp_type)type));
    json_t *one = json_object();
    if (!to || !from || !room) abort();
    memset(to, 0, bytes);
    memset(from, 0, bytes);
    for (int order = 0; order < SLOT_ORDERS; order++) {
      uint8_t map[WIDTH];
      choose_map((slot_order)order, map);
      const mp_join j = {.type = (mp_type)type,
                         .kernels = mp_kernels_of((mp_type)type, cpu_best_level()),
                         .to = to,
                         .from = from,
                         .to_width = WIDTH,
                         .from_width = WIDTH,
                         .map = map,
                         .room = room};
      json_object_set_new(one, names[order], json_real((1 << WIDTH) * 1e-9 / seconds_of(&j)));
    }
    json_object_set_new(report, mp_types[type].name, one);
    pages_give(&budget, to, bytes);
    pages_give(&budget, from, bytes);
    pages_give(&budget, room, join_room_bytes((mp_type)type));
  }
  report_print(report);
  return true;
}
