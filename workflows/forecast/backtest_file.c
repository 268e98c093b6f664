/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/backtest_file.h"

#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_util.h"

#include <math.h>
#include <stdlib.h>

typedef struct file {
  const backtest *b;
  h5_writer *w;
  int64_t issues, zones;
  double *block; /* [24 * issues * QUANTILES] values of one zone, reordered */
} file;

static void describe(h5_writer *w, const char *path, const char *long_name, const char *units) {
  h5_put_attribute_string(w, path, "long_name", long_name);
  if (units) h5_put_attribute_string(w, path, "units", units);
}

static const char TIME_UNITS[] = "seconds since 1970-01-01 00:00:00";

/* ---- Scales ---- */

static void put_zones(file *f) {
  h5_make_dataset(f->w, "/zone", H5_STRING, 1, &f->zones);
  for (int64_t z = 0; z < f->zones; z++)
    h5_write_strings(f->w, "/zone", z, 1, (const char *const[]){f->b->zone[z].name});
  describe(f->w, "/zone", "zone", NULL);
  h5_make_scale(f->w, "/zone");
  h5_put_array(f->w, "/quantile", H5_REAL64, QUANTILES, QUANTILE_LEVELS);
  describe(f->w, "/quantile", "probability that the demand stays below", "1");
  h5_make_scale(f->w, "/quantile");
}

static void put_times(file *f) {
  const backtest *b = f->b;
  const int64_t shape[2] = {f->issues, 24};
  double lead[24];
  h5_make_dataset(f->w, "/forecast/issue_time", H5_INT64, 1, shape);
  h5_make_dataset(f->w, "/forecast/valid_time", H5_INT64, 2, shape);
  for (int64_t d = 0; d < f->issues; d++) {
    int64_t valid[24];
    for (int64_t h = 0; h < 24; h++)
      valid[h] = b->calendar->start_s + ((b->first_day + d) * 24 + h) * 3600;
    h5_write(f->w, "/forecast/issue_time", H5_INT64, 1, &d, (const int64_t[]){1}, valid);
    h5_write(f->w, "/forecast/valid_time", H5_INT64, 2, (const int64_t[]){d, 0},
             (const int64_t[]){1, 24}, valid);
  }
  for (int32_t h = 0; h < 24; h++) lead[h] = h;
  h5_put_array(f->w, "/forecast/lead", H5_REAL64, 24, lead);
  describe(f->w, "/forecast/issue_time", "when the forecast was made (UTC)", TIME_UNITS);
  describe(f->w, "/forecast/valid_time", "start of the interval that is forecast (UTC)",
           TIME_UNITS);
  describe(f->w, "/forecast/lead", "from the issue to the start of the interval", "hours");
  h5_put_attribute_string(f->w, "/forecast/issue_time", "calendar", "proleptic_gregorian");
  h5_put_attribute_string(f->w, "/forecast/valid_time", "calendar", "proleptic_gregorian");
  h5_make_scale(f->w, "/forecast/issue_time");
  h5_make_scale(f->w, "/forecast/lead");
  h5_attach_scale(f->w, "/forecast/valid_time", 0, "/forecast/issue_time");
  h5_attach_scale(f->w, "/forecast/valid_time", 1, "/forecast/lead");
}

/* ---- Forecasts ---- */

/* A dataset over issues, leads and zones (and, from axis `first` on, what stands before). */
static void make_demand(file *f, const char *path, const char *long_name, int32_t first) {
  static const char *const axes[] = {"/forecast/issue_time", "/forecast/lead", "/zone"};
  for (int32_t k = 0; k < 3; k++) h5_attach_scale(f->w, path, first + k, axes[k]);
  describe(f->w, path, long_name, "MW");
  h5_put_attribute_real(f->w, path, "_FillValue", NAN);
}

static void put_actual(file *f) {
  const char *path = "/forecast/demand_actual";
  h5_make_dataset(f->w, path, H5_REAL64, 3, (const int64_t[]){f->issues, 24, f->zones});
  for (int64_t z = 0; z < f->zones; z++)
    h5_write(f->w, path, H5_REAL64, 3, (const int64_t[]){0, 0, z},
             (const int64_t[]){f->issues, 24, 1},
             f->b->zone[z].hours->load + (int64_t)f->b->first_day * 24);
  make_demand(f, path, "demand, measured", 0);
}

static void put_main(file *f, int32_t model) {
  const char *point = "/forecast/demand_point", *quantile = "/forecast/demand_quantile";
  h5_make_dataset(f->w, point, H5_REAL64, 3, (const int64_t[]){f->issues, 24, f->zones});
  h5_make_dataset(f->w, quantile, H5_REAL64, 4,
                  (const int64_t[]){f->issues, 24, f->zones, QUANTILES});
  for (int64_t z = 0; z < f->zones; z++) {
    const backtest_model *m = &f->b->zone[z].model[model];
    const int64_t n = f->issues * 24 * QUANTILES;
    for (int64_t i = 0; i < n; i++) f->block[i] = m->is_skipped ? NAN : m->quantile[i];
    h5_write(f->w, point, H5_REAL64, 3, (const int64_t[]){0, 0, z},
             (const int64_t[]){f->issues, 24, 1}, m->point + (int64_t)f->b->first_day * 24);
    h5_write(f->w, quantile, H5_REAL64, 4, (const int64_t[]){0, 0, z, 0},
             (const int64_t[]){f->issues, 24, 1, QUANTILES}, f->block);
  }
  make_demand(f, point, "demand, forecast of the hourly mean", 0);
  make_demand(f, quantile, "demand, forecast quantiles", 0);
  h5_attach_scale(f->w, quantile, 3, "/quantile");
  h5_put_attribute_string(f->w, point, "model", f->b->zone[0].model[model].forecaster->name);
  h5_put_attribute_string(f->w, quantile, "model", f->b->zone[0].model[model].forecaster->name);
}

static void put_models(file *f) {
  const backtest *b = f->b;
  const char *path = "/forecast/demand_by_model";
  const int64_t models = b->n_models;
  h5_make_dataset(f->w, "/forecast/model", H5_STRING, 1, &models);
  for (int64_t k = 0; k < models; k++)
    h5_write_strings(f->w, "/forecast/model", k, 1,
                     (const char *const[]){b->zone[0].model[k].forecaster->name});
  describe(f->w, "/forecast/model", "forecasting model", NULL);
  h5_make_scale(f->w, "/forecast/model");
  h5_make_dataset(f->w, path, H5_REAL64, 4, (const int64_t[]){models, f->issues, 24, f->zones});
  for (int64_t k = 0; k < models; k++)
    for (int64_t z = 0; z < f->zones; z++)
      h5_write(f->w, path, H5_REAL64, 4, (const int64_t[]){k, 0, 0, z},
               (const int64_t[]){1, f->issues, 24, 1},
               b->zone[z].model[k].point + (int64_t)b->first_day * 24);
  h5_attach_scale(f->w, path, 0, "/forecast/model");
  make_demand(f, path, "demand, forecast of every model", 1);
}

/* ---- Metrics ---- */

typedef struct metric {
  const char *name, *long_name, *units;
  double value;
} metric;

enum { METRICS = 10 };

static void metrics_of(const backtest_model *m, metric out[METRICS]) {
  const point_metrics *p = &m->points;
  const quantile_metrics *q = &m->quantiles;
  const metric all[METRICS] = {
      {"mape", "mean absolute percentage error", "percent", p->mape},
      {"mae", "mean absolute error", "MW", p->mae},
      {"rmse", "root mean square error", "MW", p->rmse},
      {"peak_mape", "mean absolute percentage error of the daily peak", "percent", p->peak_mape},
      {"top_peak_mape", "the same on the 5 percent of days with the highest peaks", "percent",
       p->top_peak_mape},
      {"peak_hour_hit", "days whose peak hour was right", "percent", p->peak_hour_hit},
      {"pinball", "mean pinball loss of the quantiles 0.05 to 0.95", "MW", q->pinball},
      {"pinball_99", "pinball loss of the quantile 0.99", "MW", q->pinball_99},
      {"cover80", "hours between the quantiles 0.10 and 0.90", "percent", q->cover80},
      {"cover90", "hours between the quantiles 0.05 and 0.95", "percent", q->cover90}};
  for (int32_t k = 0; k < METRICS; k++) {
    out[k] = all[k];
    if (m->is_skipped) out[k].value = NAN;
  }
}

static void put_metric(file *f, int32_t index) {
  const backtest *b = f->b;
  metric all[METRICS];
  char path[64] = "/forecast/metrics/";
  metrics_of(&b->zone[0].model[0], all);
  for (size_t at = 18, k = 0; all[index].name[k]; k++, at++) path[at] = all[index].name[k];
  const int64_t shape[2] = {b->n_models, f->zones};
  h5_make_dataset(f->w, path, H5_REAL64, 2, shape);
  for (int64_t k = 0; k < b->n_models; k++)
    for (int64_t z = 0; z < f->zones; z++) {
      metrics_of(&b->zone[z].model[k], all);
      h5_write(f->w, path, H5_REAL64, 2, (const int64_t[]){k, z}, (const int64_t[]){1, 1},
               &all[index].value);
    }
  describe(f->w, path, all[index].long_name, all[index].units);
  h5_attach_scale(f->w, path, 0, "/forecast/model");
  h5_attach_scale(f->w, path, 1, "/zone");
}

static void put_features(file *f) {
  const backtest *b = f->b;
  const char *path = "/forecast/metrics/features";
  h5_make_dataset(f->w, path, H5_INT32, 2, (const int64_t[]){b->n_models, f->zones});
  for (int64_t k = 0; k < b->n_models; k++)
    for (int64_t z = 0; z < f->zones; z++)
      h5_write(f->w, path, H5_INT32, 2, (const int64_t[]){k, z}, (const int64_t[]){1, 1},
               &b->zone[z].model[k].features);
  describe(f->w, path, "largest number of inputs of any hour's model", "1");
  h5_attach_scale(f->w, path, 0, "/forecast/model");
  h5_attach_scale(f->w, path, 1, "/zone");
}

/* ---- Selection ---- */

/* The zone with the longest list of candidates: the others' lists are its beginning. */
static const candidates *longest_pool(const backtest *b) {
  const candidates *longest = NULL;
  for (int32_t z = 0; z < b->n_zones; z++) {
    const candidates *pool = b->zone[z].selection ? b->zone[z].pool : NULL;
    if (pool && (!longest || pool->count > longest->count)) longest = pool;
  }
  return longest;
}

static void put_chosen(file *f, int64_t count) {
  int8_t *row = memory_array((size_t)count, 1);
  if (!row) return; /* the rows stay 0; put_selection() reports it */
  for (int64_t z = 0; z < f->zones; z++) {
    const select_report *s = f->b->zone[z].selection;
    for (int64_t h = 0; s && h < 24; h++) {
      for (int64_t i = 0; i < count; i++) row[i] = 0;
      for (int32_t i = 0; i < s->choice->k[h]; i++) row[selection_of(s->choice, (int32_t)h)[i]] = 1;
      h5_write(f->w, "/selection/chosen", H5_INT8, 3, (const int64_t[]){z, h, 0},
               (const int64_t[]){1, 1, count}, row);
    }
  }
  free(row);
}

static void put_selection(file *f) {
  const candidates *pool = longest_pool(f->b);
  if (!pool) return;
  const int64_t count = pool->count;
  int32_t hour[24];
  for (int32_t h = 0; h < 24; h++) hour[h] = h;
  h5_make_dataset(f->w, "/selection/candidate", H5_STRING, 1, &count);
  for (int64_t i = 0; i < count; i++)
    h5_write_strings(f->w, "/selection/candidate", i, 1, (const char *const[]){pool->item[i].name});
  describe(f->w, "/selection/candidate", "candidate input", NULL);
  h5_make_scale(f->w, "/selection/candidate");
  h5_put_array(f->w, "/selection/hour", H5_INT32, 24, hour);
  describe(f->w, "/selection/hour", "hour of the day (fixed-offset clock)", "1");
  h5_make_scale(f->w, "/selection/hour");
  h5_make_dataset(f->w, "/selection/chosen", H5_INT8, 3, (const int64_t[]){f->zones, 24, count});
  put_chosen(f, count);
  describe(f->w, "/selection/chosen", "1 where the hour's model uses the candidate", "1");
  h5_attach_scale(f->w, "/selection/chosen", 0, "/zone");
  h5_attach_scale(f->w, "/selection/chosen", 1, "/selection/hour");
  h5_attach_scale(f->w, "/selection/chosen", 2, "/selection/candidate");
}

static void put_provenance(file *f, const backtest_provenance *p) {
  h5_put_attribute_string(f->w, "/", "Conventions", "CF-1.8");
  h5_put_attribute_string(f->w, "/", "time_zone", p->time_zone);
  if (p->input_sha256[0]) h5_put_attribute_string(f->w, "/", "input_sha256", p->input_sha256);
  h5_put_attribute_int(f->w, "/", "seed", (int64_t)p->seed);
  h5_put_attribute_int(f->w, "/forecast", "day_offset_seconds", f->b->calendar->offset_s);
  h5_put_attribute_int(f->w, "/forecast", "features_max", p->features_max);
  h5_put_attribute_string(f->w, "/forecast", "selection_solver", p->engine_options);
  h5_put_attribute_string(f->w, "/forecast", "temperature", "measured (ex post)");
}

lehr_status backtest_write(const backtest *b, const backtest_provenance *p, const char *path,
                           lehr_error *err) {
  file f = {.b = b, .issues = b->end_day - b->first_day, .zones = b->n_zones};
  const size_t block = (size_t)f.issues * 24 * QUANTILES;
  const uint64_t bytes = (uint64_t)block * 8 * (uint64_t)f.zones * 2 + (1 << 20);
  const int32_t main_model = backtest_main_model(b);
  if (main_model < 0) return error_set(err, LEHR_EINPUT, "no model could make a forecast");
  f.block = memory_array(block, sizeof *f.block);
  if (!f.block) return error_memory(err, block * sizeof *f.block);
  const lehr_status status = h5_writer_create(path, "day-ahead backtest", bytes, &f.w, err);
  if (status == LEHR_OK) {
    h5_put_attribute_string(f.w, "/", "source", "rolling-origin backtest");
    h5_make_group(f.w, "/forecast");
    put_provenance(&f, p);
    put_zones(&f);
    put_times(&f);
    put_actual(&f);
    put_main(&f, main_model);
    put_models(&f);
    for (int32_t k = 0; k < METRICS; k++) put_metric(&f, k);
    put_features(&f);
    put_selection(&f);
  }
  free(f.block);
  return status == LEHR_OK ? h5_writer_publish(f.w, err) : status;
}
