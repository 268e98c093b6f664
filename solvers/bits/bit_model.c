/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bits/bit_model.h"

#include "solvers/bits/bits.h"
#include "solvers/poll.h"
#include "solvers/portion.h"

#include <string.h>

enum { WINDOW = 1 << 14, STRIDED = 64, CLASSES = BITS_DEGREE + 1 };

static int64_t magnitude(int64_t v) { return v < 0 ? -v : v; }
static int32_t digits(int64_t weight) { return __builtin_popcountll((uint64_t)weight); }
static int32_t length(int64_t weight) {
  return weight ? 64 - __builtin_clzll((uint64_t)weight) : 0;
}

static int64_t count_digits(const spin_form *f, int32_t i) {
  int64_t count = digits(magnitude(f->h[i]));
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) count += digits(magnitude(f->J[k]));
  return count;
}

uint64_t bits_bytes(const lehr_model_view *m) {
  const uint64_t n = (uint64_t)m->n, bonds = 2 * (uint64_t)m->n_interactions;
  return n * (8 + sizeof(bit_site) + 24) + (n / WINDOW + 1) * (CLASSES + 1) * sizeof(bit_group) +
         bonds * 12 + (bonds + n) * BITS_MOST_DIGITS * sizeof(uint32_t) + (1 << 14);
}

/* Class of a site: its degree if the kernels for equal bonds take it, else 0. */
static int32_t class_of(const spin_form *f, int32_t i) {
  const int64_t degree = f->row[i + 1] - f->row[i];
  if (f->h[i] != 0 || degree == 0 || degree > BITS_DEGREE) return 0;
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
    if (magnitude(f->J[k]) != 1) return 0;
  return (int32_t)degree;
}

/* What is under construction. */
typedef struct maker {
  const spin_form *form;
  bit_model *out;
  lehr_run *run;
  poll poll;
  int32_t *site, *place; /* [n] inverse of each other */
  bit_group *groups;
  int64_t equal_entries, general_entries;
  int32_t n_general;
} maker;

static void put_group(maker *k, int32_t class, int32_t begin, int32_t end) {
  const int32_t degree = class > 0 ? class : BITS_GENERAL, count = k->out->n_groups;
  if (count > 0 && k->groups[count - 1].degree == degree) {
    k->groups[count - 1].end = end;
  } else {
    const int64_t entry = class > 0 ? k->equal_entries : k->n_general;
    k->groups[k->out->n_groups++] =
        (bit_group){.begin = begin, .end = end, .degree = degree, .entry = entry};
  }
  if (class > 0)
    k->equal_entries += (int64_t) class * (end - begin);
  else
    k->n_general += end - begin;
}

/* Every other site first, then those between: in lattices a visit then does not have to wait for
 * the spin that the one before has written. */
static void stride(int32_t site[], int32_t count) {
  int32_t old[STRIDED];
  memcpy(old, site, (size_t)count * sizeof *old);
  const int32_t even = (count + 1) / 2;
  for (int32_t k = 0; k < count; k++) site[k] = old[k < even ? 2 * k : 2 * (k - even) + 1];
}

/* Counting sort of the sites first..last-1 by class. */
static void arrange_window(maker *k, int32_t first, int32_t last) {
  int32_t count[CLASSES] = {0}, next[CLASSES];
  for (int32_t i = first; i < last; i++) count[class_of(k->form, i)]++;
  int32_t at = first;
  for (int32_t c = 0; c < CLASSES; c++) {
    next[c] = at;
    at += count[c];
    if (count[c] > 0) put_group(k, c, next[c], at);
  }
  for (int32_t i = first; i < last; i++) k->site[next[class_of(k->form, i)]++] = i;
  /* next[c] is where class c ends now, and begins where the one before ends. */
  for (int32_t c = 0, begin = first; c < CLASSES; begin = next[c++])
    for (int32_t p = begin; p < next[c]; p += STRIDED)
      stride(k->site + p, next[c] - p < STRIDED ? next[c] - p : STRIDED);
  for (int32_t p = first; p < last; p++) k->place[k->site[p]] = p;
}

static bool arrange(maker *k) {
  const int32_t n = k->form->n;
  const size_t windows = (size_t)n / WINDOW + 1;
  k->site = k->run->alloc(k->run, (size_t)n * sizeof *k->site);
  k->place = k->run->alloc(k->run, (size_t)n * sizeof *k->place);
  k->groups = k->run->alloc(k->run, windows * CLASSES * sizeof *k->groups);
  if (!k->site || !k->place || !k->groups) return false;
  for (int32_t i = 0; i < n; i += WINDOW) {
    const int32_t end = n - i < WINDOW ? n : i + WINDOW;
    arrange_window(k, i, end);
    if (poll_stops(&k->poll, portion_work(k->form->row, i, end, 2))) return false;
  }
  k->out->site = k->site;
  k->out->groups = k->groups;
  return true;
}

/* Looks at all general sites: their largest weight and their digits. */
static void measure(maker *k) {
  const spin_form *f = k->form;
  int64_t largest = 0;
  for (int32_t g = 0; g < k->out->n_groups; g++) {
    const bit_group *group = &k->groups[g];
    for (int32_t p = group->begin; group->degree < 0 && p < group->end; p++) {
      const int32_t i = k->site[p];
      k->general_entries += count_digits(f, i);
      if (magnitude(f->h[i]) > largest) largest = magnitude(f->h[i]);
      for (int64_t e = f->row[i]; e < f->row[i + 1]; e++)
        if (magnitude(f->J[e]) > largest) largest = magnitude(f->J[e]);
    }
  }
  k->out->levels = length(largest);
}

/* Whether the bonds of all sites in groups of equal bonds have one sign. */
static bool signs_agree(const maker *k) {
  int64_t seen = 0;
  for (int32_t g = 0; g < k->out->n_groups; g++) {
    const bit_group *group = &k->groups[g];
    for (int32_t p = group->begin; group->degree > 0 && p < group->end; p++) {
      const int32_t i = k->site[p];
      for (int64_t e = k->form->row[i]; e < k->form->row[i + 1]; e++) {
        if (seen != 0 && k->form->J[e] != seen) return false;
        seen = k->form->J[e];
      }
    }
  }
  k->out->shared_sign = seen > 0 ? UINT64_MAX : 0;
  return true;
}

/* Entries of the neighbours of place p that are visited before it in a sweep, or after it. */
static int64_t fill_part(const maker *k, int32_t p, bool is_before, int64_t at, int32_t col[],
                         uint64_t sign[]) {
  const spin_form *f = k->form;
  const int32_t i = k->site[p];
  for (int64_t e = f->row[i]; e < f->row[i + 1]; e++) {
    const int32_t other = k->place[f->col[e]];
    if ((other < p) != is_before) continue;
    if (sign) sign[at] = f->J[e] > 0 ? UINT64_MAX : 0;
    col[at++] = other;
  }
  return at;
}

/* Neighbours visited long ago first: their spins are at hand when the addition begins, those just
 * flipped enter it last. False if the run should stop. */
static bool fill_equal(maker *k, const bit_group *group, int32_t col[], uint64_t sign[]) {
  int64_t at = group->entry;
  for (int32_t p = group->begin; p < group->end; p++) {
    at = fill_part(k, p, false, at, col, sign);
    at = fill_part(k, p, true, at, col, sign);
    if (poll_stops(&k->poll, 2 * group->degree)) return false;
  }
  return true;
}

static bool make_equal(maker *k) {
  const bool agree = signs_agree(k);
  int32_t *col = k->run->alloc(k->run, (size_t)k->equal_entries * sizeof *col);
  uint64_t *sign = agree ? NULL : k->run->alloc(k->run, (size_t)k->equal_entries * sizeof *sign);
  if (!col || (!agree && !sign)) return false;
  for (int32_t g = 0; g < k->out->n_groups; g++)
    if (k->groups[g].degree > 0 && !fill_equal(k, &k->groups[g], col, sign)) return false;
  k->out->col = col;
  k->out->sign = sign;
  return true;
}

/* Entries of one general site, plane by plane; returns the end. */
static int64_t fill_site(const maker *k, int32_t i, int64_t at, uint32_t col[], int64_t entry[]) {
  const spin_form *f = k->form;
  for (int32_t plane = 0; plane < k->out->levels; plane++) {
    entry[plane] = at;
    if (magnitude(f->h[i]) >> plane & 1)
      col[at++] = (uint32_t)f->n | (f->h[i] > 0 ? BITS_POSITIVE : 0);
    for (int64_t e = f->row[i]; e < f->row[i + 1]; e++)
      if (magnitude(f->J[e]) >> plane & 1)
        col[at++] = (uint32_t)k->place[f->col[e]] | (f->J[e] > 0 ? BITS_POSITIVE : 0);
  }
  entry[k->out->levels] = at;
  return at;
}

static bit_site site_of(const spin_form *f, int32_t i) {
  int64_t weight = magnitude(f->h[i]);
  for (int64_t e = f->row[i]; e < f->row[i + 1]; e++) weight += magnitude(f->J[e]);
  return (bit_site){.weight = weight, .planes = length(weight)};
}

static bool make_general(maker *k) {
  const size_t places = (size_t)k->n_general, ends = (size_t)k->out->levels + 1;
  uint32_t *col = k->run->alloc(k->run, (size_t)k->general_entries * sizeof *col);
  int64_t *entry = k->run->alloc(k->run, places * ends * sizeof *entry);
  bit_site *sites = k->run->alloc(k->run, places * sizeof *sites);
  if (!col || !entry || !sites) return false;
  int64_t at = 0, number = 0;
  for (int32_t g = 0; g < k->out->n_groups; g++) {
    const bit_group *group = &k->groups[g];
    for (int32_t p = group->begin; group->degree < 0 && p < group->end; p++, number++) {
      sites[number] = site_of(k->form, k->site[p]);
      at = fill_site(k, k->site[p], at, col, entry + (size_t)number * ends);
      if (poll_stops(&k->poll, at - entry[(size_t)number * ends])) return false;
    }
  }
  k->out->general_col = col;
  k->out->entry = entry;
  k->out->general = sites;
  return true;
}

static bool make_start(maker *k) {
  const int32_t rows = (1 << BITS_PLANES) + 1;
  uint64_t *start = k->run->alloc(k->run, (size_t)rows * BITS_ROW * sizeof *start);
  if (!start) return false;
  for (int32_t v = 0; v < rows; v++)
    for (int b = 0; b < BITS_ROW; b++) start[v * BITS_ROW + b] = v >> b & 1 ? UINT64_MAX : 0;
  k->out->start = start;
  return true;
}

bool bits_prepare(bit_model *out, const spin_form *f, lehr_run *run) {
  maker k = {.form = f, .out = out, .run = run, .poll = {.run = run}};
  *out = (bit_model){.n = f->n, .largest_weight = f->largest_field};
  if (!arrange(&k) || !make_start(&k) || !make_equal(&k)) return false;
  measure(&k);
  out->entries = k.equal_entries + k.general_entries;
  return make_general(&k);
}
