/* SPDX-License-Identifier: Apache-2.0 */
/* base/real.h - floating-point helpers that give the same bits on every machine.
 *
 * libm's log and exp differ between versions in the last bit; acceptance thresholds and generated
 * instances must not. These use only + - * / and are correct to about 2 ulp. */
#ifndef LEHR_BASE_REAL_H
#define LEHR_BASE_REAL_H

#include <stdint.h>

/* Natural logarithm of a finite x > 0. */
double real_log(double x);
/* e^x; 0 below -745, +inf above 709.7. */
double real_exp(double x);

/* cos(2 pi turns) for |turns| < 2^50: reduced exactly, error below 2e-16. */
double real_cos_turns(double turns);

/* Compensated sum in the given order (Neumaier 1974). */
typedef struct real_sum {
  double sum, correction;
} real_sum;
void real_sum_add(real_sum *s, double value);
double real_sum_value(const real_sum *s);

#endif
