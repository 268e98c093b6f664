/* SPDX-License-Identifier: Apache-2.0 */
/* template.lehr.so - a complete small engine to copy: one-flip descent from random states.
 *
 * Everything a plugin needs is in lehr/plugin.h; it links nothing of lehr. Read from the bottom:
 * the one exported function, the engine it returns, and the two functions of that engine. */
#include <lehr/plugin.h>

#include <stdbool.h>
#include <string.h>

/* ---- Options: a struct, and one row per member (`lehr engines template` prints them) ---- */

typedef struct options {
  int64_t reads;
  int64_t passes;
} options;

static const lehr_option option_rows[] = {{"reads", LEHR_OPTION_INT, offsetof(options, reads), 10,
                                           1, 1e9, "samples", "descents when --reads is not given"},
                                          {"passes", LEHR_OPTION_INT, offsetof(options, passes),
                                           1000, 1, 1e9, "passes",
                                           "most passes over all variables per descent"}};

static const lehr_option_table option_table = {sizeof option_table, sizeof(options), 2,
                                               option_rows};

/* ---- Random numbers: from (run->key, read) only, so that equal runs give equal samples ---- */

static uint64_t next_random(uint64_t *state) { /* splitmix64, Steele, Lea, Flood 2014 */
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static void random_state(uint64_t key, int64_t read, int32_t n, uint8_t bits[]) {
  uint64_t state = key ^ ((uint64_t)read * 0xd1342543de82ef95u);
  for (int32_t i = 0; i < n; i++) bits[i] = next_random(&state) >> 63;
}

/* ---- The model: value of variable j, and whether flipping i lowers the energy. O(degree) ---- */

static int value(const lehr_model_view *m, const uint8_t bits[], int32_t j) {
  return m->vartype == LEHR_SPIN ? 2 * bits[j] - 1 : bits[j];
}

/* The energy depends on x_i as x_i * (linear_i + sum_j weight_ij x_j), and a flip moves x_i down
 * where the bit is 1. Exact models are handled in integers, which cannot overflow. */
static bool flip_lowers(const lehr_model_view *m, const uint8_t bits[], int32_t i) {
  if (m->is_exact) {
    int64_t field = m->linear_i64[i];
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
      field += m->weight_i64[k] * value(m, bits, m->col[k]);
    return bits[i] ? field > 0 : field < 0;
  }
  double field = m->linear_f64[i];
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
    field += m->weight_f64[k] * value(m, bits, m->col[k]);
  return bits[i] ? field > 0 : field < 0;
}

/* ---- The engine ---- */

/* What a run would take. No side effects. An engine that cannot handle a model writes the reason
 * into plan->note and returns LEHR_EUNAVAILABLE. */
static lehr_status plan(const lehr_model_view *m, const void *values, int64_t reads,
                        int32_t threads, lehr_plan *out) {
  (void)values;
  (void)reads;
  (void)threads;
  out->bytes = (uint64_t)m->n;
  return LEHR_OK;
}

typedef struct budget {
  lehr_run *run;
  int64_t left; /* attempts, INT64_MAX = no limit */
} budget;

/* One pass over all variables. Returns whether another pass makes sense. */
static bool descend_once(budget *b, uint8_t bits[]) {
  enum { POLL = 64 }; /* variables between two looks at the stop flag */
  lehr_run *run = b->run;
  const lehr_model_view *m = run->model;
  bool has_flipped = false;
  int32_t i = 0;
  for (; i < m->n && b->left > 0; i++, b->left--) {
    if (i % POLL == 0 && run->should_stop(run)) break;
    if (!flip_lowers(m, bits, i)) continue;
    bits[i] ^= 1;
    has_flipped = true;
  }
  run->attempts(run, i);
  return has_flipped && i == m->n;
}

/* Delivers samples until the reads, the work, or the time is used up. A run that ends early is a
 * success; the host recomputes every energy. */
static lehr_status run_reads(lehr_run *run) {
  const lehr_model_view *m = run->model;
  const options *o = run->options;
  const int64_t reads = run->reads > 0 ? run->reads : o->reads;
  budget b = {run, run->work > 0 ? run->work : INT64_MAX};
  uint8_t *bits = run->alloc(run, (size_t)m->n);
  if (!bits) return run->fail(run, LEHR_ENOMEM, "no memory for one state");
  for (int64_t read = 0; read < reads; read++) {
    if (run->n_initial > 0)
      memcpy(bits, run->initial + read % run->n_initial * m->n, (size_t)m->n);
    else
      random_state(run->key, read, m->n, bits);
    if (run->time_limit_s != 0) /* 0: report the initial states */
      for (int64_t pass = 0; pass < o->passes && descend_once(&b, bits); pass++) continue;
    const lehr_status status = run->sample(run, bits, 1);
    if (status != LEHR_OK) return status;
    if (b.left == 0 || run->should_stop(run)) break;
    run->progress(run, (double)(read + 1) / (double)reads, "descending");
  }
  return LEHR_OK;
}

static const lehr_engine engine = {.struct_size = sizeof engine,
                                   .abi = LEHR_PLUGIN_ABI,
                                   .caps = LEHR_CAP_INITIAL,
                                   .name = "template",
                                   .summary = "one-flip descent, the plugin to copy",
                                   .options = &option_table,
                                   .plan = plan,
                                   .run = run_reads};

/* The one symbol that the file exports. */
const lehr_engine *lehr_plugin_v1(const lehr_host *host) {
  return host->abi == LEHR_PLUGIN_ABI ? &engine : NULL;
}
