/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bifurcation/stiffness.h - the longest step that the oscillators stand. */
#ifndef LEHR_SOLVERS_BIFURCATION_STIFFNESS_H
#define LEHR_SOLVERS_BIFURCATION_STIFFNESS_H

#include "solvers/bifurcation/oscillators.h"
#include "solvers/spin_form.h"

/* An estimate, from below, of -(least eigenvalue of C), >= 0: how stiff the forces are beside the
 * pump. C has real eigenvalues: a diagonal scaling makes it symmetric. Power iteration, first for
 * the largest magnitude, then for the other end of the spectrum. Memory from run; negative when
 * refused, or if the run should stop (poll.h). O(interactions) times a few, fewer for large models.
 */
double stiffness_of(const spin_form *f, const double scale[], lehr_run *run);

/* The symplectic Euler step is stable while step^2 (1 + stiffness) < 4; this stays well below, and
 * at most 1. Without it antiferromagnets of high degree, such as dense cuts, swing from wall to
 * wall at every step. */
double stiffness_step(double stiffness);

#endif
