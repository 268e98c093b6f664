/* SPDX-License-Identifier: Apache-2.0 */
/* Min-plus kernels for instruction set level `avx512` (compile options in CMakeLists.txt). */
#define LEVEL mp_avx512
#include "tn/minplus/kernels_levels.inc"
