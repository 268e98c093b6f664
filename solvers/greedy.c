/* SPDX-License-Identifier: Apache-2.0 */
/* Engine `greedy`: descent from random or given states. Without groups every step flips the
 * variable that lowers the energy most (a heap would pay only on models far larger than it is meant
 * for); with groups, every improving flip or exchange is made in turn. A work budget counts the
 * flips looked at; it is kept to one step (n of them), with groups to one pass. */
#include "base/options.h"
#include "solvers/descent.h"
#include "solvers/grouped_state.h"
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

/* What descends; one of the two is used. */
typedef struct greedy_space {
  bool is_grouped;
  descent plain;
  grouped_model model;
  grouped_state grouped;
  uint8_t *bits; /* [n] */
} greedy_space;

static bool make_space(greedy_space *s, lehr_run *run) {
  s->is_grouped = run->model->n_groups > 0;
  s->bits = run->alloc(run, (size_t)run->model->n);
  if (!s->bits) return false;
  if (!s->is_grouped) return descent_init(&s->plain, run);
  return grouped_model_make(&s->model, run) && grouped_state_make(&s->grouped, &s->model, run);
}

static int64_t descend_grouped(greedy_space *s, lehr_run *run, int64_t most) {
  grouped_enter(&s->grouped, s->bits);
  const int64_t looks = (int64_t)grouped_descend(&s->grouped, run, (double)most);
  run->attempts(run, looks);
  grouped_leave(&s->grouped, s->bits);
  return looks;
}

static int64_t descend_plain(greedy_space *s, lehr_run *run, int64_t most) {
  descent_start(&s->plain, s->bits);
  const int64_t attempts = descent_to_minimum(&s->plain, run, most);
  memcpy(s->bits, s->plain.bits, (size_t)run->model->n);
  return attempts;
}

/* One descent of bits[], of about `most` attempts at most. Returns the attempts made. */
static int64_t descend(greedy_space *s, lehr_run *run, int64_t most) {
  const int64_t attempts =
      s->is_grouped ? descend_grouped(s, run, most) : descend_plain(s, run, most);
  if (run->should_stop(run)) descent_hurried(run, s->bits);
  return attempts;
}

static lehr_status greedy_run(lehr_run *run) {
  const greedy_options *o = run->options;
  const int64_t reads = run->reads > 0 ? run->reads : o->reads;
  int64_t left = run->work > 0 ? run->work : INT64_MAX;
  greedy_space s;
  if (run->time_limit_s == 0) return start_report(run, reads);
  if (!make_space(&s, run)) return start_instead(run);
  for (int64_t r = 0; r < reads && left > 0; r++) {
    if (r > 0 && run->should_stop(run)) break;
    start_state(run, r, 0, s.bits);
    left -= descend(&s, run, left);
    const lehr_status status = run->sample(run, s.bits, 1);
    if (status != LEHR_OK) return status;
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
