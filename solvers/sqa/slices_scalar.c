/* SPDX-License-Identifier: Apache-2.0 */
/* One lane at a time in plain C: the definition of what the vector kernels compute. */
#define SLICES_LEVEL slices_scalar
#define SLICES_KERNEL "solvers/sqa/slices_scalar.inc"
#include "solvers/sqa/slices_levels.inc"
