/* SPDX-License-Identifier: Apache-2.0 */
/* Flushes subnormal numbers and rounds upwards, when loaded and when run: must be undone. */
#include "evil.h"

#include <fenv.h>

static void spoil(void) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040); /* FTZ, DAZ */
#endif
  fesetround(FE_UPWARD);
}

__attribute__((constructor)) static void when_loaded(void) { spoil(); }

static lehr_status evil_run(lehr_run *run) {
  spoil();
  const lehr_status status = evil_sample(run, 1);
  spoil();
  return status;
}

EVIL_PLUGIN(.name = "evil-fpu")
