/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/sqa/slices.h"

#include "base/real.h"

/* Keeps tanh above zero: the coupling stays below 700. */
#define SMALLEST_TANH 1e-300

const slice_kernel *slices_kernel(int level, int type) {
  if (level == LANES_SCALAR) return &slices_scalar[type];
#if defined(__x86_64__)
  if (level == CPU_AVX2) return &slices_avx2[type];
  if (level == CPU_AVX512) return &slices_avx512[type];
#endif
  return &slices_baseline[type];
}

double slices_coupling(double gamma, double half_temperature) {
  const double z = gamma / half_temperature;
  /* Below 2^-30 the quotient loses digits, and tanh z = z to 60 bits. */
  const double decayed = real_exp(-2 * z);
  const double tanh_z = z < 0x1p-30 ? z : (1 - decayed) / (1 + decayed);
  return -real_log(tanh_z > SMALLEST_TANH ? tanh_z : SMALLEST_TANH);
}
