/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/backtest_report.h"

#include "base/error.h"
#include "base/memory.h"
#include "io/report_html.h"
#include "workflows/forecast/backtest_plots.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 32, COLUMNS = 8, LINE = 320 };

typedef char cell[CELL];

static void put(cell c, int decimals, double value) {
  if (isfinite(value))
    snprintf(c, CELL, "%.*f", decimals, value);
  else
    snprintf(c, CELL, "-");
}

/* ---- Table of models ---- */

static void fill_row(const backtest_model *m, cell cells[COLUMNS]) {
  snprintf(cells[0], CELL, "%s", m->forecaster->name);
  snprintf(cells[1], CELL, "%d", (int)m->features);
  put(cells[2], 3, m->points.mape);
  put(cells[3], 1, m->points.mae);
  put(cells[4], 1, m->points.rmse);
  put(cells[5], 3, m->points.peak_mape);
  put(cells[6], 2, m->quantiles.pinball);
  put(cells[7], 1, m->quantiles.cover80);
}

static lehr_status add_models(report *r, const backtest *b, int32_t zone, lehr_error *err) {
  static const char *const head[COLUMNS] = {"model",   "features",    "MAPE %",     "MAE MW",
                                            "RMSE MW", "peak MAPE %", "pinball MW", "in 80 % band"};
  const size_t cells = (size_t)b->n_models * COLUMNS;
  cell *text = memory_array(cells, sizeof *text);
  const char **pointers = memory_array(cells, sizeof *pointers);
  if (text && pointers) {
    report_table t = {.head = head, .cells = pointers, .n_columns = COLUMNS, .highlight = -1};
    for (int32_t k = 0; k < b->n_models; k++) {
      const backtest_model *m = &b->zone[zone].model[k];
      if (m->is_skipped) continue;
      if (k == backtest_main_model(b)) t.highlight = t.n_rows;
      fill_row(m, text + t.n_rows * COLUMNS);
      for (int32_t c = 0; c < COLUMNS; c++)
        pointers[t.n_rows * COLUMNS + c] = text[t.n_rows * COLUMNS + c];
      t.n_rows++;
    }
    report_add_table(r, &t);
  }
  const bool has_memory = text && pointers;
  free(text);
  free(pointers);
  return has_memory ? LEHR_OK : error_memory(err, cells * sizeof(cell));
}

/* ---- Words ---- */

static void add_gaps(report *r, const backtest_zone *z) {
  char line[LINE];
  if (z->hours->missing_load || z->hours->nonpositive_load) {
    snprintf(line, sizeof line,
             "%lld hours have no load and %lld a load of zero or less; they were neither trained "
             "on nor scored.",
             (long long)z->hours->missing_load, (long long)z->hours->nonpositive_load);
    report_paragraph(r, line);
  }
  if (z->hours_without_forecast) {
    snprintf(line, sizeof line,
             "%lld further test hours are not scored because some model lacked inputs.",
             (long long)z->hours_without_forecast);
    report_paragraph(r, line);
  }
}

static void add_skipped(report *r, const backtest *b, const backtest_zone *z) {
  char line[LINE + BACKTEST_REASON];
  for (int32_t k = 0; k < b->n_models; k++) {
    if (!z->model[k].is_skipped) continue;
    snprintf(line, sizeof line, "%s was skipped: %s.", z->model[k].forecaster->name,
             z->model[k].reason);
    report_paragraph(r, line);
  }
}

static void add_validation(report *r, const backtest_zone *z) {
  const validation *v = &z->validation;
  char line[LINE] = "Errors on the days before the test, by the number of inputs per hour: ";
  if (v->n == 0) return;
  for (int32_t k = 0; k < v->n; k++) {
    const size_t used = strlen(line);
    snprintf(line + used, sizeof line - used, "%s%d inputs %.3f %%", k ? ", " : "",
             (int)v->features[k], v->mape[k]);
  }
  const size_t used = strlen(line);
  snprintf(line + used, sizeof line - used, ". Taken: %d.", (int)v->features[v->best]);
  report_paragraph(r, line);
}

/* ---- Selected inputs hour by hour ---- */

/* In one line; docs/forecasting.md has the whole table. */
static const char choice_legend[] =
    "l: logarithm of the load; z: standardised temperature, z2 its square; (d-7): seven days "
    "before; (t-3): three hours before; ma24: mean of 24 hours; cdd24, hdd16: degrees above 24 "
    "and below 16 \u00b0C; wd0 to wd6: Monday to Sunday or holiday; we: weekend; hol: holiday; "
    "s1, c1: seasons; mo: month; dst: summer time; *: product.";

static lehr_status add_choice(report *r, const backtest_zone *z, lehr_error *err) {
  const select_report *s = z->selection;
  if (!s) return LEHR_OK;
  const size_t room = (size_t)s->choice->most * CANDIDATE_NAME + 16;
  char *line = memory_array(room, 1);
  if (!line) return error_memory(err, room);
  report_details_begin(r, "Selected inputs of every hour");
  report_paragraph(r, choice_legend);
  for (int32_t h = 0; h < 24; h++) {
    size_t used = (size_t)snprintf(line, room, "%02d h:", (int)h);
    for (int32_t k = 0; k < s->choice->k[h]; k++)
      used += (size_t)snprintf(line + used, room - used, " %s",
                               z->pool->item[selection_of(s->choice, h)[k]].name);
    report_paragraph(r, line);
  }
  report_details_end(r);
  free(line);
  return LEHR_OK;
}

/* ---- Page ---- */

static lehr_status add_figures(report *r, const backtest *b, int32_t zone, int32_t model,
                               lehr_error *err) {
  char *svg[5] = {NULL};
  lehr_status status = plot_errors(b, zone, &svg[0], err);
  if (status == LEHR_OK) status = plot_peak_week(b, zone, model, &svg[1], err);
  if (status == LEHR_OK) status = plot_hours(b, zone, &svg[2], err);
  if (status == LEHR_OK) status = plot_selected(b, zone, &svg[3], err);
  if (status == LEHR_OK) status = plot_calibration(b, zone, model, &svg[4], err);
  for (int k = 0; k < 5; k++) {
    if (status == LEHR_OK && svg[k]) report_figure(r, svg[k], NULL);
    free(svg[k]);
  }
  return status;
}

static lehr_status add_zone(report *r, const backtest *b, int32_t zone, lehr_error *err) {
  const backtest_zone *z = &b->zone[zone];
  char heading[SERIES_NAME + 16];
  int32_t model = -1;
  for (int32_t k = 0; k < b->n_models; k++)
    if (!z->model[k].is_skipped) model = k;
  snprintf(heading, sizeof heading, "Zone %s", z->name);
  report_section(r, heading);
  LEHR_TRY(add_models(r, b, zone, err));
  add_skipped(r, b, z);
  add_gaps(r, z);
  if (model >= 0) LEHR_TRY(add_figures(r, b, zone, model, err));
  add_validation(r, z);
  return add_choice(r, z, err);
}

static void add_cards(report *r, const backtest *b) {
  const int32_t model = backtest_main_model(b);
  if (model < 0) return;
  const backtest_summary s = backtest_summarise(b, model);
  cell mape, peak, pinball, cover;
  char note[64];
  put(mape, 2, s.points.mape);
  put(peak, 2, s.points.peak_mape);
  put(pinball, 1, s.quantiles.pinball);
  put(cover, 1, s.quantiles.cover80);
  snprintf(note, sizeof note, "%s, at most %d inputs per hour",
           b->zone[0].model[model].forecaster->name, (int)s.features);
  const report_card cards[] = {{"MAPE in %", mape, note},
                               {"MAPE of the daily peak in %", peak, NULL},
                               {"mean pinball loss in MW", pinball, NULL},
                               {"hours in the 80 % band in %", cover, NULL}};
  report_cards(r, cards, sizeof cards / sizeof *cards);
}

static void add_protocol(report *r, const backtest *b) {
  char first[CIVIL_TEXT], last[CIVIL_TEXT], line[LINE];
  civil_format_date((b->calendar->first_day + b->first_day) * CIVIL_DAY_S, first);
  civil_format_date((b->calendar->first_day + b->end_day - 1) * CIVIL_DAY_S, last);
  snprintf(line, sizeof line,
           "%d days, %s to %s, each forecast at its first hour from all loads before and the "
           "day's measured temperatures; models refitted monthly on everything before; bands "
           "from the errors of the trailing %d days.",
           (int)(b->end_day - b->first_day), first, last, QUANTILE_WINDOW_DAYS);
  report_paragraph(r, line);
}

lehr_status backtest_report(const backtest *b, const report_notes *notes, char **html,
                            size_t *length, lehr_error *err) {
  report *r = NULL;
  LEHR_TRY(report_create(notes->title, notes->subtitle, &r, err));
  add_cards(r, b);
  add_protocol(r, b);
  for (int32_t z = 0; z < b->n_zones; z++) {
    const lehr_status status = add_zone(r, b, z, err);
    if (status == LEHR_OK) continue;
    report_discard(r);
    return status;
  }
  report_section(r, "Provenance");
  report_facts(r, notes->facts, notes->n_facts);
  return report_finish(r, html, length, err);
}
