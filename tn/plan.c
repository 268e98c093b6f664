/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/plan.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/penalties.h"
#include "tn/program_make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Presolving is tried where the contraction takes seconds, and taken where it saves a fifth. */
static const double LONG_SECONDS = 0.05, CLEARLY_FASTER = 0.8;

void plan_free(tn_plan *p) {
  lehr_model_free(p->kept);
  presolve_free(p->presolved);
  mirror_free(&p->mirror);
  network_free(&p->network);
  program_free(&p->program);
  free(p->order);
  *p = (tn_plan){0};
}

static lehr_status find_order(tn_plan *p, const tn_plan_options *o, lehr_error *err) {
  const order_limits limits = {.most_entries = (double)o->memory / o->entry_bytes,
                               .bytes = o->entry_bytes,
                               .work = o->work,
                               .seed = o->seed,
                               .time_index = p->network.time_index};
  order_found found;
  LEHR_TRY(order_find(network_graph(&p->network), &limits, &found, err));
  p->order = found.order;
  p->cost = found.cost;
  memcpy(p->method, found.method, sizeof p->method);
  return LEHR_OK;
}

/* Entries that each variable is part of, when it and those whose fronts it is in leave. */
static lehr_status find_weights(const tn_plan *p, double weight[], lehr_error *err) {
  tn_elimination e;
  LEHR_TRY(elimination_make(network_graph(&p->network), p->order, TN_MOST_SLOTS, &e, err));
  for (int32_t v = 0; v < e.n; v++) {
    const double entries = ldexp(1, (int)(e.first[v + 1] - e.first[v]));
    weight[v] += entries;
    for (int64_t k = e.first[v]; k < e.first[v + 1]; k++) weight[e.front[k]] += entries;
  }
  elimination_free(&e);
  return LEHR_OK;
}

/* The same order for the network without those that are fixed. */
static void drop_from_order(tn_plan *p) {
  int32_t count = 0;
  for (int32_t k = 0; k < p->mirror.n; k++) {
    const int32_t place = p->mirror.place[p->order[k]];
    if (place >= 0) p->order[count++] = place;
  }
}

/* Of each part without fields the spin that is in most entries is +1. Tables beyond TN_MOST_SLOTS
 * are left as they are, since nobody will run them. */
static lehr_status fix_spins(tn_plan *p, lehr_error *err) {
  double *const weight = memory_array((size_t)p->network.n, sizeof *weight);
  if (!weight) return error_memory(err, (uint64_t)p->network.n * sizeof *weight);
  const bool is_wide = p->cost.width > TN_MOST_SLOTS;
  lehr_status status = is_wide ? LEHR_OK : find_weights(p, weight, err);
  if (status == LEHR_OK)
    status = mirror_make(&p->network, is_wide ? NULL : weight, &p->mirror, err);
  free(weight);
  LEHR_TRY(status);
  drop_from_order(p);
  return mirror_reduce(&p->mirror, &p->network, err);
}

/* The program of the order, or none if it is too wide. */
static lehr_status write_program(tn_plan *p, const tn_plan_options *o, lehr_error *err) {
  const lehr_status status = program_from_order(&p->network, p->order, &p->program, err);
  if (status == LEHR_EUNAVAILABLE) return LEHR_OK;
  LEHR_TRY(status);
  p->cost = program_cost(&p->program, o->entry_bytes);
  p->fits = p->cost.peak_entries * o->entry_bytes <= (double)o->memory;
  return LEHR_OK;
}

static lehr_status make_from(const lehr_model_view *m, const tn_plan_options *o, tn_plan *out,
                             lehr_error *err) {
  out->n_presolved = m->n;
  LEHR_TRY(network_make(m, &out->network, err));
  LEHR_TRY(find_order(out, o, err));
  LEHR_TRY(fix_spins(out, err));
  return write_program(out, o, err);
}

/* A second plan, of the presolved model; takes the place of *p if it is clearly better. */
static lehr_status try_presolved(const lehr_model_view *m, const tn_plan_options *o, tn_plan *p,
                                 lehr_error *err) {
  enum { MOST_DEGREE = 3 };
  if (!presolve_applies(m, MOST_DEGREE)) return LEHR_OK;
  tn_plan other = {.n = p->n};
  LEHR_TRY(presolve_create(m, MOST_DEGREE, NULL, &other.presolved, err));
  lehr_status status = LEHR_OK;
  bool is_better = false;
  if (presolve_is_exact(other.presolved)) {
    status = make_from(lehr_model_look(presolve_model(other.presolved)), o, &other, err);
    is_better = status == LEHR_OK && other.fits >= p->fits &&
                (other.fits > p->fits || other.cost.seconds < CLEARLY_FASTER * p->cost.seconds);
  }
  if (is_better) {
    other.kept = p->kept;
    p->kept = NULL;
  }
  plan_free(is_better ? p : &other);
  if (is_better) *p = other;
  return status;
}

lehr_status plan_make(const lehr_model_view *m, const tn_plan_options *o, tn_plan *out,
                      lehr_error *err) {
  *out = (tn_plan){.n = m->n};
  if (m->n_groups > 0 && o->only_minimum) {
    LEHR_TRY(penalties_make(m, &out->kept, err));
    m = lehr_model_look(out->kept);
  }
  lehr_status status = make_from(m, o, out, err);
  const bool is_long = !out->fits || out->cost.seconds > LONG_SECONDS;
  if (status == LEHR_OK && o->only_minimum && is_long) status = try_presolved(m, o, out, err);
  if (status != LEHR_OK) plan_free(out);
  return status;
}

void plan_text(const tn_plan *p, int entry_bytes, char text[], size_t size) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double bytes = p->cost.peak_entries * entry_bytes;
  int unit = 0;
  while (bytes >= 1024 && unit < 6) {
    bytes /= 1024;
    unit++;
  }
  snprintf(text, size, "width %d, %.2g s, %.3g %s; %d of %d variables, order by %s", p->cost.width,
           p->cost.seconds, bytes, units[unit], p->network.n, p->n, p->method);
}

lehr_status plan_bits(const tn_plan *p, const int8_t spins[], uint8_t bits[], lehr_error *err) {
  uint8_t *small = memory_array((size_t)p->n_presolved, 1);
  if (!small) return error_memory(err, (uint64_t)p->n_presolved);
  for (int32_t v = 0; v < p->n_presolved; v++) {
    const int32_t place = p->mirror.place[v];
    small[v] = place < 0 || spins[place] > 0;
  }
  if (p->presolved)
    presolve_expand(p->presolved, small, bits);
  else
    memcpy(bits, small, (size_t)p->n);
  free(small);
  return LEHR_OK;
}
