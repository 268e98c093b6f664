/* SPDX-License-Identifier: Apache-2.0 */
/* base/cpu.h - which vector instructions this machine has, and how many threads to use.
 *
 * Kernels are compiled once per level and must give bit-identical results on all of them. */
#ifndef LEHR_BASE_CPU_H
#define LEHR_BASE_CPU_H

#include <stdint.h>

typedef enum cpu_level { CPU_BASELINE = 0, CPU_AVX2 = 1, CPU_AVX512 = 2, CPU_LEVELS = 3 } cpu_level;

/* Highest level that processor and operating system support (both with BMI1 and BMI2; AVX-512: F,
 * BW, DQ, VL). */
cpu_level cpu_best_level(void);
const char *cpu_level_name(cpu_level level);

/* Processors this process may run on (affinity mask and cgroup quota), >= 1. */
int32_t cpu_count(void);

/* Model name of the processor as /proc/cpuinfo gives it, or "unknown". */
void cpu_model_name(char name[], int32_t size);

#endif
