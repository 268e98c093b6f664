/* SPDX-License-Identifier: Apache-2.0 */
/* Engine `greedy`: descent from random or given states. Without groups every step flips the
 * variable that lowers the energy most (a heap would pay only on models far larger than it is meant
 * for); with groups, every improving flip or exchange is made in turn. */
#include "base/options.h"
#include "solvers/anneal/grouped_state.h"
#include "solvers/descent.h"
#include "solvers/start.h"

#include <string.h>

typedef struct greedy_options {
  int64_t reads;
} greedy_options;

#define OPTION_STRUCT greedy_options
static const lehr_option rows[] = {
    OPTION_ROW(reads, INT, 10, 1, 1e9, "samples", "descents when --reads is not given")};
static const lehr_option_table table = {sizeof table, sizeof(greedy_options), 1, rows};

static lehr_status greedy_plan(const lehr_model_view *m, const void *options, int64_t reads,
                               int32_t threads, lehr_plan *plan) {
  (void)options;
  (void)reads;
  (void)threads;
  plan->bytes = (uint64_t)m->n + 64;
  plan->bytes +=
      m->n_groups > 0 ? grouped_model_bytes(m) + grouped_state_bytes(m) : descent_bytes(m);
  return LEHR_OK;
}

/* One descent, from bits[] to bits[]. */
static void descend(descent *d, lehr_run *run, uint8_t bits[]) {
  descent_start(d, bits);
  descent_to_minimum(d, run);
  memcpy(bits, d->bits, (size_t)run->model->n);
}

static void descend_grouped(grouped_state *s, lehr_run *run, uint8_t bits[]) {
  grouped_enter(s, bits);
  grouped_descend(s, run);
  run->attempts(run, (int64_t)grouped_pairs(s));
  grouped_leave(s, bits);
}

static lehr_status greedy_run(lehr_run *run) {
  const lehr_model_view *m = run->model;
  const greedy_options *o = run->options;
  const int64_t reads = run->reads > 0 ? run->reads : o->reads;
  const bool is_grouped = m->n_groups > 0;
  uint8_t *bits = run->alloc(run, (size_t)m->n);
  grouped_model model;
  grouped_state state;
  descent d;
  if (run->time_limit_s == 0) return start_report(run, reads);
  if (!bits) return LEHR_ENOMEM;
  if (is_grouped ? !grouped_model_make(&model, run) || !grouped_state_make(&state, &model, run)
                 : !descent_init(&d, run))
    return LEHR_ENOMEM;
  for (int64_t r = 0; r < reads; r++) {
    start_state(run, r, 0, bits);
    if (is_grouped)
      descend_grouped(&state, run, bits);
    else
      descend(&d, run, bits);
    const lehr_status status = run->sample(run, bits, 1);
    if (status != LEHR_OK) return status;
    if (run->should_stop(run)) break;
  }
  return LEHR_OK;
}

const lehr_engine engine_greedy = {.struct_size = sizeof engine_greedy,
                                   .abi = LEHR_PLUGIN_ABI,
                                   .caps = LEHR_CAP_GROUPS | LEHR_CAP_INITIAL,
                                   .name = "greedy",
                                   .summary = "descent from random states; keeps disjoint groups",
                                   .options = &table,
                                   .plan = greedy_plan,
                                   .run = greedy_run};
