/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fpu.h"

#include <float.h>
#include <stdint.h>

#if defined(__x86_64__)
/* MXCSR without the sticky exception flags: all traps masked, nothing else set. x87 (long double):
 * traps masked, 64-bit precision, round to nearest. */
enum { MXCSR_MODE = 0xffc0, MXCSR_DEFAULT = 0x1f80, X87_MODE = 0x0f3f, X87_DEFAULT = 0x033f };

static bool is_default(void) {
  uint16_t x87;
  __asm__ volatile("fnstcw %0" : "=m"(x87));
  return (__builtin_ia32_stmxcsr() & MXCSR_MODE) == MXCSR_DEFAULT &&
         (x87 & X87_MODE) == X87_DEFAULT;
}
#else
static bool is_default(void) {
  const volatile double smallest = DBL_MIN;
  return fegetround() == FE_TONEAREST && smallest / 2 != 0;
}
#endif

void fpu_enter(fenv_t *saved) {
  fegetenv(saved);
  if (!is_default()) fesetenv(FE_DFL_ENV);
}

void fpu_leave(const fenv_t *saved) { fesetenv(saved); }

bool fpu_reset(void) {
  if (is_default()) return false;
  fesetenv(FE_DFL_ENV);
  return true;
}
