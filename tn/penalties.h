/* SPDX-License-Identifier: Apache-2.0 */
/* tn/penalties.h - groups of variables as part of the energy.
 *
 * A broken group costs more than the energies of any two states differ by, and a kept one nothing:
 * the lowest states of the new model are those of the old one among the states that keep all
 * groups, if there are any. All three kinds are quadratic in their own variables, so that none are
 * added; the members of a group become neighbours of each other. */
#ifndef LEHR_TN_PENALTIES_H
#define LEHR_TN_PENALTIES_H

#include "lehr/model.h"

/* A model with groups as one without, over the same variables; energies of states that keep the
 * groups are those of m divided by its scale, up to a constant. Groups with is_left_out[g] get no
 * penalty. *rounding: what adding penalties to real coefficients does to the energy of any state,
 * at most. EUNAVAILABLE for groups of too many variables, and where the penalties would be too
 * large for exact sums; ENOMEM. O(interactions + squares of the groups' sizes). */
lehr_status penalties_make(const lehr_model_view *m, const uint8_t is_left_out[], lehr_model **out,
                           double *rounding, lehr_error *err);

#endif
