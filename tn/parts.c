/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/parts.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

void parts_free(tn_parts *p) {
  free(p->first);
  free(p->member);
  free(p->place);
  free(p->first_factor);
  free(p->factor);
  *p = (tn_parts){0};
}

/* label[v] of everybody who can be reached from `start`; queue[n]. */
static void spread(const tn_network *t, int32_t start, int32_t name, int32_t label[],
                   int32_t queue[]) {
  int32_t end = 1;
  queue[0] = start;
  label[start] = name;
  for (int32_t k = 0; k < end; k++)
    for (int64_t i = t->row[queue[k]]; i < t->row[queue[k] + 1]; i++) {
      const int32_t u = t->col[i];
      if (label[u] >= 0) continue;
      label[u] = name;
      queue[end++] = u;
    }
}

/* Members by label, ascending; first[] must hold the sizes at label + 1. */
static void sort_members(tn_parts *p, const int32_t label[], int32_t n) {
  for (int32_t k = 0; k < p->count; k++) p->first[k + 1] += p->first[k];
  for (int32_t v = 0; v < n; v++) {
    const int32_t k = label[v], at = p->place[v];
    p->member[p->first[k] + at] = v;
  }
}

/* A factor's variables are all in one part. */
static void sort_factors(tn_parts *p, const tn_factors *f, const int32_t label[]) {
  for (int32_t k = 0; k < f->count; k++) p->first_factor[label[f->variable[f->first[k]]]]++;
  for (int32_t k = 0; k < p->count; k++) p->first_factor[k + 1] += p->first_factor[k];
  for (int32_t k = f->count; k-- > 0;)
    p->factor[--p->first_factor[label[f->variable[f->first[k]]]]] = k;
}

lehr_status parts_find(const tn_network *t, tn_parts *out, lehr_error *err) {
  const size_t n = (size_t)t->n;
  int32_t *const label = memory_array(n, sizeof *label);
  *out = (tn_parts){.first = memory_array(n + 1, sizeof *out->first),
                    .member = memory_array(n, sizeof *out->member),
                    .place = memory_array(n, sizeof *out->place),
                    .first_factor = memory_array(n + 1, sizeof *out->first_factor),
                    .factor = memory_array((size_t)t->factors.count, sizeof *out->factor)};
  const bool is_made =
      label && out->first && out->member && out->place && out->first_factor && out->factor;
  for (size_t v = 0; is_made && v < n; v++) label[v] = -1;
  for (int32_t v = 0; is_made && v < t->n; v++)
    if (label[v] < 0) spread(t, v, out->count++, label, out->member);
  for (int32_t v = 0; is_made && v < t->n; v++) out->place[v] = out->first[label[v] + 1]++;
  if (is_made) sort_members(out, label, t->n);
  if (is_made) sort_factors(out, &t->factors, label);
  free(label);
  if (is_made) return LEHR_OK;
  parts_free(out);
  return error_memory(err, n * 4 * sizeof(int32_t));
}

static bool take_factors(const tn_network *t, const tn_parts *p, int32_t k, tn_network *out) {
  const factors_part all = {
      .number = p->place, .factors = &out->factors, .h = out->h, .constant = &out->constant};
  for (int32_t i = p->first_factor[k]; i < p->first_factor[k + 1]; i++)
    if (!factors_restrict(&t->factors, p->factor[i], &all)) return false;
  return true;
}

static void fill_part(const tn_network *t, const tn_parts *p, int32_t k, tn_network *out) {
  int64_t end = 0;
  for (int32_t i = 0; i < out->n; i++) {
    const int32_t v = p->member[p->first[k] + i];
    for (int64_t at = t->row[v]; at < t->row[v + 1]; at++) {
      out->col[end] = p->place[t->col[at]];
      out->J[end++] = t->J[at];
    }
    out->row[i + 1] = end;
    out->h[i] = t->h[v];
    if (out->time_index) out->time_index[i] = t->time_index[v];
  }
}

lehr_status part_network(const tn_network *t, const tn_parts *p, int32_t k, tn_network *out,
                         lehr_error *err) {
  const size_t n = (size_t)(p->first[k + 1] - p->first[k]);
  size_t couplings = 0;
  for (int32_t i = p->first[k]; i < p->first[k + 1]; i++)
    couplings += (size_t)(t->row[p->member[i] + 1] - t->row[p->member[i]]);
  *out = (tn_network){.n = (int32_t)n, .unit = t->unit, .rounding = t->rounding};
  out->row = memory_array(n + 1, sizeof *out->row);
  out->col = memory_array(couplings, sizeof *out->col);
  out->J = memory_array(couplings, sizeof *out->J);
  out->h = memory_array(n, sizeof *out->h);
  if (t->time_index) out->time_index = memory_array(n, sizeof *out->time_index);
  if (out->row && out->col && out->J && out->h && (out->time_index || !t->time_index)) {
    fill_part(t, p, k, out);
    if (take_factors(t, p, k, out)) return LEHR_OK;
  }
  network_free(out);
  return error_memory(err, (n + couplings) * 2 * sizeof(int64_t));
}
