/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/forecaster.h"

#include <string.h>

extern const forecaster forecaster_naive_day, forecaster_naive_week, forecaster_vanilla,
    forecaster_recency, forecaster_ridge_all, forecaster_selected;

const forecaster *const FORECASTERS[] = {&forecaster_naive_day,
                                         &forecaster_naive_week,
                                         &forecaster_vanilla,
                                         &forecaster_recency,
                                         &forecaster_ridge_all,
                                         &forecaster_selected,
                                         NULL};

const forecaster *forecaster_find(const char *name) {
  for (int32_t k = 0; FORECASTERS[k]; k++)
    if (strcmp(FORECASTERS[k]->name, name) == 0) return FORECASTERS[k];
  return NULL;
}
