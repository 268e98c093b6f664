/* SPDX-License-Identifier: Apache-2.0 */
/* bench/problems.h - the models that the cases run on, made from fixed seeds or read from files. */
#ifndef LEHR_BENCH_PROBLEMS_H
#define LEHR_BENCH_PROBLEMS_H

#include "lehr/lehr.h"

#include <stdint.h>
#include <stdio.h>

/* Binary, integer coefficients -10..10 on about `density` of the pairs and on all variables. */
lehr_model *problem_random(int32_t n, double density, uint64_t seed);

/* Choose k of n: dense real couplings, one cardinality group. */
lehr_model *problem_selection(int32_t n, int32_t k, uint64_t seed);

/* Appends the model to an open file in the form that bench/peers read. */
void problem_print(const lehr_model *m, FILE *out);

#endif
