/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "io/hdf5_series.h"

#include <math.h>

static void describe(h5_writer *w, const char *object, const char *const pairs[][2], int count) {
  for (int k = 0; k < count; k++) h5_put_attribute_string(w, object, pairs[k][0], pairs[k][1]);
}
#define DESCRIBE(w, object, pairs) describe(w, object, pairs, sizeof(pairs) / sizeof((pairs)[0]))

/* Times are made block by block, so that nothing has to be allocated here. */
static void put_times(h5_writer *w, const series *s) {
  enum { BLOCK = 1024 };
  const int64_t shape[2] = {s->n_steps, 2};
  int64_t begin[BLOCK], bounds[BLOCK][2];
  h5_make_dataset(w, "/time", H5_INT64, 1, shape);
  h5_make_dataset(w, "/time_bnds", H5_INT64, 2, shape);
  for (int64_t t = 0; t < s->n_steps; t += BLOCK) {
    const int64_t n = s->n_steps - t < BLOCK ? s->n_steps - t : BLOCK;
    for (int64_t k = 0; k < n; k++) {
      begin[k] = bounds[k][0] = s->start_s + (t + k) * s->step_s;
      bounds[k][1] = begin[k] + s->step_s;
    }
    h5_write(w, "/time", H5_INT64, 1, (const int64_t[]){t}, (const int64_t[]){n}, begin);
    h5_write(w, "/time_bnds", H5_INT64, 2, (const int64_t[]){t, 0}, (const int64_t[]){n, 2},
             bounds);
  }
}

static void put_time(h5_writer *w, const series *s) {
  static const char *const about[][2] = {{"units", "seconds since 1970-01-01 00:00:00"},
                                         {"calendar", "proleptic_gregorian"},
                                         {"standard_name", "time"},
                                         {"long_name", "interval start (UTC)"},
                                         {"axis", "T"},
                                         {"bounds", "time_bnds"}};
  put_times(w, s);
  DESCRIBE(w, "/time", about);
  h5_put_attribute_int(w, "/time", "time_step_seconds", s->step_s);
  h5_make_scale(w, "/time");
  h5_make_dimension(w, "/bnds", 2);
  h5_attach_scale(w, "/time_bnds", 0, "/time");
  h5_attach_scale(w, "/time_bnds", 1, "/bnds");
}

static void put_names(h5_writer *w, const char *path, const char *long_name,
                      const series_name names[], int64_t count) {
  h5_make_dataset(w, path, H5_STRING, 1, &count);
  for (int64_t k = 0; k < count; k++)
    h5_write_strings(w, path, k, 1, (const char *const[]){names[k]});
  h5_put_attribute_string(w, path, "long_name", long_name);
  h5_make_scale(w, path);
}

static void put_demand(h5_writer *w, const series *s) {
  static const char *const demand[][2] = {{"units", "MW"},
                                          {"long_name", "electric demand"},
                                          {"cell_methods", "time: mean"},
                                          {"ancillary_variables", "demand_flag"}};
  static const char *const flag[][2] = {{"long_name", "quality of demand"},
                                        {"standard_name", "status_flag"},
                                        {"flag_meanings", "measured estimated missing outlier"}};
  static const int8_t values[] = {SERIES_MEASURED, SERIES_ESTIMATED, SERIES_MISSING,
                                  SERIES_OUTLIER};
  h5_put_matrix(w, "/demand", H5_REAL64, s->n_steps, s->n_zones, s->demand);
  DESCRIBE(w, "/demand", demand);
  h5_put_attribute_real(w, "/demand", "_FillValue", NAN);
  h5_put_matrix(w, "/demand_flag", H5_INT8, s->n_steps, s->n_zones, s->demand_flag);
  DESCRIBE(w, "/demand_flag", flag);
  h5_put_attribute_array(w, "/demand_flag", "flag_values", H5_INT8, 4, values);
  static const char *const paths[] = {"/demand", "/demand_flag"};
  for (int k = 0; k < 2; k++) {
    h5_attach_scale(w, paths[k], 0, "/time");
    h5_attach_scale(w, paths[k], 1, "/zone");
  }
}

static void put_temperature(h5_writer *w, const series *s) {
  static const char *const about[][2] = {{"units", "degC"},
                                         {"standard_name", "air_temperature"},
                                         {"long_name", "air temperature"},
                                         {"cell_methods", "time: mean"}};
  h5_put_matrix(w, "/temperature", H5_REAL64, s->n_steps, s->n_stations, s->temperature);
  DESCRIBE(w, "/temperature", about);
  h5_put_attribute_real(w, "/temperature", "_FillValue", NAN);
  h5_attach_scale(w, "/temperature", 0, "/time");
  h5_attach_scale(w, "/temperature", 1, "/station");
}

static void put_holiday(h5_writer *w, const series *s) {
  static const int8_t values[] = {0, 1};
  static const char *const about[][2] = {{"long_name", "public holiday (local date)"},
                                         {"flag_meanings", "ordinary_day public_holiday"}};
  h5_put_array(w, "/holiday", H5_INT8, s->n_steps, s->holiday);
  DESCRIBE(w, "/holiday", about);
  h5_put_attribute_array(w, "/holiday", "flag_values", H5_INT8, 2, values);
  h5_attach_scale(w, "/holiday", 0, "/time");
}

void hdf5_series_put(h5_writer *w, const series *s) {
  h5_put_attribute_string(w, "/", "Conventions", "CF-1.8");
  h5_put_attribute_string(w, "/", "source", "load series as read or made by lehr");
  if (s->time_zone[0]) h5_put_attribute_string(w, "/", "time_zone", s->time_zone);
  put_time(w, s);
  put_names(w, "/zone", "zone", (const series_name *)s->zone, s->n_zones);
  put_demand(w, s);
  if (s->n_stations > 0) {
    put_names(w, "/station", "temperature station", (const series_name *)s->station, s->n_stations);
    put_temperature(w, s);
  }
  if (s->has_holiday) put_holiday(w, s);
}

lehr_status hdf5_series_write(const series *s, const char *path, const char *title,
                              lehr_error *err) {
  enum { BYTES_PER_STEP = 25, HEADERS = 1 << 16 };
  h5_writer *w = NULL;
  LEHR_TRY(series_check(s, err));
  const uint64_t per_step = BYTES_PER_STEP + 9 * (uint64_t)s->n_zones + 8 * (uint64_t)s->n_stations;
  LEHR_TRY(h5_writer_create(path, title ? title : "load series",
                            (uint64_t)s->n_steps * per_step + HEADERS, &w, err));
  hdf5_series_put(w, s);
  return h5_writer_publish(w, err);
}
