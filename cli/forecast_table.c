/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/forecast_table.h"

#include "cli/output.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* What JSON and CSV hold for a model, in this order. */
typedef struct column {
  const char *name;
  double value;
} column;

enum { COLUMNS = 12 };

static void columns_of(const point_metrics *p, const quantile_metrics *q, double cpu_s,
                       column out[COLUMNS]) {
  const column all[COLUMNS] = {{"mape", p->mape},
                               {"mae", p->mae},
                               {"rmse", p->rmse},
                               {"peak_mape", p->peak_mape},
                               {"top_peak_mape", p->top_peak_mape},
                               {"peak_hour_hit", p->peak_hour_hit},
                               {"pinball", q->pinball},
                               {"pinball_99", q->pinball_99},
                               {"cover80", q->cover80},
                               {"cover90", q->cover90},
                               {"cpu_s", cpu_s},
                               {"hours", (double)p->hours}};
  for (int k = 0; k < COLUMNS; k++) out[k] = all[k];
}

static const char *name_of(const backtest *b, int32_t model) {
  return b->zone[0].model[model].forecaster->name;
}

/* ---- JSON ---- */

static json_t *row_json(const char *name, int32_t features, const column columns[COLUMNS]) {
  json_t *row = json_pack("{ss, si}", "name", name, "features", (int)features);
  for (int k = 0; k < COLUMNS; k++)
    json_object_set_new(row, columns[k].name,
                        isfinite(columns[k].value) ? json_real(columns[k].value) : json_null());
  return row;
}

static json_t *all_zones_json(const backtest *b) {
  json_t *rows = json_array();
  for (int32_t k = 0; k < b->n_models; k++) {
    const backtest_summary s = backtest_summarise(b, k);
    column columns[COLUMNS];
    if (s.is_skipped) continue;
    columns_of(&s.points, &s.quantiles, s.cpu_s, columns);
    json_array_append_new(rows, row_json(name_of(b, k), s.features, columns));
  }
  return rows;
}

static json_t *selection_json(const backtest_zone *z) {
  json_t *hours = json_array(), *sizes = json_array();
  for (int32_t h = 0; z->selection && h < 24; h++) {
    json_t *names = json_array();
    for (int32_t i = 0; i < z->selection->choice->k[h]; i++)
      json_array_append_new(
          names, json_string(z->pool->item[selection_of(z->selection->choice, h)[i]].name));
    json_array_append_new(hours, names);
  }
  for (int32_t k = 0; k < z->validation.n; k++)
    json_array_append_new(sizes, json_pack("{si, sf}", "features", (int)z->validation.features[k],
                                           "mape", z->validation.mape[k]));
  return json_pack("{so, so}", "validation", sizes, "hours", hours);
}

static json_t *zone_json(const backtest *b, const backtest_zone *z) {
  json_t *rows = json_array(), *skipped = json_array();
  for (int32_t k = 0; k < b->n_models; k++) {
    const backtest_model *m = &z->model[k];
    column columns[COLUMNS];
    if (m->is_skipped) {
      json_array_append_new(
          skipped, json_pack("{ss, ss}", "name", m->forecaster->name, "reason", m->reason));
      continue;
    }
    columns_of(&m->points, &m->quantiles, m->cpu_s, columns);
    json_array_append_new(rows, row_json(m->forecaster->name, m->features, columns));
  }
  json_t *zone =
      json_pack("{ss, so, so, sI, sI, sI, sI}", "name", z->name, "models", rows, "skipped", skipped,
                "missing_load_hours", (json_int_t)z->hours->missing_load, "nonpositive_load_hours",
                (json_int_t)z->hours->nonpositive_load, "test_hours_without_load",
                (json_int_t)z->hours_without_load, "test_hours_without_forecast",
                (json_int_t)z->hours_without_forecast);
  if (zone && z->selection) json_object_set_new(zone, "selection", selection_json(z));
  return zone;
}

static lehr_status print_json(const backtest *b, lehr_error *err) {
  char first[CIVIL_TEXT], last[CIVIL_TEXT];
  json_t *zones = json_array();
  civil_format_date((b->calendar->first_day + b->first_day) * CIVIL_DAY_S, first);
  civil_format_date((b->calendar->first_day + b->end_day - 1) * CIVIL_DAY_S, last);
  for (int32_t z = 0; z < b->n_zones; z++) json_array_append_new(zones, zone_json(b, &b->zone[z]));
  return output_json(json_pack("{ss, s{ss, ss, si}, so, so}", "schema", "lehr.forecast.backtest/1",
                               "test", "first", first, "last", last, "days",
                               (int)(b->end_day - b->first_day), "models", all_zones_json(b),
                               "zones", zones),
                     NULL, err);
}

/* ---- Text and CSV ---- */

static void print_csv(const backtest *b) {
  bool has_header = false;
  for (int32_t z = 0; z < b->n_zones; z++)
    for (int32_t k = 0; k < b->n_models; k++) {
      const backtest_model *m = &b->zone[z].model[k];
      column columns[COLUMNS];
      if (m->is_skipped) continue;
      columns_of(&m->points, &m->quantiles, m->cpu_s, columns);
      if (!has_header) {
        printf("zone,name,features");
        for (int c = 0; c < COLUMNS; c++) printf(",%s", columns[c].name);
        printf("\n");
        has_header = true;
      }
      printf("%s,%s,%d", b->zone[z].name, m->forecaster->name, (int)m->features);
      for (int c = 0; c < COLUMNS; c++)
        if (isfinite(columns[c].value))
          printf(",%.10g", columns[c].value);
        else
          printf(",");
      printf("\n");
    }
}

static void print_number(int width, int decimals, double value) {
  if (isfinite(value))
    printf(" %*.*f", width, decimals, value);
  else
    printf(" %*s", width, "-");
}

static void print_row(const char *name, int32_t features, const point_metrics *p,
                      const quantile_metrics *q, double cpu_s) {
  printf("%-12s %8d", name, (int)features);
  print_number(7, 3, p->mape);
  print_number(8, 1, p->mae);
  print_number(8, 1, p->rmse);
  print_number(7, 3, p->peak_mape);
  print_number(7, 2, p->top_peak_mape);
  print_number(5, 1, p->peak_hour_hit);
  print_number(8, 2, q->pinball);
  print_number(7, 1, q->cover80);
  print_number(7, 1, q->cover90);
  print_number(7, 2, cpu_s);
  printf("\n");
}

static void print_header(void) {
  printf("%-12s %8s %7s %8s %8s %7s %7s %5s %8s %7s %7s %7s\n", "model", "features", "MAPE %",
         "MAE MW", "RMSE MW", "peak %", "top5 %", "hit %", "pinball", "cov80 %", "cov90 %",
         "CPU s");
}

static void print_zone(const backtest *b, const backtest_zone *z) {
  if (b->n_zones > 1) printf("\n%s\n", z->name);
  print_header();
  for (int32_t k = 0; k < b->n_models; k++) {
    const backtest_model *m = &z->model[k];
    if (m->is_skipped)
      printf("%-12s skipped: %s\n", m->forecaster->name, m->reason);
    else
      print_row(m->forecaster->name, m->features, &m->points, &m->quantiles, m->cpu_s);
  }
}

static void print_text(const backtest *b) {
  char first[CIVIL_TEXT], last[CIVIL_TEXT];
  civil_format_date((b->calendar->first_day + b->first_day) * CIVIL_DAY_S, first);
  civil_format_date((b->calendar->first_day + b->end_day - 1) * CIVIL_DAY_S, last);
  printf("Day-ahead backtest %s..%s, %d days, temperatures as measured\n", first, last,
         (int)(b->end_day - b->first_day));
  for (int32_t z = 0; z < b->n_zones; z++) print_zone(b, &b->zone[z]);
  if (b->n_zones < 2) return;
  printf("\nmean of %d zones\n", (int)b->n_zones);
  print_header();
  for (int32_t k = 0; k < b->n_models; k++) {
    const backtest_summary s = backtest_summarise(b, k);
    if (!s.is_skipped) print_row(name_of(b, k), s.features, &s.points, &s.quantiles, s.cpu_s);
  }
}

lehr_status forecast_table_print(const backtest *b, output_format format, lehr_error *err) {
  if (format == OUTPUT_JSON) return print_json(b, err);
  if (format == OUTPUT_CSV)
    print_csv(b);
  else
    print_text(b);
  return LEHR_OK;
}

void forecast_notes_print(const backtest *b) {
  for (int32_t k = 0; k < b->n_zones; k++) {
    const backtest_zone *z = &b->zone[k];
    if (z->hours->missing_load)
      fprintf(stderr, "lehr: %s: %" PRId64 " hours without load: not trained on, not scored\n",
              z->name, z->hours->missing_load);
    if (z->hours->nonpositive_load)
      fprintf(stderr, "lehr: %s: %" PRId64 " hours with a load of zero or less: left out\n",
              z->name, z->hours->nonpositive_load);
    if (z->hours->missing_temperature)
      fprintf(stderr, "lehr: %s: %" PRId64 " hours without temperature\n", z->name,
              z->hours->missing_temperature);
    if (z->hours_without_forecast)
      fprintf(stderr,
              "lehr: %s: %" PRId64 " test hours are not scored because some model lacked inputs"
              " (--fill-gaps bridges short gaps)\n",
              z->name, z->hours_without_forecast);
  }
}
