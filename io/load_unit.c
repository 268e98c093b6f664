/* SPDX-License-Identifier: Apache-2.0 */
#include "io/load_unit.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const struct {
  const char *name;
  double megawatts; /* or megawatt-hours */
  bool is_energy;
} units[] = {{"MW", 1, false}, {"kW", 1e-3, false}, {"GW", 1e3, false}, {"W", 1e-6, false},
             {"MWh", 1, true}, {"kWh", 1e-3, true}, {"GWh", 1e3, true}};
enum { N_UNITS = sizeof units / sizeof units[0] };

double load_unit_factor(const char *unit, int64_t step_s) {
  for (int k = 0; k < N_UNITS; k++)
    if (strcmp(unit, units[k].name) == 0)
      return units[k].is_energy ? units[k].megawatts * 3600 / (double)step_s : units[k].megawatts;
  return 0;
}

const char *load_unit_of_name(const char *name, size_t length) {
  for (int k = 0; k < N_UNITS; k++) {
    const size_t n = strlen(units[k].name);
    if (length > n && name[length - n - 1] == '_' &&
        strncasecmp(name + length - n, units[k].name, n) == 0)
      return units[k].name;
  }
  return NULL;
}
