/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/anneal.h"

#include "qubo/model.h"
#include "solvers/anneal/grouped.h"
#include "solvers/anneal/kernels_run.h"
#include "solvers/anneal/rows.h"
#include "solvers/bits/bits.h"
#include "solvers/start.h"

#define OPTION_STRUCT anneal_options
#define OPTION_FILE "solvers/anneal/options.def"
#include "base/option_table.inc"

/* Sweeps of a read at most, as the option has it. */
#define LONGEST 9e15

enum { WIDEST_BYTES = 64, TRIAL_BYTES = 16, BITS_READS = 2 * BITS_BLOCK, LANES_READS = 64 };

/* Dense models take a neighbour's word per visit in bits, but a row per flip in rows (rows.h),
 * which is less if the degree is large. Models of one chunk are those of batches, with few reads:
 * 8 of 50 variables with 5 neighbours each took 400 us in bits and 46 us in lanes. */
static bool is_for_bits(const lehr_model_view *m) {
  enum { MOST_DEGREE = 512 };
  const int64_t entries = 2 * m->n_interactions;
  const bool is_dense = entries > MOST_DEGREE * (int64_t)m->n;
  if (m->n_groups > 0 || m->n <= ROW_CHUNK || (is_dense && rows_pay(m->n, entries, 1)))
    return false;
  return bits_pay(m);
}

/* In bits two full blocks, since two threads gain little from halves of one; with a time limit,
 * where reads depend on the machine anyway, one for each thread. */
static int64_t default_reads(bool by_bits, const anneal_options *o, bool is_timed,
                             int32_t threads) {
  if (o->reads > 0) return o->reads;
  if (!by_bits) return LANES_READS;
  return is_timed ? (int64_t)BITS_BLOCK * threads : BITS_READS;
}

budget anneal_budget_of(const lehr_run *run, bool by_bits) {
  const anneal_options *o = run->options;
  const double end = run->n_schedule > 0 ? run->schedule[run->n_schedule - 1].at : 0;
  int64_t sweeps = o->sweeps;
  /* A schedule in sweeps says how many, unless there is a budget to fill. */
  if (sweeps == 0 && end > 1 && run->work == 0 && run->time_limit_s < 0)
    sweeps = end < LONGEST ? (int64_t)end + 1 : (int64_t)LONGEST;
  /* The best of several rounds would be no sample: one round, which a time limit may cut. */
  if (sweeps == 0 && o->boltzmann && run->work == 0) sweeps = DEFAULT_SWEEPS;
  const bool is_timed = run->time_limit_s > 0 && run->work == 0;
  return budget_of(run, default_reads(by_bits, o, is_timed, run->threads), sweeps);
}

/* A call for each number: of two neighbours in memory GCC 12 drops the conversions at -O2, as if
 * they changed nothing. */
static __attribute__((noinline)) double rounded(double x) { return (float)x; }

void anneal_override(range *r, const anneal_options *o, double cost_unit) {
  if (o->beta_hot > 0) r->hot = 1 / (o->beta_hot * cost_unit);
  if (o->beta_cold > 0) r->cold = 1 / (o->beta_cold * cost_unit);
  /* Rounded, so that the values reported give the same temperatures when they are set. */
  r->hot = rounded(r->hot);
  r->cold = rounded(r->cold);
}

double anneal_reheat(const lehr_run *run) {
  const anneal_options *o = run->options;
  return run->n_initial > 0 ? o->reheat : 0;
}

void anneal_report(const schedule_shape *shape, lehr_run *run, const budget *b, double cost_unit) {
  run->used(run, "beta_hot", 1 / (shape->hot * cost_unit));
  /* Rounds differ in length and so in how cold they end. */
  if (!b->is_timed) run->used(run, "beta_cold", 1 / (schedule_cold(shape, b->sweeps) * cost_unit));
}

lehr_status anneal_run_at(lehr_run *run, int level) {
  const lehr_model_view *m = run->model;
  const bool by_bits = is_for_bits(m);
  const budget b = anneal_budget_of(run, by_bits);
  if (run->time_limit_s == 0 || m->n == 0) return start_report(run, b.reads);
  const anneal_options *o = run->options;
  /* A state of the caller's is no sample either. */
  if (!o->boltzmann) start_offer(run);
  if (m->n_groups > 0) return grouped_run(run);
  return by_bits ? bits_run_at(run, b, level) : lanes_run_at(run, b, level);
}

static lehr_status anneal_run(lehr_run *run) { return anneal_run_at(run, cpu_best_level()); }

/* Seconds per attempt and per neighbour of its variable, and per attempt of a model with groups, on
 * one core of Zen 4 with AVX-512: 1 / attempts_per_s of `lehr-bench g22 select400`, which have 20
 * and 399 neighbours; in bits: for 512 reads; in rows: of `lehr-bench dense1000 dense3000`, per
 * variable of the model. */
static const double seconds_per_visit = 0.1e-9, seconds_per_neighbour = 0.014e-9;
static const double seconds_per_bit_visit = 8e-12, seconds_per_bit_neighbour = 1.2e-12;
static const double seconds_per_row_visit = 2e-9, seconds_per_row_variable = 3e-12;
static const double seconds_per_grouped_visit = 14e-9;

static double seconds_per_attempt(const lehr_model_view *m, bool by_bits) {
  const double degree = model_mean_degree(m);
  if (m->n_groups > 0) return seconds_per_grouped_visit;
  if (by_bits) return seconds_per_bit_visit + seconds_per_bit_neighbour * degree;
  if (m->n > ROW_CHUNK && rows_pay(m->n, 2 * m->n_interactions, 2))
    return seconds_per_row_visit + seconds_per_row_variable * m->n;
  return seconds_per_visit + seconds_per_neighbour * degree;
}

/* Working memory of the trial and of all threads. Rows, of up to 64 bytes of 2- or 4-byte fields of
 * all ROWS_READS replicas, take less than lanes. */
static uint64_t spaces_bytes(const lehr_model_view *m, bool by_bits, int64_t reads,
                             int32_t threads) {
  const uint64_t count = (uint64_t)threads;
  if (m->n_groups > 0) return grouped_space_bytes(m) * (count + 1);
  const int type = lanes_type_for(spin_form_bound(m));
  const uint64_t trial = strip_space_bytes(m, type, TRIAL_BYTES >> type);
  if (by_bits) return trial + bits_bytes(m) + bits_space_bytes(m, reads) * count;
  return trial + strip_space_bytes(m, type, WIDEST_BYTES >> type) * (count + 1);
}

static lehr_status anneal_plan(const lehr_model_view *m, const void *options, int64_t reads,
                               int32_t threads, lehr_plan *plan) {
  const anneal_options *o = options;
  const bool by_bits = is_for_bits(m);
  if (reads <= 0) plan->rows = reads = default_reads(by_bits, o, plan->time_limit_s > 0, threads);
  const int64_t block = read_block(m, 1, threads, by_bits ? BITS_BLOCK : WIDEST_BYTES);
  plan->threads = threads;
  plan->bytes = spin_form_bytes(m) + lanes_bytes(m) + rows_most_bytes(m) +
                spaces_bytes(m, by_bits, reads, threads) +
                read_rows_bytes(m, block, reads, budget_will_be_timed(plan, o->sweeps)) +
                (1 << 17) + sizeof(deviates);
  plan->seconds =
      budget_seconds(plan, (double)reads * m->n, o->sweeps, seconds_per_attempt(m, by_bits));
  return LEHR_OK;
}

const lehr_engine engine_anneal = {
    .struct_size = sizeof engine_anneal,
    .abi = LEHR_PLUGIN_ABI,
    .caps = LEHR_CAP_GROUPS | LEHR_CAP_THREADS | LEHR_CAP_INITIAL | LEHR_CAP_SCHEDULE,
    .name = "anneal",
    .summary =
        "simulated annealing of many replicas, one per bit or SIMD lane; keeps disjoint groups",
    .options = &table,
    .plan = anneal_plan,
    .run = anneal_run};
