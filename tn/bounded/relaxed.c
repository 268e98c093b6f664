/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/relaxed.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/cost.h"
#include "tn/minplus/range.h"
#include "tn/order_find.h"
#include "tn/program_make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void free_shared(tn_relaxed *r) {
  split_free(&r->split);
  free(r->program.maps);
  factors_free(&r->program.factors);
  free(r->core);
  free(r->copy);
  free(r->source);
  free(r->entering);
}

void relaxed_free(tn_relaxed *r) {
  pages_kept_free(&r->kept);
  free(r->program.ops);
  free(r->program.terms);
  free(r->field);
  free(r->core_spin);
  if (!r->is_twin) free_shared(r);
  *r = (tn_relaxed){0};
}

lehr_status relaxed_twin(const tn_relaxed *r, tn_relaxed *out, lehr_error *err) {
  const tn_program *const p = &r->program;
  *out = *r;
  out->is_twin = true;
  out->kept = (pages_kept){0};
  out->program.ops = memory_copy(p->ops, (size_t)p->n_ops, sizeof *p->ops);
  out->program.terms = memory_copy(p->terms, (size_t)p->n_terms, sizeof *p->terms);
  out->field = memory_array((size_t)r->split.network.n, sizeof *out->field);
  out->core_spin = memory_array((size_t)r->n_core, 1);
  if (out->program.ops && out->program.terms && out->field && out->core_spin) return LEHR_OK;
  relaxed_free(out);
  return error_memory(err, (uint64_t)p->n_ops * sizeof *p->ops);
}

static int64_t degree(const tn_network *t, int32_t c) { return t->row[c + 1] - t->row[c]; }

/* Of two copies that have only each other, the first one stays. */
static bool is_leaf(const tn_network *t, int32_t c) {
  if (degree(t, c) != 1) return false;
  const int32_t other = t->col[t->row[c]];
  return degree(t, other) != 1 || other < c;
}

static void number_core(tn_relaxed *r, int8_t is_out[]) {
  const tn_network *const t = &r->split.network;
  for (int32_t c = 0; c < t->n; c++) {
    is_out[c] = is_leaf(t, c);
    r->core[c] = is_out[c] ? -1 : r->n_core++;
  }
}

/* The labels' own order without leaves, if the one found is wider than asked for. */
static void prefer_own(const tn_relaxed *r, const tn_labels *l, int32_t width, order_found *found) {
  if (found->cost.width <= width || !l->order) return;
  int32_t end = 0;
  for (int32_t k = 0; k < r->split.network.n; k++)
    if (r->core[l->order[k]] >= 0) found->order[end++] = r->core[l->order[k]];
}

/* Of the network without leaves. */
static lehr_status write_program(tn_relaxed *r, const tn_labels *l, const relaxed_options *o,
                                 lehr_error *err) {
  const tn_network *const t = &r->split.network;
  int8_t *const is_out = memory_array((size_t)t->n, 1);
  int32_t *const number = memory_array((size_t)t->n, sizeof *number);
  tn_network core = {0};
  order_found found = {0};
  lehr_status status = LEHR_ENOMEM;
  if (is_out && number) {
    number_core(r, is_out);
    status = network_condition(t, is_out, &core, number, err);
  }
  const order_limits limits = {.most_entries = ldexp(1, o->width + 1),
                               .bytes = 1,
                               .work = o->order_work / 2,
                               .seed = 1,
                               .guard = o->guard};
  if (status == LEHR_OK) status = order_find(network_graph(&core), &limits, &found, err);
  if (status == LEHR_OK) {
    prefer_own(r, l, o->width, &found);
    status = program_from_order(&core, found.order, &r->program, err);
  }
  free(found.order);
  network_free(&core);
  free(is_out);
  free(number);
  return status;
}

/* Where the numbers of the program come from. */
static void find_sources(tn_relaxed *r) {
  const int32_t *const copy = r->copy;
  const tn_network *const t = &r->split.network;
  for (int64_t k = 0; k < r->program.n_ops; k++) {
    const tn_op *const op = &r->program.ops[k];
    r->entering[k] = -1;
    if (op->kind != TN_ELIM && op->kind != TN_REPLACE) continue;
    const int32_t v = copy[op->leaves];
    for (int64_t i = op->first_term; i < op->first_term + op->n_terms; i++)
      r->source[i] = network_entry(t, v, copy[r->program.terms[i].variable]);
    if (op->kind == TN_REPLACE && op->enter_coupling != 0)
      r->entering[k] = network_entry(t, v, copy[op->enters]);
  }
}

static lehr_status allocate(tn_relaxed *r, lehr_error *err) {
  const tn_network *const t = &r->split.network;
  r->copy = memory_array((size_t)r->n_core, sizeof *r->copy);
  r->source = memory_array((size_t)r->program.n_terms, sizeof *r->source);
  r->entering = memory_array((size_t)r->program.n_ops, sizeof *r->entering);
  r->field = memory_array((size_t)t->n, sizeof *r->field);
  r->core_spin = memory_array((size_t)r->n_core, 1);
  const bool is_made = r->copy && r->source && r->entering && r->field && r->core_spin;
  for (int32_t c = 0; is_made && c < t->n; c++)
    if (r->core[c] >= 0) r->copy[r->core[c]] = c;
  if (is_made) find_sources(r);
  return is_made ? LEHR_OK : error_memory(err, (uint64_t)r->program.n_terms * 8);
}

lehr_status relaxed_retype(tn_relaxed *r, mp_type type, lehr_error *err) {
  const int64_t first = r->setup.first_decision;
  pages_kept_free(&r->kept);
  r->setup = mp_setup_of(type, 0);
  r->setup.first_decision = first;
  r->seconds = program_cost(&r->program, mp_types[type].bytes).seconds;
  r->setup.first_decision = r->program.n_ops;
  LEHR_TRY(mp_bytes(&r->program, &r->setup, 1, &r->table_bytes, err));
  r->setup.first_decision = first;
  return mp_bytes(&r->program, &r->setup, 1, &r->bytes, err);
}

lehr_status relaxed_most_bytes(const tn_relaxed *r, uint64_t *bytes, lehr_error *err) {
  mp_setup widest = mp_setup_of(MP_INT64, 0);
  widest.first_decision = r->setup.first_decision;
  return mp_bytes(&r->program, &widest, 1, bytes, err);
}

static double updates_of(const tn_program *p) {
  double sum = 0;
  for (int64_t k = 0; k < p->n_ops; k++)
    if (p->ops[k].kind == TN_ELIM || p->ops[k].kind == TN_REPLACE) sum += ldexp(1, p->ops[k].width);
  return sum;
}

/* The smallest element type that may do, and decisions as far back as they fit. */
static lehr_status choose_setup(tn_relaxed *r, const relaxed_options *o, lehr_error *err) {
  mp_range range;
  mp_type type = MP_INT8;
  LEHR_TRY(mp_range_of(&r->program, &range, err));
  while (type <= MP_INT32 && !mp_range_may_fit(&range, type, 0)) type = (mp_type)(type + 1);
  r->updates = updates_of(&r->program);
  r->setup.first_decision = mp_first_decision(&r->program, o->decision_bytes);
  return relaxed_retype(r, type > MP_INT32 ? MP_INT64 : type, err);
}

/* Multipliers are integers, so that a finer unit is good as long as it costs nothing. */
static int choose_scale(const tn_network *t) {
  enum { FINEST = 2 };
  const int64_t most = (int64_t)1 << 58;
  int64_t sum = 0;
  for (int32_t v = 0; v < t->n; v++) {
    sum += t->h[v] < 0 ? -t->h[v] : t->h[v];
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) sum += t->J[k] < 0 ? -t->J[k] : t->J[k];
  }
  return sum < most ? FINEST : 0;
}

lehr_status relaxed_make(const tn_network *t, const relaxed_options *o, tn_relaxed *out,
                         lehr_error *err) {
  tn_labels labels;
  *out = (tn_relaxed){.memory = o->memory};
  const labels_options choice = {.width = o->width,
                                 .work = o->order_work / 2,
                                 .trial = o->trial,
                                 .is_by_regions = o->is_by_regions,
                                 .guard = o->guard};
  LEHR_TRY(labels_choose(t, &choice, &labels, err));
  out->is_by_regions = labels.is_by_regions;
  lehr_status status = split_make(&labels, choose_scale(t), &out->split, err);
  if (status == LEHR_OK) {
    for (int32_t v = 0; v < t->n; v++) out->n_divided += split_is_divided(&out->split, v);
    out->core = memory_array((size_t)out->split.network.n, sizeof *out->core);
    status = out->core ? write_program(out, &labels, o, err) : LEHR_ENOMEM;
  }
  labels_free(&labels);
  if (status == LEHR_OK) status = allocate(out, err);
  if (status == LEHR_OK) status = choose_setup(out, o, err);
  if (status == LEHR_OK && out->bytes > o->memory)
    status = error_set(err, LEHR_EUNAVAILABLE, "tables of width %d do not fit into the memory",
                       o->width);
  if (status != LEHR_OK) relaxed_free(out);
  return status == LEHR_ENOMEM ? error_memory(err, (uint64_t)t->n * 64) : status;
}
