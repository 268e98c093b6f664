/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/joined.h - a spin form in which the members of a group are neighbours.
 *
 * Couplings of 0 between them leave energies as they are, but clusters of differing sites
 * (cluster.h) then hold either all differing members of a group or none. So a state that takes a
 * cluster from another one takes the other's choice in each group that it touches, and keeps the
 * groups. */
#ifndef LEHR_SOLVERS_HYBRID_JOINED_H
#define LEHR_SOLVERS_HYBRID_JOINED_H

#include "solvers/spin_form.h"

/* Whether the model has groups, and the cliques that they become do not take far more than it. */
bool joined_is_possible(const lehr_model_view *m);
/* Bytes that joined_form takes; 0 where it is not possible. */
uint64_t joined_bytes(const lehr_model_view *m);
/* Gives f, the form of run->model, whose groups are disjoint, rows of its own with those couplings;
 * columns ascend. Memory from run; false when refused, or not possible. */
bool joined_form(spin_form *f, lehr_run *run);

#endif
