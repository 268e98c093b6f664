/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "io/cf_time.h"
#include "io/hdf5_series_load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

lehr_status h5_load_text(h5_load *l, const char *object, const char *name, const char *standard,
                         char **text, lehr_error *err) {
  *text = NULL;
  LEHR_TRY(h5_attribute_string(l->file, object, name, text, err));
  if (!*text && standard && !(*text = strdup(standard))) return error_memory(err, 1);
  return LEHR_OK;
}

static lehr_status read_time_units(h5_load *l, cf_time *unit, lehr_error *err) {
  char *units = NULL, *calendar = NULL;
  lehr_status status = h5_load_text(l, "/time", "units", "", &units, err);
  if (status == LEHR_OK) status = h5_load_text(l, "/time", "calendar", "standard", &calendar, err);
  if (status == LEHR_OK && !cf_time_is_gregorian(calendar))
    status =
        error_set(err, LEHR_EINPUT, "/time: calendar '%.40s' is not the Gregorian one", calendar);
  if (status == LEHR_OK && !cf_time_parse(units, unit))
    status = error_set(err, LEHR_EINPUT,
                       "/time: units '%.60s' are not seconds, minutes, hours or days since a date",
                       units);
  free(units);
  free(calendar);
  return status;
}

/* Reads `count` times from `path` (rank 1, or the first column of rank 2) into l->times. */
static lehr_status read_times_at(h5_load *l, const char *path, const h5_shape *shape,
                                 const cf_time *unit, lehr_error *err) {
  const bool is_int = shape->type != H5_REAL32 && shape->type != H5_REAL64;
  double *reals = is_int ? NULL : memory_array((size_t)l->n, sizeof *reals);
  void *raw = is_int ? (void *)l->times : reals;
  if (!raw) return error_memory(err, (uint64_t)l->n * sizeof *reals);
  lehr_status status = h5_read(l->file, path, is_int ? H5_INT64 : H5_REAL64, shape->rank,
                               (const int64_t[]){0, 0}, (const int64_t[]){l->n, 1}, raw, err);
  for (int64_t k = 0; status == LEHR_OK && k < l->n; k++) {
    int64_t utc_s;
    if (is_int ? !cf_time_from_int(unit, l->times[k], &utc_s)
               : !cf_time_from_real(unit, reals[k], &utc_s))
      status =
          error_set(err, LEHR_EINPUT, "%s: value %" PRId64 " is no time in whole seconds", path, k);
    else if (k > 0 && utc_s <= l->times[k - 1])
      status =
          error_set(err, LEHR_EINPUT, "%s: value %" PRId64 " is not after the one before", path, k);
    else
      l->times[k] = utc_s;
  }
  free(reals);
  return status;
}

/* Path and shape of the bounds of /time where the file has them; else those of /time are left. */
static lehr_status find_bounds(h5_load *l, char path[], size_t size, h5_shape *shape,
                               bool *has_bounds, lehr_error *err) {
  char *name = NULL, bounds[128];
  h5_kind kind = H5_NOTHING;
  LEHR_TRY(h5_attribute_string(l->file, "/time", "bounds", &name, err));
  if (!name) return LEHR_OK;
  const int length = snprintf(bounds, sizeof bounds, "%s%s", name[0] == '/' ? "" : "/", name);
  free(name);
  if (length < (int)sizeof bounds) LEHR_TRY(h5_kind_of(l->file, bounds, &kind, err));
  if (kind != H5_DATASET_OBJECT) return LEHR_OK;
  LEHR_TRY(h5_shape_of(l->file, bounds, shape, err));
  if (shape->rank != 2 || shape->dims[0] != l->n || shape->dims[1] != 2 || shape->type == H5_STRING)
    return error_set(err, LEHR_EINPUT, "%s: bounds of /time must be [%" PRId64 ", 2]", bounds,
                     l->n);
  snprintf(path, size, "%s", bounds);
  *has_bounds = true;
  return LEHR_OK;
}

lehr_status h5_load_times(h5_load *l, lehr_error *err) {
  h5_shape shape;
  cf_time unit;
  char path[128] = "/time";
  bool has_bounds = false;
  LEHR_TRY(h5_shape_of(l->file, path, &shape, err));
  if (shape.rank != 1 || shape.type == H5_STRING || shape.dims[0] > H5_SERIES_MAX_CELLS)
    return error_set(err, LEHR_EINPUT, "/time: a list of at most %" PRId64 " numbers is expected",
                     H5_SERIES_MAX_CELLS);
  l->n = shape.dims[0];
  if (l->n < 1) return error_set(err, LEHR_EINPUT, "/time: no times");
  LEHR_TRY(read_time_units(l, &unit, err));
  LEHR_TRY(find_bounds(l, path, sizeof path, &shape, &has_bounds, err));
  l->times = memory_array((size_t)l->n, sizeof *l->times);
  if (!l->times) return error_memory(err, (uint64_t)l->n * sizeof *l->times);
  LEHR_TRY(read_times_at(l, path, &shape, &unit, err));
  if (l->options->is_interval_end && !has_bounds) {
    const int64_t step_s = time_grid_step(l->times, 1, l->n);
    for (int64_t k = 0; k < l->n; k++) l->times[k] -= step_s;
  }
  return LEHR_OK;
}

lehr_status h5_load_grid(h5_load *l, time_grid *grid, lehr_error *err) {
  int64_t bad;
  *grid = (time_grid){0};
  LEHR_TRY(h5_attribute_int(l->file, "/time", "time_step_seconds", &grid->step_s, err));
  if (grid->step_s == 0) grid->step_s = time_grid_step(l->times, 1, l->n);
  if (grid->step_s < 1 || grid->step_s > INT64_C(366) * 86400)
    return error_set(err, LEHR_EINPUT, "/time: the length of a step is not to be seen");
  return time_grid_fit(l->times, 1, l->n, grid, &bad, err);
}
