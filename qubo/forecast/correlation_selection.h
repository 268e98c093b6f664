/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/forecast/correlation_selection.h - choosing columns by correlations alone, to compare with.
 *
 * Neither looks at coefficients, so that columns which only matter together stay unseen. Several
 * members add up, as in qubo/forecast/feature_selection.h. */
#ifndef LEHR_QUBO_FORECAST_CORRELATION_SELECTION_H
#define LEHR_QUBO_FORECAST_CORRELATION_SELECTION_H

#include "qubo/forecast/feature_selection.h"

/* Relevance minus redundancy as a model (Peng, Long, Ding 2005, whose criterion is weight 2;
 * Rodriguez-Lujan et al. 2010): maximises sum |r_i|/sd y - (weight/k) sum_{i<j} |C_ij| with exactly
 * k ones. ENOMEM. O(p^2 members). */
lehr_status selection_mrmr_model(const selection_problem *s, double weight, lehr_model **out,
                                 lehr_error *err);

/* The k columns of largest |r_i|/sd y; the first of equals. bits[p]. O(k p). ENOMEM. */
lehr_status selection_correlation(const selection_problem *s, uint8_t bits[], lehr_error *err);

#endif
