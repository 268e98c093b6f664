/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/forecaster.h"

#include <string.h>

#define FORECASTER(name) extern const forecaster forecaster_##name;
#include "workflows/forecast/forecasters.def"
#undef FORECASTER

static const forecaster *const forecasters[] = {
#define FORECASTER(name) &forecaster_##name,
#include "workflows/forecast/forecasters.def"
#undef FORECASTER
};
enum { N_FORECASTERS = sizeof forecasters / sizeof forecasters[0] };

const forecaster *forecaster_at(int32_t index) {
  return index >= 0 && index < N_FORECASTERS ? forecasters[index] : NULL;
}

const forecaster *forecaster_find(const char *name) {
  for (int32_t k = 0; k < N_FORECASTERS; k++)
    if (strcmp(forecasters[k]->name, name) == 0) return forecasters[k];
  return NULL;
}

int32_t forecasters_default(const forecaster *out[FORECASTERS_MOST]) {
  int32_t n = 0;
  for (int32_t k = 0; k < N_FORECASTERS && n < FORECASTERS_MOST; k++)
    if (!forecasters[k]->is_comparison) out[n++] = forecasters[k];
  return n;
}
