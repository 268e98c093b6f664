/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/beam/buckets.h"

#include <stdlib.h>

/* Costs stay below 2^FULL_BITS, so that gaps and sums of gaps do not wrap; finer than 2^-GRAIN_BITS
 * units nothing is gained. */
enum { FULL_BITS = 61, GRAIN_BITS = 12, LOW_BITS = 10 };

typedef struct filling {
  beam_buckets *b;
  const tn_network *t;
  const tn_guard *guard;
  uint32_t *low, *high; /* places of entries of a bucket in a table that it inherits */
  int64_t *gain;        /* by buckets of a variable */
  int64_t slack;        /* by how much shifts may still add to the costs */
} filling;

static const int32_t *scope_of(const beam_buckets *b, const beam_bucket *k) {
  return b->scopes + k->scope;
}

static const double FULL = (double)(INT64_C(1) << FULL_BITS);

static double sum_of_magnitudes(const tn_network *t) {
  double sum = 0;
  for (int32_t v = 0; v < t->n; v++) {
    sum += t->h[v] < 0 ? -(double)t->h[v] : (double)t->h[v];
    for (int64_t k = t->row[v]; k < t->row[v + 1] && t->col[k] < v; k++)
      sum += t->J[k] < 0 ? -(double)t->J[k] : (double)t->J[k];
  }
  return sum;
}

lehr_status buckets_check(const tn_network *t, lehr_error *err) {
  if (sum_of_magnitudes(t) <= FULL) return LEHR_OK;
  return error_set(err, LEHR_EUNAVAILABLE, "coefficients are too large for bounds");
}

static void choose_grain(filling *f) {
  const double sum = sum_of_magnitudes(f->t);
  int32_t grain = 0;
  while (grain < GRAIN_BITS && 256 * sum * (double)(2 << grain) <= FULL) grain++;
  f->b->grain = grain;
  f->slack = (int64_t)(FULL - sum * (double)(1 << grain));
}

/* gap = cost at +1, floor = cost at -1 of the field and of couplings with J[size] (by scope). */
static void write_terms(beam_bucket *k, int64_t field, const int64_t J[]) {
  int64_t *plus = k->gap;
  plus[0] = field;
  for (int32_t j = 0; j < k->size; j++) plus[0] -= J[j];
  for (int32_t j = 0; j < k->size; j++) {
    const uint64_t half = UINT64_C(1) << j;
    for (uint64_t e = 0; e < half; e++) plus[half + e] = plus[e] + 2 * J[j];
  }
  for (uint64_t e = 0; e < UINT64_C(1) << k->size; e++) k->floor[e] = -plus[e];
}

/* places[e] = bits of the inherited index that bits from .. to of the bucket's index stand for. */
static void write_places(const beam_bucket *k, const int32_t scope[], const int32_t inherited[],
                         int32_t from, int32_t to, uint32_t places[]) {
  places[0] = 0;
  for (int32_t j = from; j < to && j < k->size; j++) {
    uint32_t bit = 0;
    for (int32_t p = 0; inherited[p] >= 0; p++)
      if (inherited[p] == scope[j]) bit = UINT32_C(1) << p;
    const uint32_t half = UINT32_C(1) << (j - from);
    for (uint32_t e = 0; e < half; e++) places[half + e] = places[e] | bit;
  }
}

/* The variable itself is the last one of the inherited scope. */
static void add_inherited(const filling *f, beam_bucket *k, const beam_bucket *from) {
  const beam_buckets *b = f->b;
  const int32_t *scope = scope_of(b, k), *list = scope_of(b, from);
  int32_t inherited[BUCKET_MOST + 1];
  for (int32_t p = 0; p < from->size - 1; p++) inherited[p] = list[p];
  inherited[from->size - 1] = -1;
  write_places(k, scope, inherited, 0, LOW_BITS, f->low);
  write_places(k, scope, inherited, LOW_BITS, BUCKET_MOST, f->high);
  const int32_t low_bits = k->size < LOW_BITS ? k->size : LOW_BITS;
  const uint64_t lows = UINT64_C(1) << low_bits, highs = UINT64_C(1) << (k->size - low_bits);
  const int64_t *at_minus = from->floor, *at_plus = from->floor + (UINT64_C(1) << (from->size - 1));
  for (uint64_t h = 0; h < highs; h++) {
    const uint32_t base = f->high[h];
    int64_t *plus = k->gap + h * lows, *minus = k->floor + h * lows;
    for (uint64_t e = 0; e < lows; e++) {
      plus[e] += at_plus[base | f->low[e]];
      minus[e] += at_minus[base | f->low[e]];
    }
  }
}

static int64_t least_of(const int64_t list[], int32_t bits) {
  int64_t least = list[0];
  for (uint64_t e = 1; e < UINT64_C(1) << bits; e++)
    if (list[e] < least) least = list[e];
  return least;
}

/* Shifts cost at +1 among the buckets, so that each gains the same by a flip; what does not divide
 * goes to the first ones. Nothing is shifted where sums might get too large. */
static void match(filling *f, beam_bucket k[], int32_t count) {
  int64_t mean = 0, rest = 0, moved = 0;
  for (int32_t i = 0; i < count; i++) {
    f->gain[i] = least_of(k[i].gap, k[i].size) - least_of(k[i].floor, k[i].size);
    mean += f->gain[i] / count;
    rest += f->gain[i] % count;
  }
  mean += rest / count;
  rest %= count;
  if (rest < 0) {
    mean--;
    rest += count;
  }
  for (int32_t i = 0; i < count; i++) {
    f->gain[i] = mean + (i < rest) - f->gain[i];
    const int64_t size = f->gain[i] < 0 ? -f->gain[i] : f->gain[i];
    if (__builtin_add_overflow(moved, size, &moved)) return;
  }
  if (moved > f->slack) return;
  f->slack -= moved;
  for (int32_t i = 0; i < count; i++)
    for (uint64_t e = 0; e < UINT64_C(1) << k[i].size; e++) k[i].gap[e] += f->gain[i];
}

static bool allocate(beam_bucket *k) {
  k->gap = memory_array((size_t)1 << k->size, sizeof *k->gap);
  k->floor = memory_array((size_t)1 << k->size, sizeof *k->floor);
  return k->gap && k->floor;
}

/* Fields and couplings of v, each coupling in the first bucket that has its other end. */
static void charge(const filling *f, int32_t v, beam_bucket k[], int32_t count) {
  const beam_buckets *b = f->b;
  const tn_network *t = f->t;
  const int32_t *rank = b->walk->rank;
  for (int32_t i = 0; i < count; i++) {
    int64_t J[BUCKET_MOST] = {0};
    for (int32_t p = 0; p < k[i].size; p++) {
      const int32_t u = scope_of(b, &k[i])[p];
      bool is_charged = false;
      for (int32_t before = 0; before < i && !is_charged; before++)
        for (int32_t q = 0; q < k[before].size; q++) is_charged |= scope_of(b, &k[before])[q] == u;
      for (int64_t e = t->row[v]; e < t->row[v + 1] && !is_charged; e++)
        if (t->col[e] == u && rank[u] < rank[v]) J[p] = t->J[e] * (INT64_C(1) << b->grain);
    }
    write_terms(&k[i], i == 0 ? t->h[v] * (INT64_C(1) << b->grain) : 0, J);
  }
}

static void release_inherited(beam_buckets *b, int32_t v) {
  for (int32_t k = b->inherits[v]; k >= 0; k = b->bucket[k].next) {
    free(b->bucket[k].floor);
    b->bucket[k].floor = NULL;
  }
}

static bool fill_variable(filling *f, int32_t rank) {
  beam_buckets *b = f->b;
  const int32_t v = b->walk->order[rank], count = b->end[rank] - b->begin[rank];
  beam_bucket *k = b->bucket + b->begin[rank];
  for (int32_t i = 0; i < count; i++)
    if (!allocate(&k[i])) return false;
  charge(f, v, k, count);
  for (int32_t i = b->inherits[v]; i >= 0; i = b->bucket[i].next)
    add_inherited(f, &b->bucket[b->bucket[i].heir], &b->bucket[i]);
  release_inherited(b, v);
  if (count > 1) match(f, k, count);
  for (int32_t i = 0; i < count; i++) {
    for (uint64_t e = 0; e < UINT64_C(1) << k[i].size; e++) {
      const int64_t plus = k[i].gap[e], minus = k[i].floor[e];
      k[i].gap[e] = plus - minus;
      k[i].floor[e] = plus < minus ? plus : minus;
    }
    if (k[i].size > 0) continue;
    b->bound += k[i].floor[0];
    free(k[i].floor);
    k[i].floor = NULL;
  }
  return true;
}

static int32_t most_buckets(const beam_buckets *b, int32_t n) {
  int32_t most = 0;
  for (int32_t k = 0; k < n; k++)
    if (b->end[k] - b->begin[k] > most) most = b->end[k] - b->begin[k];
  return most;
}

lehr_status buckets_fill(beam_buckets *b, const tn_network *t, const tn_guard *guard,
                         bool *is_complete, lehr_error *err) {
  filling f = {.b = b, .t = t, .guard = guard};
  *is_complete = false;
  choose_grain(&f);
  f.low = memory_array((size_t)1 << LOW_BITS, sizeof *f.low);
  f.high = memory_array((size_t)1 << (BUCKET_MOST - LOW_BITS), sizeof *f.high);
  f.gain = memory_array((size_t)most_buckets(b, t->n), sizeof *f.gain);
  bool is_possible = f.low && f.high && f.gain;
  int32_t k = t->n - 1;
  for (; k >= 0 && is_possible && !guard_should_stop(guard); k--) {
    is_possible = fill_variable(&f, k);
    if ((k & 15) == 0) guard_progress(guard, (double)(t->n - k) / t->n, "bounds");
  }
  free(f.low);
  free(f.high);
  free(f.gain);
  if (!is_possible) return error_memory(err, b->bytes);
  *is_complete = k < 0;
  return LEHR_OK;
}

/* ---- As a guide ---- */

enum { BYTE = 256 };

/* What each byte of a key says about the index of a bucket's table. */
typedef struct byte_places {
  int32_t count;
  int32_t byte[BUCKET_MOST];
  uint32_t place[BUCKET_MOST][BYTE];
} byte_places;

static void find_places(const beam_buckets *b, const beam_bucket *k, byte_places *out) {
  const int32_t *scope = scope_of(b, k), *slot = b->walk->slot;
  out->count = 0;
  for (int32_t j = 0; j < k->size; j++) {
    const int32_t byte = slot[scope[j]] / 8, bit = slot[scope[j]] % 8;
    int32_t at = 0;
    while (at < out->count && out->byte[at] != byte) at++;
    if (at == out->count) {
      out->byte[out->count++] = byte;
      for (int32_t x = 0; x < BYTE; x++) out->place[at][x] = 0;
    }
    for (int32_t x = 0; x < BYTE; x++)
      if (x >> bit & 1) out->place[at][x] |= UINT32_C(1) << j;
  }
}

static void add_gaps(const beam_bucket *k, const byte_places *p, int32_t words, int64_t count,
                     const uint64_t keys[], int64_t children[]) {
  for (int64_t i = 0; i < count; i++) {
    const uint64_t *key = keys + i * words;
    uint32_t place = 0;
    for (int32_t j = 0; j < p->count; j++)
      place |= p->place[j][key[p->byte[j] / 8] >> (p->byte[j] % 8 * 8) & 255];
    const int64_t gap = k->gap[place];
    children[2 * i] += gap < 0 ? -gap : 0;
    children[2 * i + 1] += gap > 0 ? gap : 0;
  }
}

static bool expand(const void *self, int32_t step, int64_t count, const uint64_t keys[],
                   const int64_t values[], int64_t children[], int64_t ranks[]) {
  const beam_buckets *b = self;
  byte_places places;
  (void)ranks;
  for (int64_t i = 0; i < count; i++) children[2 * i] = children[2 * i + 1] = values[i];
  for (int32_t k = b->begin[step]; k < b->end[step]; k++) {
    find_places(b, &b->bucket[k], &places);
    add_gaps(&b->bucket[k], &places, b->walk->words, count, keys, children);
  }
  return true;
}

beam_guide buckets_guide(const beam_buckets *b) {
  return (beam_guide){
      .self = b, .is_bound = true, .grain = b->grain, .root = b->bound, .expand = expand};
}
