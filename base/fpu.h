/* SPDX-License-Identifier: Apache-2.0 */
/* base/fpu.h - the floating-point mode of the calling thread.
 *
 * Energies must not depend on what the calling program, or a plugin built with -ffast-math, did to
 * the rounding mode or to subnormal numbers: the host computes in the default mode (round to
 * nearest, subnormals kept, no traps) and gives the caller's mode back afterwards. */
#ifndef LEHR_BASE_FPU_H
#define LEHR_BASE_FPU_H

#include <fenv.h>
#include <stdbool.h>

/* Saves the thread's mode and switches to the default one. */
void fpu_enter(fenv_t *saved);
/* Back to the saved mode. */
void fpu_leave(const fenv_t *saved);
/* Back to the default mode; true if it had been left. A few nanoseconds where nothing changed. */
bool fpu_reset(void);

#endif
