/* SPDX-License-Identifier: Apache-2.0 */
/* The scalar twin of all min-plus kernels. */
#define LEVEL mp_scalar
#include "tn/minplus/kernels_scalar.inc"
