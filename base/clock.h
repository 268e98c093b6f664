/* SPDX-License-Identifier: Apache-2.0 */
/* base/clock.h - monotonic wall time, CPU time, peak memory. Setting the system clock has no effect.
 */
#ifndef LEHR_BASE_CLOCK_H
#define LEHR_BASE_CLOCK_H

#include <stdint.h>

/* Seconds since an arbitrary fixed point. */
double clock_wall(void);
/* CPU seconds of the process, all threads. */
double clock_cpu(void);
/* Peak resident memory of the process in bytes. */
int64_t clock_peak_memory(void);

#endif
