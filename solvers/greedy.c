/* SPDX-License-Identifier: Apache-2.0 */
/* Engine `greedy`: steepest descent from random or given states. Every step flips the variable
 * that lowers the energy most; a heap would pay only on models far larger than it is meant for. */
#include "base/options.h"
#include "base/philox.h"
#include "solvers/descent.h"

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
  plan->bytes = descent_bytes(m);
  return LEHR_OK;
}

static void random_state(uint64_t key, int64_t read, int32_t n, uint8_t bits[]) {
  philox_stream s = philox_stream_at(key, (uint64_t)read);
  for (int32_t i = 0; i < n; i++) bits[i] = philox_u32(&s) & 1;
}

static lehr_status greedy_run(lehr_run *run) {
  const lehr_model_view *m = run->model;
  const greedy_options *o = run->options;
  const int64_t reads = run->reads > 0 ? run->reads : o->reads;
  descent d;
  if (!descent_init(&d, run)) return LEHR_ENOMEM;
  for (int64_t r = 0; r < reads; r++) {
    if (run->n_initial > 0)
      descent_start(&d, run->initial + (r % run->n_initial) * m->n);
    else {
      random_state(run->key, r, m->n, d.bits);
      descent_start(&d, d.bits);
    }
    if (run->time_limit_s != 0) descent_to_minimum(&d, run);
    const lehr_status status = run->sample(run, d.bits, 1);
    if (status != LEHR_OK) return status;
    if (run->should_stop(run)) break;
  }
  return LEHR_OK;
}

const lehr_engine engine_greedy = {.struct_size = sizeof engine_greedy,
                                   .abi = LEHR_PLUGIN_ABI,
                                   .caps = LEHR_CAP_INITIAL,
                                   .name = "greedy",
                                   .summary = "steepest descent from random states",
                                   .options = &table,
                                   .plan = greedy_plan,
                                   .run = greedy_run};
