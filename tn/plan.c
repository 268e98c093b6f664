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
  legs_free(&p->legs);
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
                               .time_index = p->network.time_index,
                               .guard = o->guard};
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

/* Of the network that is there. */
static lehr_status plan_network(const tn_plan_options *o, tn_plan *p, lehr_error *err) {
  p->n_presolved = p->network.n;
  LEHR_TRY(find_order(p, o, err));
  LEHR_TRY(fix_spins(p, err));
  return write_program(p, o, err);
}

static lehr_status make_from(const lehr_model_view *m, const tn_plan_options *o, tn_plan *out,
                             lehr_error *err) {
  LEHR_TRY(network_make(m, &out->network, err));
  return plan_network(o, out, err);
}

/* The groups of is_leg[] as legs, the others as penalties. */
static lehr_status add_groups(const lehr_model_view *m, const uint8_t is_leg[], int32_t n_legs,
                              tn_plan *p, lehr_error *err) {
  double rounding = 0;
  if (n_legs < m->n_groups) LEHR_TRY(penalties_make(m, is_leg, &p->kept, &rounding, err));
  const lehr_model_view *const terms = p->kept ? lehr_model_look(p->kept) : m;
  LEHR_TRY(n_legs == 0 ? network_make(terms, &p->network, err)
                       : legs_make(terms, m, is_leg, &p->legs, &p->network, err));
  p->network.rounding += rounding;
  return LEHR_OK;
}

static void drop_kept(tn_plan *p) {
  lehr_model_free(p->kept);
  p->kept = NULL;
}

/* Legs where they are narrower; where penalties are too large for that, as many legs as there can
 * be, or penalties alone. */
static lehr_status groups_for_minimum(const lehr_model_view *m, uint8_t is_leg[], tn_plan *p,
                                      lehr_error *err) {
  lehr_status status = LEHR_EUNAVAILABLE;
  for (int choice = 0; choice < 3 && status == LEHR_EUNAVAILABLE; choice++) {
    drop_kept(p);
    memset(is_leg, 0, (size_t)m->n_groups);
    const int32_t n_legs = choice < 2 ? legs_choose(m, choice == 0, is_leg) : 0;
    if (n_legs < 0) return error_memory(err, (uint64_t)m->n_groups + (uint64_t)m->n);
    status = add_groups(m, is_leg, n_legs, p, err);
  }
  return status;
}

static lehr_status groups_for_all(const lehr_model_view *m, uint8_t is_leg[], tn_plan *p,
                                  lehr_error *err) {
  const int32_t n_legs = legs_choose(m, false, is_leg);
  if (n_legs < 0) return error_memory(err, (uint64_t)m->n_groups + (uint64_t)m->n);
  if (n_legs < m->n_groups)
    return error_set(err, LEHR_EUNAVAILABLE,
                     "groups that overlap or have thousands of states: the optimum only");
  return add_groups(m, is_leg, n_legs, p, err);
}

static lehr_status network_of_groups(const lehr_model_view *m, const tn_plan_options *o, tn_plan *p,
                                     lehr_error *err) {
  uint8_t *const is_leg = memory_array((size_t)m->n_groups, 1);
  if (!is_leg) return error_memory(err, (uint64_t)m->n_groups);
  const lehr_status status =
      o->only_minimum ? groups_for_minimum(m, is_leg, p, err) : groups_for_all(m, is_leg, p, err);
  free(is_leg);
  return status;
}

static bool is_over(void *guard) { return guard_should_stop(guard) != 0; }

/* A second plan, of the presolved model, where the search may take as long as presolving does;
 * takes the place of *p if it is clearly better. */
static lehr_status try_presolved(const lehr_model_view *m, const tn_plan_options *o, tn_plan *p,
                                 lehr_error *err) {
  enum { MOST_DEGREE = 3, STEPS_PER_TERM = 400 };
  const int64_t steps = STEPS_PER_TERM * ((int64_t)m->n + 2 * m->n_interactions);
  if (steps > o->work || !presolve_applies(m, MOST_DEGREE)) return LEHR_OK;
  const presolve_guard guard = {.should_stop = is_over, .user = (void *)o->guard};
  tn_plan other = {.n = p->n};
  LEHR_TRY(presolve_create(m, MOST_DEGREE, o->guard ? &guard : NULL, &other.presolved, err));
  if (!other.presolved) return LEHR_OK;
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
  lehr_status status =
      m->n_groups > 0 ? network_of_groups(m, o, out, err) : network_make(m, &out->network, err);
  if (status == LEHR_OK) status = plan_network(o, out, err);
  if (out->kept) m = lehr_model_look(out->kept);
  const bool is_long = !out->fits || out->cost.seconds > LONG_SECONDS;
  if (status == LEHR_OK && o->only_minimum && out->legs.count == 0 && is_long)
    status = try_presolved(m, o, out, err);
  if (status != LEHR_OK) plan_free(out);
  return status;
}

plan_size plan_least(const tn_plan *p, int entry_bytes) {
  return (plan_size){
      .bytes = p->cost.peak_entries * entry_bytes, .seconds = p->cost.seconds, .is_least = true};
}

void plan_text(const tn_plan *p, plan_size takes, char text[], size_t size) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double bytes = takes.bytes;
  int unit = 0;
  while (bytes >= 1024 && unit < 6) {
    bytes /= 1024;
    unit++;
  }
  snprintf(text, size, "width %d, %s%.2g s, %.3g %s; %d %s %d variables, order by %s",
           p->cost.width, takes.is_least ? "at least " : "", takes.seconds, bytes, units[unit],
           p->network.n, p->legs.count > 0 ? "bits for" : "of", p->n, p->method);
}

void plan_state(const tn_plan *p, const uint8_t codes[], uint8_t bits[]) {
  if (p->presolved)
    presolve_expand(p->presolved, codes, bits);
  else if (p->legs.count > 0)
    legs_bits(&p->legs, codes, bits);
  else
    memcpy(bits, codes, (size_t)p->n);
}

lehr_status plan_bits(const tn_plan *p, const int8_t spins[], uint8_t bits[], lehr_error *err) {
  uint8_t *small = memory_array((size_t)p->n_presolved, 1);
  if (!small) return error_memory(err, (uint64_t)p->n_presolved);
  for (int32_t v = 0; v < p->n_presolved; v++) {
    const int32_t place = p->mirror.place[v];
    small[v] = place < 0 || spins[place] > 0;
  }
  plan_state(p, small, bits);
  free(small);
  return LEHR_OK;
}
