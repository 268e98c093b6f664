/* SPDX-License-Identifier: Apache-2.0 */
/* Min-plus kernels for every machine of this architecture: SSE2 on x86-64, else plain C. */
#define LEVEL mp_baseline
#if defined(__SSE2__)
#include "tn/minplus/kernels_levels.inc"
#else
#include "tn/minplus/kernels_scalar.inc"
#endif
