/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/presolve.h - a smaller model with the same lowest energy.
 *
 * Variables are taken out, one after the other, by rules that keep the minimum (never the whole
 * spectrum), in spin form E = constant + sum h s + sum J s s:
 *   fixed    |h_v| >= sum_j |J_vj|:               s_v = -sign(h_v)
 *   merged   |J_vj| >= |h_v| + other |J_vk|:      s_v = -sign(J_vj) s_j
 *   degree 2 and 3: the minimum over s_v, -|h_v + sum_j J_vj s_j|, is again quadratic in two
 *            neighbours, and in three where its cubic part vanishes (star-triangle; always if
 *            h_v = 0)
 * (Boros, Hammer, Tavares 2006 call the first two persistencies; Glover, Lewis, Kochenberger 2018
 * list such rules for QUBO.) Members of groups are kept; they may be neighbours. All arithmetic is
 * in integers: real coefficients are rounded to 2^-56 of the sum of their magnitudes first, and
 * where a rule would leave the integers it is not applied. */
#ifndef LEHR_QUBO_PRESOLVE_H
#define LEHR_QUBO_PRESOLVE_H

#include "lehr/model.h"

#include <stdbool.h>

typedef struct presolve presolve;

/* Whether any rule applies to any variable as m stands: otherwise presolving would make a copy.
 * O(n + interactions), a fraction of what presolving takes. */
bool presolve_applies(const lehr_model_view *m, int max_degree);

/* The share of the variables to which a rule applies as m stands; where it is more than a half, as
 * in forests, few are left in the end. 0 for models with groups. O(n + interactions). */
double presolve_promise(const lehr_model_view *m, int max_degree);

/* Bytes that presolving m takes at most, beside the smaller model. */
uint64_t presolve_bytes(const lehr_model_view *m);

typedef struct presolve_guard {
  /* Asked every few milliseconds, but for the assembly of the smaller model. */
  bool (*should_stop)(void *user);
  void *user;
  /* Unless NULL, asked before that: whether there is time for a model of so many variables and
   * neighbours of all of them. Then it is made, though the rules may have been stopped. */
  bool (*is_time_for)(void *user, double terms);
} presolve_guard;

static inline bool presolve_should_stop(const presolve_guard *guard) {
  return guard && guard->should_stop(guard->user);
}

/* max_degree: 0..3, of the variables that are minimised out; 1 stands for fixing and merging only,
 * 0 leaves all variables. *out is NULL and the status OK where the smaller model would leave the
 * range of exact ones (binary models of which the magnitudes sum up to more than 2^59), and, but
 * never without a guard, where the guard says so or too few of more than 2^17 variables vanish to
 * be worth the assembly. ENOMEM. O(n + interactions) for bounded degrees. */
lehr_status presolve_create(const lehr_model_view *m, int max_degree, const presolve_guard *guard,
                            presolve **out, lehr_error *err);
void presolve_free(presolve *p);

/* The smaller model, over spins, constants included: its lowest energy is that of the given model
 * (up to the rounding of real coefficients). Owned by p. */
const lehr_model *presolve_model(const presolve *p);
/* Whether no rounding took place, so that a bound for the smaller model is one for the other. */
bool presolve_is_exact(const presolve *p);
/* [variables of the smaller model] their numbers in the given one, ascending. */
const int32_t *presolve_kept(const presolve *p);

/* Completes an assignment with the best values of the variables that are gone: E(bits) is
 * E_small(small) (up to rounding). bits[n] may not overlap small[]. O(n). */
void presolve_expand(const presolve *p, const uint8_t small[], uint8_t bits[]);
/* The kept variables of an assignment. */
void presolve_restrict(const presolve *p, const uint8_t bits[], uint8_t small[]);

#endif
