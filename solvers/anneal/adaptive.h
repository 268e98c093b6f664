/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/adaptive.h - a schedule from the energies of a trial, at constant thermodynamic
 * speed (Salamon, Nulton, Robinson, Pedersen, Ruppeiner, Liao 1988, "Simulated annealing with
 * constant thermodynamic speed"; Sibani, Salamon 1992).
 *
 * A replica lags behind equilibrium by as many standard deviations of the energy as the mean
 * energy moves per relaxation time; the loss of a run of given length is least where that is the
 * same all the time:  |d<E>/dt| = v sqrt(Var E).  With Var E = -d<E>/dbeta the sweeps spent between
 * two inverse temperatures are in proportion to sqrt(-d<E> dbeta), that is, sqrt(C) d ln(beta) with
 * the heat capacity C. The relaxation time, which the theory has as another factor, is left out: a
 * short trial cannot tell it from the time that it takes itself. A part of the sweeps is spread
 * evenly over ln(beta) instead. */
#ifndef LEHR_SOLVERS_ANNEAL_ADAPTIVE_H
#define LEHR_SOLVERS_ANNEAL_ADAPTIVE_H

#include "lehr/solve.h"

enum { SURVEY_POINTS = 8, ADAPTIVE_POINTS = 33 };

/* Mean energies of a trial that fell in temperature; any unit, the same for all. */
typedef struct survey {
  int32_t count; /* 0: nothing was measured */
  double temperature[SURVEY_POINTS], energy[SURVEY_POINTS];
} survey;

/* Fills points[ADAPTIVE_POINTS] from hot to cold, evenly spaced in ln(beta); places run from 0
 * to 1. Beyond the survey its last piece goes on. */
void adaptive_points(const survey *s, double hot, double cold, lehr_schedule_point points[]);

#endif
