/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/energy.h - energies, recomputed from the model and nothing else.
 *
 * Exact models: int64 in units of view->scale; energy_check_range() was passed when the model was
 * built, so nothing here can wrap. Real models: compensated sums in a fixed order. */
#ifndef LEHR_QUBO_ENERGY_H
#define LEHR_QUBO_ENERGY_H

#include "lehr/model.h"

#include <stdbool.h>

/* Energy in the model's own terms. */
typedef struct energy {
  int64_t exact; /* 0 for real models */
  double real;   /* real units, always set */
} energy;

/* Energy of bits[n], each 0 or 1. O(interactions). */
energy energy_of(const lehr_model_view *m, const uint8_t bits[]);

/* Whether a is lower than b under a model; exact models compare integers. */
bool energy_less(const lehr_model_view *m, energy a, energy b);

/* How far a lower bound may be below an energy and still prove it: 0 for exact models. Coefficients
 * of real ones are doubles, which are exact to nobody: 2^-30 of the energy or of the smallest
 * coefficient that is not 0, whichever is more. O(interactions). */
double energy_proof_gap(const lehr_model_view *m, double real);

/* LEHR_ERANGE if the magnitudes of an exact model sum up to more than INT64_MAX/4 (a flip delta
 * is at most twice the sum, its spin form at most four times), those of a real one to more than
 * 2^1015. O(interactions). */
lehr_status energy_check_range(const lehr_model_view *m, lehr_error *err);

/* Whether bits[n] satisfies every group. */
bool energy_feasible(const lehr_model_view *m, const uint8_t bits[]);

#endif
