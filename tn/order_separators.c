/* SPDX-License-Identifier: Apache-2.0 */
#include "base/c_random.h"
#include "base/error.h"
#include "base/memory.h"
#include "tn/order.h"

#include <metis.h>
#include <stdlib.h>

/* Arguments and answer of METIS_ComputeVertexSeparator, which draws from rand(): in side[] the two
 * sides are 0 and 1, what separates them is 2. */
typedef struct separation {
  idx_t n, size;
  idx_t *row, *col, *side, *options;
  int done;
} separation;

typedef struct division {
  tn_graph g;
  const separator_rule *rule;
  int32_t *level, *start; /* [n] start: parts one after the other, as they leave */
  int32_t *place;         /* [n] in the part at hand, ABSENT for all others */
  int32_t *list;          /* [n] start[] of the part at hand as it will be */
  separation separation;
  int64_t work;
} division;

enum { ABSENT = -1, QUEUED = -2 };

static void separate(void *context) {
  separation *const s = context;
  s->done =
      METIS_ComputeVertexSeparator(&s->n, s->row, s->col, NULL, s->options, &s->size, s->side);
}

static void enter(division *d, int32_t begin, int32_t end) {
  for (int32_t k = begin; k < end; k++) d->place[d->start[k]] = k - begin;
}

static void depart(division *d, int32_t begin, int32_t end) {
  for (int32_t k = begin; k < end; k++) d->place[d->start[k]] = ABSENT;
}

/* The graph of one part. METIS takes some 200 steps per coupling and direction. */
static void write_part(division *d, int32_t begin, int32_t end) {
  enum { STEPS = 200 };
  const tn_graph g = d->g;
  separation *const s = &d->separation;
  idx_t entries = 0;
  s->n = end - begin;
  enter(d, begin, end);
  for (int32_t k = begin; k < end; k++) {
    const int32_t v = d->start[k];
    for (int64_t i = g.row[v]; i < g.row[v + 1]; i++)
      if (d->place[g.col[i]] != ABSENT) s->col[entries++] = d->place[g.col[i]];
    s->row[k - begin + 1] = entries;
  }
  depart(d, begin, end);
  d->work += STEPS * (int64_t)entries;
}

/* Both sides, then what separates them: where these begin. */
static void regroup(division *d, int32_t begin, int32_t end, int32_t border[2]) {
  int32_t count = begin;
  for (int side = 0; side <= 2; side++) {
    if (side > 0) border[side - 1] = count;
    for (int32_t k = begin; k < end; k++)
      if (d->separation.side[k - begin] == side) d->list[count++] = d->start[k];
  }
  for (int32_t k = begin; k < end; k++) d->start[k] = d->list[k];
}

static void set_level(division *d, int32_t begin, int32_t end) {
  for (int32_t k = begin; k < end; k++) d->level[d->start[k]] = begin;
}

static bool has_neighbour_outside(const division *d, int32_t v) {
  for (int64_t i = d->g.row[v]; i < d->g.row[v + 1]; i++)
    if (d->place[d->g.col[i]] == ABSENT) return true;
  return false;
}

static void queue(division *d, int32_t v, int32_t *count) {
  d->place[v] = QUEUED;
  d->list[(*count)++] = v;
}

/* Those that are farthest from the separators around them first: found last from there. */
static void put_far_first(division *d, int32_t begin, int32_t end) {
  const tn_graph g = d->g;
  int32_t count = begin;
  enter(d, begin, end);
  for (int32_t k = begin; k < end; k++)
    if (has_neighbour_outside(d, d->start[k])) queue(d, d->start[k], &count);
  for (int32_t next = begin; next < count; next++)
    for (int64_t i = g.row[d->list[next]]; i < g.row[d->list[next] + 1]; i++)
      if (d->place[g.col[i]] >= 0) queue(d, g.col[i], &count);
  for (int32_t k = begin; k < end; k++)
    if (d->place[d->start[k]] >= 0) queue(d, d->start[k], &count);
  depart(d, begin, end);
  for (int32_t k = begin; k < end; k++) d->start[k] = d->list[end - 1 - (k - begin)];
}

/* Parts without couplings, or of which METIS takes all to one side, stay whole. False when memory
 * is short. */
static bool divide(division *d, int32_t begin, int32_t end) {
  int32_t border[2] = {begin, begin};
  if (end - begin > d->rule->largest) {
    write_part(d, begin, end);
    if (d->separation.row[end - begin] > 0) {
      c_random_call((unsigned)d->rule->seed, separate, &d->separation);
      if (d->separation.done != METIS_OK) return false;
      regroup(d, begin, end, border);
    }
  }
  if (border[0] == begin || border[1] == border[0]) {
    put_far_first(d, begin, end);
    set_level(d, begin, end);
    return true;
  }
  set_level(d, border[1], end);
  return divide(d, begin, border[0]) && divide(d, border[0], border[1]);
}

static bool division_make(division *d) {
  const size_t n = (size_t)d->g.n;
  separation *const s = &d->separation;
  d->place = memory_array(n, sizeof *d->place);
  d->list = memory_array(n, sizeof *d->list);
  s->row = memory_array(n + 1, sizeof *s->row);
  s->col = memory_array((size_t)d->g.row[n], sizeof *s->col);
  s->side = memory_array(n, sizeof *s->side);
  if (!d->place || !d->list || !s->row || !s->col || !s->side) return false;
  for (int32_t v = 0; v < d->g.n; v++) {
    d->place[v] = ABSENT;
    d->start[v] = v;
  }
  return true;
}

static void division_free(division *d) {
  free(d->place);
  free(d->list);
  free(d->separation.row);
  free(d->separation.col);
  free(d->separation.side);
}

lehr_status order_separators(tn_graph g, const separator_rule *rule, int32_t level[],
                             int32_t start[], int64_t *work, lehr_error *err) {
  _Static_assert(sizeof(idx_t) == sizeof(int32_t), "METIS with 32-bit indices");
  if (g.row[g.n] > INT32_MAX)
    return error_set(err, LEHR_EUNAVAILABLE, "more couplings than METIS counts");
  idx_t options[METIS_NOPTIONS];
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_NUMBERING] = 0;
  options[METIS_OPTION_SEED] = rule->seed;
  options[METIS_OPTION_UFACTOR] = rule->imbalance;
  division d = {.g = g,
                .rule = rule,
                .level = level,
                .start = start,
                .separation = {.options = options, .done = METIS_ERROR_MEMORY}};
  const bool is_done = division_make(&d) && divide(&d, 0, g.n);
  *work += d.work;
  division_free(&d);
  return is_done ? LEHR_OK : error_memory(err, (uint64_t)g.row[g.n] * 16);
}
