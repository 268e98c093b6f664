/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/split.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

int64_t network_entry(const tn_network *t, int32_t v, int32_t u) {
  int64_t low = t->row[v], high = t->row[v + 1] - 1;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (t->col[middle] < u)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* ---- Labels ---- */

lehr_status labels_make(const tn_network *t, tn_labels *out, lehr_error *err) {
  const size_t entries = (size_t)t->row[t->n];
  int64_t *const next = memory_copy(t->row, (size_t)t->n, sizeof *next);
  *out = (tn_labels){.t = t,
                     .label = memory_array(entries, sizeof *out->label),
                     .mirror = memory_array(entries, sizeof *out->mirror)};
  if (!next || !out->label || !out->mirror) {
    free(next);
    labels_free(out);
    return error_memory(err, entries * 12);
  }
  /* Rows ascend, so the entries of j below the diagonal are met in their order. */
  for (int32_t i = 0; i < t->n; i++)
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) {
      if (t->col[k] < i) continue;
      const int64_t other = next[t->col[k]]++;
      out->mirror[k] = other;
      out->mirror[other] = k;
    }
  free(next);
  return LEHR_OK;
}

void labels_free(tn_labels *l) {
  free(l->label);
  free(l->mirror);
  free(l->order);
  *l = (tn_labels){0};
}

/* ---- The network ---- */

void split_free(tn_split *s) {
  network_free(&s->network);
  free(s->of);
  free(s->first);
  *s = (tn_split){0};
}

/* Copies by label; copy[k] is the one of row entry k. rank[] has room for a row, all -1. */
static void number_copies(const tn_labels *l, tn_split *s, int32_t rank[], int32_t copy[]) {
  const tn_network *const t = l->t;
  for (int32_t v = 0; v < t->n; v++) {
    int32_t end = s->first[v];
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
      int32_t *const at = &rank[l->label[k]];
      if (*at < 0) *at = end++;
      copy[k] = *at;
    }
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) rank[l->label[k]] = -1;
    s->first[v + 1] = end > s->first[v] ? end : end + 1; /* one at least */
  }
}

/* Rows of copies from the rows of variables. */
static void fill_rows(const tn_labels *l, tn_split *s, const int32_t copy[]) {
  const tn_network *const t = l->t;
  tn_network *const out = &s->network;
  for (int64_t k = 0; k < t->row[t->n]; k++) out->row[copy[k] + 1]++;
  for (int32_t c = 0; c < out->n; c++) out->row[c + 1] += out->row[c];
  for (int32_t v = 0; v < t->n; v++) {
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
      const int64_t at = out->row[copy[k]]++;
      out->col[at] = copy[l->mirror[k]];
      out->J[at] = t->J[k] * ((int64_t)1 << s->scale);
    }
    out->h[s->first[v]] = t->h[v] * ((int64_t)1 << s->scale);
    for (int32_t c = s->first[v]; c < s->first[v + 1]; c++) s->of[c] = v;
  }
  for (int32_t c = out->n; c > 0; c--) out->row[c] = out->row[c - 1];
  out->row[0] = 0;
}

lehr_status split_make(const tn_labels *l, int scale, tn_split *out, lehr_error *err) {
  const tn_network *const t = l->t;
  const size_t entries = (size_t)t->row[t->n];
  int64_t degree = 0;
  for (int32_t v = 0; v < t->n; v++)
    if (t->row[v + 1] - t->row[v] > degree) degree = t->row[v + 1] - t->row[v];
  *out = (tn_split){.n = t->n, .scale = scale};
  out->first = memory_array((size_t)t->n + 1, sizeof *out->first);
  int32_t *const rank = memory_array((size_t)degree, sizeof *rank);
  int32_t *const copy = memory_array(entries, sizeof *copy);
  if (out->first && rank && copy) {
    for (int64_t k = 0; k < degree; k++) rank[k] = -1;
    number_copies(l, out, rank, copy);
    const size_t copies = (size_t)out->first[t->n];
    out->network = (tn_network){.n = (int32_t)copies,
                                .row = memory_array(copies + 1, sizeof(int64_t)),
                                .col = memory_array(entries, sizeof(int32_t)),
                                .J = memory_array(entries, sizeof(int64_t)),
                                .h = memory_array(copies, sizeof(int64_t)),
                                .unit = t->unit};
    out->of = memory_array(copies, sizeof *out->of);
  }
  const tn_network *const made = &out->network;
  const bool is_made = made->row && made->col && made->J && made->h && out->of;
  if (is_made) fill_rows(l, out, copy);
  free(rank);
  free(copy);
  if (is_made) return LEHR_OK;
  split_free(out);
  return error_memory(err, entries * 32);
}
