/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_series.h"

#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_series_load.h"
#include "io/load_unit.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Values ---- */

/* Shape [n] or [n, columns] of a dataset of numbers. */
static lehr_status value_shape(h5_load *l, const char *path, int32_t *rank, int64_t *columns,
                               lehr_error *err) {
  h5_shape shape;
  LEHR_TRY(h5_shape_of(l->file, path, &shape, err));
  if (shape.type == H5_STRING || shape.rank < 1 || shape.rank > 2 || shape.dims[0] != l->n)
    return error_set(err, LEHR_EINPUT, "%s: numbers of shape [%" PRId64 ", columns] are expected",
                     path, l->n);
  *rank = shape.rank;
  *columns = shape.rank == 2 ? shape.dims[1] : 1;
  if (*columns < 1 || *columns > 4096 || *columns > H5_SERIES_MAX_CELLS / l->n)
    return error_set(err, LEHR_EINPUT, "%s: %" PRId64 " columns are too many or too few", path,
                     *columns);
  return LEHR_OK;
}

/* Reads [n, columns] values and turns _FillValue into NaN; free(*out). */
static lehr_status read_values(h5_load *l, const char *path, int32_t rank, int64_t columns,
                               double **out, lehr_error *err) {
  double fill = NAN;
  const size_t cells = (size_t)(l->n * columns);
  *out = memory_array(cells, sizeof **out);
  if (!*out) return error_memory(err, cells * sizeof **out);
  LEHR_TRY(h5_read(l->file, path, H5_REAL64, rank, (const int64_t[]){0, 0},
                   (const int64_t[]){l->n, columns}, *out, err));
  LEHR_TRY(h5_attribute_real(l->file, path, "_FillValue", &fill, err));
  for (size_t k = 0; k < cells && !isnan(fill); k++)
    if ((*out)[k] == fill) (*out)[k] = NAN;
  return LEHR_OK;
}

static lehr_status read_flags(h5_load *l, int32_t rank, int64_t columns, int8_t **out,
                              lehr_error *err) {
  h5_kind kind;
  h5_shape shape;
  const size_t cells = (size_t)(l->n * columns);
  *out = memory_array(cells, 1); /* all measured */
  if (!*out) return error_memory(err, cells);
  LEHR_TRY(h5_kind_of(l->file, "/demand_flag", &kind, err));
  if (kind != H5_DATASET_OBJECT || l->options->n_load_columns > 0) return LEHR_OK;
  LEHR_TRY(h5_shape_of(l->file, "/demand_flag", &shape, err));
  if (shape.rank != rank || shape.dims[0] != l->n || (rank == 2 && shape.dims[1] != columns))
    return error_set(err, LEHR_EINPUT, "/demand_flag: not of the same shape as the demand");
  LEHR_TRY(h5_read(l->file, "/demand_flag", H5_INT8, rank, (const int64_t[]){0, 0},
                   (const int64_t[]){l->n, columns}, *out, err));
  for (size_t k = 0; k < cells; k++)
    if ((*out)[k] < SERIES_MEASURED || (*out)[k] > SERIES_OUTLIER)
      return error_set(err, LEHR_EINPUT, "/demand_flag: %d is not one of 0, 1, 2, 3", (*out)[k]);
  return LEHR_OK;
}

static int64_t step_of(const h5_load *l, int64_t k) { return series_index(l->s, l->times[k]); }

static lehr_status demand_factor(h5_load *l, const char *path, double *factor, lehr_error *err) {
  char *unit;
  LEHR_TRY(h5_load_text(l, path, "units", "MW", &unit, err));
  *factor = load_unit_factor(l->options->unit ? l->options->unit : unit, l->s->step_s);
  const lehr_status status =
      *factor > 0 ? LEHR_OK
                  : error_set(err, LEHR_EINPUT, "%s: units '%.20s' are not MW, kW, GW or MWh, ...",
                              path, unit);
  free(unit);
  return status;
}

static lehr_status place_demand(h5_load *l, const char *path, int32_t rank, lehr_error *err) {
  const int64_t columns = l->s->n_zones;
  double *values = NULL, factor;
  int8_t *flags = NULL;
  lehr_status status = demand_factor(l, path, &factor, err);
  if (status == LEHR_OK) status = read_values(l, path, rank, columns, &values, err);
  if (status == LEHR_OK) status = read_flags(l, rank, columns, &flags, err);
  for (int64_t k = 0; status == LEHR_OK && k < l->n; k++) {
    const int64_t to = step_of(l, k) * columns;
    for (int64_t z = 0; z < columns; z++) {
      const int64_t from = k * columns + z;
      if (isnan(values[from]) || flags[from] == SERIES_MISSING) continue; /* stays missing */
      l->s->demand[to + z] = values[from] * factor;
      l->s->demand_flag[to + z] = flags[from];
    }
  }
  free(values);
  free(flags);
  return status;
}

/* degC = scale * value + shift. */
static lehr_status temperature_unit(h5_load *l, double *scale, double *shift, lehr_error *err) {
  static const struct {
    const char *name;
    double scale, shift;
  } units[] = {{"degC", 1, 0},
               {"celsius", 1, 0},
               {"Celsius", 1, 0},
               {"degrees_celsius", 1, 0},
               {"C", 1, 0},
               {"K", 1, -273.15},
               {"kelvin", 1, -273.15},
               {"degF", 1 / 1.8, -32 / 1.8},
               {"fahrenheit", 1 / 1.8, -32 / 1.8}};
  char *unit;
  LEHR_TRY(h5_load_text(l, "/temperature", "units", "degC", &unit, err));
  *scale = 0;
  for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
    if (strcmp(unit, units[k].name) != 0) continue;
    *scale = units[k].scale;
    *shift = units[k].shift;
  }
  const lehr_status status =
      *scale > 0 ? LEHR_OK
                 : error_set(err, LEHR_EINPUT, "/temperature: units '%.20s' are not known", unit);
  free(unit);
  return status;
}

static lehr_status place_temperature(h5_load *l, int32_t rank, lehr_error *err) {
  const int64_t columns = l->s->n_stations;
  double *values = NULL, scale, shift;
  lehr_status status = temperature_unit(l, &scale, &shift, err);
  if (status == LEHR_OK) status = read_values(l, "/temperature", rank, columns, &values, err);
  for (int64_t k = 0; status == LEHR_OK && k < l->n; k++)
    for (int64_t j = 0; j < columns; j++) {
      const double value = values[k * columns + j]; /* degC keep their bits, -0 included */
      l->s->temperature[step_of(l, k) * columns + j] =
          scale == 1 && shift == 0 ? value : scale * value + shift;
    }
  free(values);
  return status;
}

static lehr_status place_holidays(h5_load *l, lehr_error *err) {
  h5_kind kind;
  int32_t rank = 0;
  int64_t columns;
  LEHR_TRY(h5_kind_of(l->file, "/holiday", &kind, err));
  if (kind != H5_DATASET_OBJECT) return LEHR_OK;
  LEHR_TRY(value_shape(l, "/holiday", &rank, &columns, err));
  if (rank != 1) return error_set(err, LEHR_EINPUT, "/holiday: one value per time is expected");
  int8_t *values = memory_array((size_t)l->n, 1);
  if (!values) return error_memory(err, (uint64_t)l->n);
  const lehr_status status = h5_read_part(l->file, "/holiday", H5_INT8, 0, l->n, values, err);
  for (int64_t k = 0; status == LEHR_OK && k < l->n; k++) l->s->holiday[step_of(l, k)] = values[k];
  l->s->has_holiday = true;
  free(values);
  return status;
}

/* ---- Names ---- */

/* Names from a dataset of strings, if it is there; else the names of series_create stay. */
static lehr_status read_names(h5_load *l, const char *path, series_name names[], int32_t count,
                              lehr_error *err) {
  h5_kind kind;
  h5_shape shape;
  char **texts;
  LEHR_TRY(h5_kind_of(l->file, path, &kind, err));
  if (kind != H5_DATASET_OBJECT) return LEHR_OK;
  LEHR_TRY(h5_shape_of(l->file, path, &shape, err));
  if (shape.type != H5_STRING) return LEHR_OK; /* numbers that only count */
  if (shape.rank != 1 || shape.dims[0] != count)
    return error_set(err, LEHR_EINPUT, "%s: %" PRId32 " names are expected", path, count);
  LEHR_TRY(h5_read_strings(l->file, path, 0, count, &texts, err));
  lehr_status status = LEHR_OK;
  for (int32_t k = 0; k < count && status == LEHR_OK; k++) {
    if (strlen(texts[k]) >= SERIES_NAME)
      status =
          error_set(err, LEHR_EINPUT, "%s: a name of more than %d bytes", path, SERIES_NAME - 1);
    else
      snprintf(names[k], SERIES_NAME, "%s", texts[k]);
  }
  free(texts);
  return status;
}

static lehr_status read_zone_of_clock(h5_load *l, lehr_error *err) {
  char *name = NULL;
  if (l->options->time_zone)
    name = strdup(l->options->time_zone);
  else
    LEHR_TRY(h5_attribute_string(l->file, "/", "time_zone", &name, err));
  if (!name) return LEHR_OK;
  const lehr_status status = strlen(name) < SERIES_NAME
                                 ? LEHR_OK
                                 : error_set(err, LEHR_EINPUT, "name of the time zone is too long");
  if (status == LEHR_OK) snprintf(l->s->time_zone, SERIES_NAME, "%s", name);
  free(name);
  return status;
}

/* ---- All of it ---- */

static lehr_status demand_path(const series_file_options *o, char path[128], lehr_error *err) {
  if (o->n_load_columns > 1)
    return error_set(err, LEHR_EUSAGE, "HDF5 holds all zones in one dataset; name only one");
  const char *name = o->n_load_columns == 1 ? o->load_columns[0] : "demand";
  if (strlen(name) > 120) return error_set(err, LEHR_EUSAGE, "name of the dataset is too long");
  snprintf(path, 128, "%s%s", name[0] == '/' ? "" : "/", name);
  return LEHR_OK;
}

static lehr_status load(h5_load *l, lehr_error *err) {
  h5_kind kind;
  time_grid grid;
  char path[128];
  int32_t demand_rank = 0, temperature_rank = 0;
  int64_t zones = 0, stations = 0;
  LEHR_TRY(demand_path(l->options, path, err));
  LEHR_TRY(h5_load_times(l, err));
  LEHR_TRY(h5_load_grid(l, &grid, err));
  LEHR_TRY(value_shape(l, path, &demand_rank, &zones, err));
  LEHR_TRY(h5_kind_of(l->file, "/temperature", &kind, err));
  if (kind == H5_DATASET_OBJECT)
    LEHR_TRY(value_shape(l, "/temperature", &temperature_rank, &stations, err));
  LEHR_TRY(series_create(grid.n_steps, (int32_t)zones, (int32_t)stations, grid.step_s, &l->s, err));
  l->s->start_s = grid.start_s;
  LEHR_TRY(read_zone_of_clock(l, err));
  LEHR_TRY(read_names(l, "/zone", l->s->zone, l->s->n_zones, err));
  LEHR_TRY(place_demand(l, path, demand_rank, err));
  if (stations > 0) {
    LEHR_TRY(read_names(l, "/station", l->s->station, l->s->n_stations, err));
    LEHR_TRY(place_temperature(l, temperature_rank, err));
  }
  LEHR_TRY(place_holidays(l, err));
  return series_check(l->s, err);
}

lehr_status hdf5_series_read(const char *path, const series_file_options *options, series **out,
                             lehr_error *err) {
  static const series_file_options defaults = {0};
  h5_load l = {.options = options ? options : &defaults};
  *out = NULL;
  LEHR_TRY(h5_open(path, l.options->is_trusted, &l.file, err));
  const lehr_status status = load(&l, err);
  h5_close(l.file);
  free(l.times);
  if (status == LEHR_OK)
    *out = l.s;
  else
    series_free(l.s);
  return status;
}
