/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cpu.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

cpu_level cpu_best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2")) return CPU_BASELINE;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return CPU_AVX512;
  if (__builtin_cpu_supports("avx2")) return CPU_AVX2;
#endif
  return CPU_BASELINE;
}

const char *cpu_level_name(cpu_level level) {
  static const char *const names[CPU_LEVELS] = {"baseline", "avx2", "avx512"};
  return names[level];
}

/* Whole processors granted by a cgroup quota, or INT32_MAX. */
static int32_t quota(void) {
  int32_t result = INT32_MAX;
  long long allowed, period;
  FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");
  if (!f) return result;
  if (fscanf(f, "%lld %lld", &allowed, &period) == 2 && period > 0)
    result = (int32_t)((allowed + period - 1) / period);
  fclose(f);
  return result < 1 ? 1 : result;
}

int32_t cpu_count(void) {
  cpu_set_t set;
  const int32_t affine = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  const int32_t granted = quota();
  return affine < granted ? affine : granted;
}

void cpu_model_name(char name[], int32_t size) {
  char line[256];
  snprintf(name, (size_t)size, "unknown");
  FILE *f = fopen("/proc/cpuinfo", "re");
  if (!f) return;
  while (fgets(line, sizeof line, f)) {
    const char *value = strchr(line, ':');
    if (strncmp(line, "model name", 10) != 0 || !value) continue;
    snprintf(name, (size_t)size, "%s", value + 2);
    name[strcspn(name, "\n")] = '\0';
    break;
  }
  fclose(f);
}
