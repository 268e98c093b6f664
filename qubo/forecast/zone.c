/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/zone.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/real.h"

#include <math.h>
#include <stdlib.h>

void zone_hours_free(zone_hours *z) {
  if (!z) return;
  free(z->load);
  free(z->log_load);
  free(z->temperature);
  free(z);
}

static void take_load(const series *s, int32_t zone, zone_hours *z) {
  for (int64_t i = 0; i < s->n_steps; i++) {
    double load = s->demand[i * s->n_zones + zone];
    if (isnan(load)) z->missing_load++;
    if (load <= 0) {
      z->nonpositive_load++;
      load = NAN;
    }
    z->load[i] = load;
    z->log_load[i] = isnan(load) ? NAN : real_log(load);
  }
}

static double temperature_of(const series *s, int64_t i, int32_t zone) {
  const double *row = s->temperature + i * s->n_stations;
  if (s->n_stations == s->n_zones) return row[zone];
  double sum = 0;
  int32_t n = 0;
  for (int32_t k = 0; k < s->n_stations; k++) {
    if (isnan(row[k])) continue;
    sum += row[k];
    n++;
  }
  return n ? sum / n : NAN;
}

/* Drops the column when nothing was measured. */
static void take_temperature(const series *s, int32_t zone, zone_hours *z) {
  for (int64_t i = 0; i < s->n_steps; i++) {
    z->temperature[i] = temperature_of(s, i, zone);
    z->missing_temperature += isnan(z->temperature[i]);
  }
  if (z->missing_temperature < s->n_steps) return;
  free(z->temperature);
  z->temperature = NULL;
  z->missing_temperature = 0;
}

lehr_status zone_hours_create(const series *hourly, const calendar *c, int32_t zone,
                              zone_hours **out, lehr_error *err) {
  const size_t n = (size_t)hourly->n_steps;
  zone_hours *z = calloc(1, sizeof *z);
  if (!z) return error_memory(err, sizeof *z);
  z->calendar = c;
  z->n_days = (int32_t)(hourly->n_steps / 24);
  z->load = memory_array(n, sizeof(double));
  z->log_load = memory_array(n, sizeof(double));
  z->temperature = memory_array(n, sizeof(double));
  if (!z->load || !z->log_load || !z->temperature) {
    zone_hours_free(z);
    return error_memory(err, 3 * n * sizeof(double));
  }
  take_load(hourly, zone, z);
  take_temperature(hourly, zone, z);
  *out = z;
  return LEHR_OK;
}
