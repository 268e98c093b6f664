/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/setup.h - what annealing without groups begins with, whatever the kernel: the spin
 * form, quantiles, lanes or rows for a trial, and the temperatures found with it. */
#ifndef LEHR_SOLVERS_ANNEAL_SETUP_H
#define LEHR_SOLVERS_ANNEAL_SETUP_H

#include "solvers/anneal/anneal.h"

typedef struct anneal_setup {
  spin_form form;
  lane_model model;
  lane_quantiles quantiles;
  strip_job job; /* run, model, quantiles, kind and site_work are filled in */
} anneal_setup;

/* False when memory is refused. */
bool setup_prepare(anneal_setup *s, lehr_run *run);
/* The model in lanes of that level, with the trial kernel; false when memory is refused. */
bool setup_lanes(anneal_setup *s, int level);
/* Makes the shape of s->job by a trial, or from the caller's points; false when memory is refused.
 */
bool setup_temperatures(anneal_setup *s, const budget *b);

#endif
