/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/forecast_outputs.h"

#include "base/cpu.h"
#include "base/error.h"
#include "base/number.h"
#include "base/sha256.h"
#include "cli/terminal.h"
#include "io/publish.h"
#include "lehr/version.h"
#include "workflows/forecast/backtest_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int32_t forecast_threads(const solve_options *o) {
  return o->params.threads > 0 ? o->params.threads : cpu_count();
}

select_in_process forecast_solver(const solve_options *o, const lehr_context *ctx) {
  select_in_process s = {.params = o->params, .threads = forecast_threads(o)};
  if (o->plugins.count > 0) {
    s.context = ctx;
    s.threads = 1;
  }
  if (s.params.reads == 0) s.params.reads = SELECT_READS;
  const char *engine = s.params.engine ? s.params.engine : "auto";
  const bool is_anneal = strcmp(engine, "auto") == 0 || strcmp(engine, "anneal") == 0;
  if (is_anneal && s.params.n_options == 0 && s.params.work == 0 && s.params.time_limit_s < 0) {
    s.params.engine = "anneal";
    s.params.options = &SELECT_SWEEPS;
    s.params.n_options = 1;
  }
  return s;
}

/* A model like those of a selection: cardinality is a group. */
static lehr_status smallest_selection(lehr_model **m, lehr_error *err) {
  static const int32_t both[] = {0, 1};
  lehr_builder *b;
  if (lehr_builder_create(LEHR_BINARY, 2, &b) != LEHR_OK) return error_memory(err, 0);
  lehr_status status = lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, both, 2, 1, err);
  if (status == LEHR_OK) status = lehr_builder_finish(b, m, err);
  lehr_builder_free(b);
  return status;
}

lehr_status forecast_check_solver(const select_in_process *s, const lehr_context *ctx,
                                  lehr_error *err) {
  lehr_model *m;
  lehr_plan plan = {.struct_size = sizeof plan};
  const char *engine;
  LEHR_TRY(smallest_selection(&m, err));
  const lehr_status status = lehr_solve_plan(ctx, m, &s->params, &plan, &engine, err);
  lehr_model_free(m);
  return status;
}

void forecast_progress(void *user, double fraction, const char *phase) {
  (void)user;
  terminal_progress(fraction, "backtest", phase);
}

/* How the selection was solved. NULL when memory is short. */
static char *solver_json(const select_in_process *s) {
  json_t *list = json_array();
  for (size_t k = 0; k < s->params.n_options; k++)
    json_array_append_new(list, json_string(s->params.options[k]));
  json_t *all = json_pack("{ss, sI, so}", "engine", s->params.engine ? s->params.engine : "auto",
                          "reads", (json_int_t)s->params.reads, "options", list);
  char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
  json_decref(all);
  return text;
}

static json_t *cpu_details(const backtest *b) {
  json_t *rows = json_array();
  for (int32_t k = 0; k < b->n_models; k++)
    json_array_append_new(rows, json_pack("{ss, sf}", "name", b->zone[0].model[k].forecaster->name,
                                          "cpu_s", backtest_summarise(b, k).cpu_s));
  return json_pack("{so}", "models", rows);
}

static lehr_status write_report(const forecast_outputs *f, const backtest *b,
                                const backtest_provenance *p, lehr_error *err) {
  char seed[NUMBER_TEXT], offset[32], *html = NULL;
  size_t length = 0;
  number_format((double)p->seed, seed);
  snprintf(offset, sizeof offset, "%+.2f h from UTC", b->calendar->offset_s / 3600.0);
  const char *const facts[][2] = {{"series", f->series_path},
                                  {"SHA-256 of the series", p->input_sha256},
                                  {"local clock", p->time_zone},
                                  {"forecast days begin", offset},
                                  {"selection solved by", p->engine_options},
                                  {"seed", seed},
                                  {"lehr", lehr_version()}};
  const report_notes notes = {
      .title = f->title, .facts = facts, .n_facts = sizeof facts / sizeof *facts};
  LEHR_TRY(backtest_report(b, &notes, &html, &length, err));
  const lehr_status status = publish_bytes(f->report_path, html, length, err);
  free(html);
  return status;
}

static lehr_status write_all(forecast_outputs *f, const backtest *b, const backtest_provenance *p,
                             lehr_error *err) {
  if (f->hdf5_path) {
    f->culprit = f->hdf5_path;
    LEHR_TRY(backtest_write(b, p, f->hdf5_path, err));
    LEHR_TRY(run_record_write(f->record, f->hdf5_path, b->threads, cpu_details(b), err));
  }
  f->culprit = f->report_path;
  return f->report_path ? write_report(f, b, p, err) : LEHR_OK;
}

lehr_status forecast_outputs_write(forecast_outputs *f, const backtest *b, lehr_error *err) {
  char sha256[SHA256_TEXT] = "";
  f->culprit = f->series_path;
  if (!f->hdf5_path && !f->report_path) return LEHR_OK;
  if (strcmp(f->series_path, "-") != 0) LEHR_TRY(sha256_file(f->series_path, sha256, err));
  char *solved_by = solver_json(f->solver);
  if (!solved_by) return error_memory(err, 0);
  const backtest_provenance p = {.input_sha256 = sha256,
                                 .time_zone = f->time_zone,
                                 .engine_options = solved_by,
                                 .seed = f->solver->params.seed,
                                 .features_max = f->features_max};
  const lehr_status status = write_all(f, b, &p, err);
  free(solved_by);
  return status;
}
