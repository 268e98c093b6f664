/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bifurcation/forces.h - couplings of the oscillators from a spin form. */
#ifndef LEHR_SOLVERS_BIFURCATION_FORCES_H
#define LEHR_SOLVERS_BIFURCATION_FORCES_H

#include "solvers/bifurcation/oscillators.h"
#include "solvers/spin_form.h"

/* Whether forces_prepare makes tiles of the dense matrix. */
bool forces_are_dense(const lehr_model_view *m);
/* Bytes that forces_prepare takes. */
uint64_t forces_bytes(const lehr_model_view *m);
/* c_i[n] = strength / root mean square of the force on i: its own, or that of all variables (with
 * strength 0.5, that is 0.5 / (sigma sqrt n), Goto et al. 2021). A scale of its own for each
 * variable amounts to a mass of its own: it does not move the minima, but keeps variables with
 * small coefficients from being late. 0 where no force acts. O(interactions). */
void forces_scale(const spin_form *f, double strength, bool is_whole, double scale[]);
/* C_ij = -c_i J_ij and f_i = -c_i h_i. Memory from run; false when refused, or if the run
 * should stop (poll.h). */
bool forces_prepare(oscillator_model *out, const spin_form *f, const double scale[], lehr_run *run);

#endif
