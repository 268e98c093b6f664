/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/bounded/copies.h"
#include "tn/bounded/regions.h"
#include "tn/bounded/slices.h"

#include <stdlib.h>

/* What remains without slices is one layer, in which nobody is divided. The couplings among slices
 * are the next one, with slices of its own, and so on. A coupling between a slice and its layer is
 * at first a copy of its own of the slice. */

/* Entries of v towards everybody in the layer's network share the label of the first one; those of
 * slices stay alone. */
static void label_layer(const tn_layers *l, const tn_network *layer, const int32_t number[],
                        const tn_slices *s) {
  const tn_network *const t = l->labels->t;
  for (int32_t a = 0; a < layer->n; a++) {
    const int32_t v = number[a];
    int32_t shared = -1;
    for (int64_t k = layer->row[a]; k < layer->row[a + 1]; k++) {
      const int64_t entry = network_entry(t, v, number[layer->col[k]]);
      if (shared < 0) shared = (int32_t)(entry - t->row[v]);
      l->labels->label[entry] = s->is_slice[a] ? (int32_t)(entry - t->row[v]) : shared;
    }
  }
}

/* The couplings among slices only; number[] goes on to mean variables of the whole. */
static lehr_status next_layer(tn_network *layer, int32_t number[], const tn_slices *s,
                              lehr_error *err) {
  const size_t n = (size_t)layer->n;
  int8_t *const value = memory_array(n, 1);
  int32_t *const kept = memory_array(n, sizeof *kept);
  tn_network next = {0};
  lehr_status status = LEHR_ENOMEM;
  for (size_t a = 0; value && a < n; a++) value[a] = !s->is_slice[a];
  if (value && kept) status = network_condition(layer, value, &next, kept, err);
  if (status == LEHR_OK) {
    for (int32_t a = 0; a < next.n; a++) number[a] = number[kept[a]];
    network_free(layer);
    *layer = next;
  }
  free(value);
  free(kept);
  return status == LEHR_OK ? status : error_memory(err, n * 5);
}

static lehr_status label_all(const tn_layers *l, const labels_options *o, lehr_error *err) {
  const tn_network *const t = l->labels->t;
  int32_t *const number = memory_array((size_t)t->n, sizeof *number);
  int8_t *const nobody = memory_array((size_t)t->n, 1);
  tn_network layer = {0};
  labels_options less = *o;
  lehr_status status = LEHR_ENOMEM;
  if (number && nobody) status = network_condition(t, nobody, &layer, number, err);
  for (int32_t level = 0; status == LEHR_OK && layer.n > 0; level++) {
    tn_slices s;
    status = slices_choose(&layer, &less, &s, err);
    if (status != LEHR_OK) break;
    label_layer(l, &layer, number, &s);
    for (int32_t k = 0; k < layer.n - s.count; k++) {
      l->rank[number[s.order[k]]] = k;
      l->level[number[s.order[k]]] = level;
    }
    status = next_layer(&layer, number, &s, err);
    slices_free(&s);
    less.work /= 2;
  }
  network_free(&layer);
  free(number);
  free(nobody);
  return status == LEHR_ENOMEM ? error_memory(err, (uint64_t)t->n * 5) : status;
}

static lehr_status labels_by_layers(tn_labels *labels, const labels_options *o, lehr_error *err) {
  const size_t n = (size_t)labels->t->n;
  const tn_layers l = {.labels = labels,
                       .width = o->width,
                       .rank = memory_array(n, sizeof(int32_t)),
                       .level = memory_array(n, sizeof(int32_t))};
  lehr_status status = LEHR_ENOMEM;
  if (l.rank && l.level) status = label_all(&l, o, err);
  if (status == LEHR_OK) status = copies_merge(&l, o->work, err);
  free(l.rank);
  free(l.level);
  return status == LEHR_ENOMEM ? error_memory(err, n * 8) : status;
}

static lehr_status count_copies(const tn_labels *l, int32_t *copies, lehr_error *err) {
  tn_split s;
  LEHR_TRY(split_make(l, 0, &s, err));
  *copies = s.network.n;
  split_free(&s);
  return LEHR_OK;
}

static lehr_status choose_other(const tn_network *t, const labels_options *o, tn_labels *out,
                                lehr_error *err) {
  int32_t copies = 0;
  LEHR_TRY(labels_make(t, out, err));
  lehr_status status = LEHR_OK;
  if (!o->is_by_regions) {
    status = labels_by_layers(out, o, err);
  } else {
    status = labels_by_regions(out, o, &copies, err);
    if (status == LEHR_OK && copies == 0) status = LEHR_EUNAVAILABLE;
  }
  if (status != LEHR_OK) labels_free(out);
  out->is_by_regions = o->is_by_regions;
  return status;
}

lehr_status labels_choose(const tn_network *t, const labels_options *o, tn_labels *out,
                          lehr_error *err) {
  const labels_options half = {.width = o->width, .work = o->work / 2, .guard = o->guard};
  tn_labels other = {0};
  int32_t by_layers = 0, by_regions = 0;
  if (o->trial > 0) return choose_other(t, o, out, err);
  LEHR_TRY(labels_make(t, out, err));
  lehr_status status = labels_by_layers(out, o, err);
  if (status == LEHR_OK) status = count_copies(out, &by_layers, err);
  if (status == LEHR_OK && by_layers > t->n) status = labels_make(t, &other, err);
  if (status == LEHR_OK && other.t) status = labels_by_regions(&other, &half, &by_regions, err);
  if (status == LEHR_OK && by_regions > 0 && by_regions < by_layers) {
    const tn_labels chosen = other;
    other = *out;
    *out = chosen;
    out->is_by_regions = true;
  }
  labels_free(&other);
  if (status != LEHR_OK) labels_free(out);
  return status;
}
