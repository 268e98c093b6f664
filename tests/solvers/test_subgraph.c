/* SPDX-License-Identifier: Apache-2.0 */
/* The subgraph engine: forests that are forests, exact minima, exact distributions, and one answer
 * on every instruction set and thread count. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"
#include "support/forced_level.h"
#include "support/frequencies.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/real.h"
#include "solvers/registry.h"
#include "solvers/subgraph/subgraph.h"
#include "solvers/subgraph/tree.h"

enum { SMALL = 9, STATES = 1 << SMALL };

static lehr_model *random_model(philox_stream *s, int32_t n, int32_t couplings, double factor) {
  lehr_builder *b;
  lehr_model *m;
  lehr_error err;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t k = 0; k < couplings; k++) {
    const int32_t i = (int32_t)philox_below(s, (uint32_t)n);
    const int32_t j = (int32_t)philox_below(s, (uint32_t)n);
    if (i != j)
      REQUIRE_OK(lehr_builder_add(b, i, j, factor * model_coefficient(s, VALUES_SMALL), &err));
  }
  for (int32_t i = 0; i < n; i++)
    REQUIRE_OK(lehr_builder_add_linear(b, i, i == 0 ? 1 : (double)philox_below(s, 3), &err));
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_builder_free(b);
  return m;
}

/* A model with its forests and one strip. */
typedef struct bench {
  arena memory;
  lehr_run run;
  lehr_model *owner;
  spin_form form;
  tree_model model;
  forest_family family;
  tree_strip strip;
} bench;

static void bench_make(bench *b, lehr_model *m) {
  const lehr_model_view *v = lehr_model_look(m);
  b->owner = m;
  b->run = bare_run(m, &b->memory);
  REQUIRE(spin_form_make(&b->form, &b->run));
  REQUIRE(tree_model_make(&b->model, &b->form, &b->run));
  CHECK(b->memory.used <= spin_form_bytes(v) + tree_model_bytes(v));
  const uint64_t before = b->memory.used;
  b->run.key = 7;
  REQUIRE(forest_family_make(&b->family, &b->form, HUGE_VAL, &b->run));
  CHECK(b->memory.used - before <= forest_family_bytes(v));
  const uint64_t between = b->memory.used;
  REQUIRE(tree_strip_make(&b->strip, &b->model, &b->family, &b->run));
  CHECK(b->memory.used - between <= tree_strip_bytes(v));
}

static void bench_free(bench *b) {
  arena_free(&b->memory);
  lehr_model_free(b->owner);
}

/* ---- Forests ---- */

static void check_forest(const spin_form *f, const forest *t, uint8_t covered[]) {
  int32_t *position = malloc((size_t)f->n * sizeof *position);
  int64_t inner = 0;
  int32_t roots = 0, chunk = 0;
  for (int32_t i = 0; i < f->n; i++) position[i] = -1;
  for (int32_t p = 0; p < t->count; p++) {
    CHECK_INT(position[t->site[p]], -1);
    position[t->site[p]] = p;
    covered[t->site[p]] = 1;
  }
  for (int32_t p = 0; p < t->count; p++) {
    const int32_t i = t->site[p], parent = t->parent[p];
    if (p == t->chunk[chunk]) {
      CHECK_INT(parent, -1);
      chunk++;
    }
    CHECK(parent < p && parent >= -1 && (parent < 0 || parent >= t->chunk[chunk - 1]));
    roots += parent < 0;
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) inner += position[f->col[k]] >= 0;
    if (parent < 0) continue;
    /* The link is an entry of the parent's row that leads here. */
    CHECK_INT(f->col[t->link[p]], i);
    CHECK(t->link[p] >= f->row[t->site[parent]] && t->link[p] < f->row[t->site[parent] + 1]);
  }
  CHECK_INT(chunk, t->chunks);
  CHECK_INT(t->chunk[t->chunks], t->count);
  CHECK_INT(inner, 2 * (int64_t)(t->count - roots)); /* no cycle */
  free(position);
}

static void check_family(lehr_model *m) {
  bench b;
  bench_make(&b, m);
  uint8_t *covered = calloc((size_t)b.form.n, 1);
  for (int32_t k = 0; k < b.family.count; k++) check_forest(&b.form, &b.family.forests[k], covered);
  for (int32_t i = 0; i < b.form.n; i++) CHECK_INT(covered[i], 1);
  free(covered);
  bench_free(&b);
}

static void forests_cover_without_cycles(void) {
  philox_stream s = philox_stream_at(61, 0);
  check_family(random_model(&s, 1, 0, 1));
  check_family(random_model(&s, 40, 0, 1));
  check_family(random_model(&s, 5000, 6000, 1));
  check_family(random_model(&s, 60, 20000, 1)); /* complete */
  check_family(random_model(&s, 40000, 36000, 1));
}

static void hub_and_long_paths(void) {
  enum { N = 60000 };
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 2 * N, &b));
  for (int32_t i = 1; i < N; i++) REQUIRE_OK(lehr_builder_add_int(b, 0, i, 1, NULL));
  for (int32_t i = N + 1; i < 2 * N; i++) REQUIRE_OK(lehr_builder_add_int(b, i - 1, i, 1, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  check_family(m);
}

/* ---- Moves against brute force ---- */

static int64_t form_energy(const spin_form *f, const int8_t spin[], int32_t stride) {
  int64_t e = 0;
  for (int32_t i = 0; i < f->n; i++) {
    e += f->h[i] * spin[(int64_t)i * stride];
    for (int64_t k = f->row[i]; k < f->row[i + 1] && f->col[k] < i; k++)
      e += f->J[k] * spin[(int64_t)i * stride] * spin[(int64_t)f->col[k] * stride];
  }
  return e;
}

/* Number of the state in a lane. */
static int32_t lane_state(const tree_strip *s, int32_t n, int32_t lane) {
  int32_t state = 0;
  for (int32_t i = 0; i < n; i++) state |= (s->spin[i * TREE_LANES + lane] > 0) << i;
  return state;
}

static void set_lane(tree_strip *s, int32_t n, int32_t lane, int32_t state) {
  for (int32_t i = 0; i < n; i++) s->spin[i * TREE_LANES + lane] = state >> i & 1 ? 1 : -1;
}

static int64_t state_energy(const spin_form *f, int32_t state) {
  int8_t spin[SMALL];
  for (int32_t i = 0; i < f->n; i++) spin[i] = state >> i & 1 ? 1 : -1;
  return form_energy(f, spin, 1);
}

static int32_t mask_of(const forest *t) {
  int32_t mask = 0;
  for (int32_t p = 0; p < t->count; p++) mask |= 1 << t->site[p];
  return mask;
}

/* Lowest energy over the spins of `mask`, the others as in `state`. */
static int64_t lowest(const spin_form *f, int32_t state, int32_t mask) {
  int64_t best = INT64_MAX;
  for (int32_t other = 0; other < 1 << f->n; other++) {
    const int64_t e = (other & ~mask) == (state & ~mask) ? state_energy(f, other) : INT64_MAX;
    best = e < best ? e : best;
  }
  return best;
}

static void check_minimum(bench *b, int level, const forest *t, philox_stream *s) {
  const tree_kernel *kernel = tree_kernel_at(level);
  int32_t before[TREE_LANES];
  bool changed = false, any = false;
  for (int32_t l = 0; l < TREE_LANES; l++) {
    before[l] = (int32_t)philox_below(s, 1u << b->form.n);
    set_lane(&b->strip, b->form.n, l, before[l]);
  }
  for (int32_t c = 0; c < t->chunks; c++)
    any |= kernel->minimise[b->model.is_narrow](&b->strip, t, c);
  for (int32_t l = 0; l < TREE_LANES; l++) {
    const int32_t after = lane_state(&b->strip, b->form.n, l), mask = mask_of(t);
    const int64_t e = state_energy(&b->form, after), best = lowest(&b->form, before[l], mask);
    CHECK_INT(after & ~mask, before[l] & ~mask);
    CHECK_INT(e, best);
    CHECK((after == before[l]) == (state_energy(&b->form, before[l]) == best));
    changed |= after != before[l];
  }
  CHECK(any == changed);
}

static void minimum_is_the_lowest(void) {
  philox_stream s = philox_stream_at(62, 0);
  for (int k = 0; k < 24; k++) {
    bench b;
    bench_make(&b, random_model(&s, SMALL, 6 + k % 12, k % 2 ? 1 : 0x1p40));
    CHECK(b.model.is_narrow == k % 2);
    for (int level = TREE_SCALAR; level <= (int)cpu_best_level(); level++)
      for (int32_t t = 0; t < 4; t++) check_minimum(&b, level, &b.family.forests[t], &s);
    bench_free(&b);
  }
}

/* The same for each spin of `mask` alone, which sees small errors of one site better. */
static void add_marginals(frequencies *f, const int64_t counts[], const double p[], int32_t mask) {
  for (int32_t i = 0; i < SMALL; i++) {
    int64_t seen[2] = {0};
    double expected[2] = {0};
    for (int32_t k = 0; k < STATES; k++) {
      seen[k >> i & 1] += counts[k];
      expected[k >> i & 1] += p[k];
    }
    if (mask >> i & 1) frequencies_add_shape(f, seen, expected, 2);
  }
}

/* Boltzmann probabilities of all states that agree with `state` outside `mask`. */
static void probabilities(const spin_form *f, int32_t state, int32_t mask, double two_beta,
                          double p[]) {
  double sum = 0;
  const int64_t least = lowest(f, state, mask);
  for (int32_t k = 0; k < 1 << f->n; k++) {
    const bool is_there = (k & ~mask) == (state & ~mask);
    p[k] = is_there ? real_exp(-0.5 * two_beta * (double)(state_energy(f, k) - least)) : 0;
    sum += p[k];
  }
  for (int32_t k = 0; k < 1 << f->n; k++) p[k] /= sum;
}

/* A draw from any state has the conditional distribution: that is detailed balance, and more. */
static void draws_have_the_conditional_distribution(void) {
  enum { MOVES = 20000 };
  philox_stream s = philox_stream_at(63, 0);
  frequencies f = {0};
  for (int k = 0; k < 12; k++) {
    const double scale = k % 2 ? 1 : 0x1p40, two_beta = (k % 3 == 0 ? 0.05 : 0.3) / scale;
    bench b;
    int64_t counts[STATES] = {0};
    double p[STATES];
    bench_make(&b, random_model(&s, SMALL, 6 + k, scale));
    const forest *t = &b.family.forests[k % b.family.count];
    const int32_t state = (int32_t)philox_below(&s, STATES);
    b.strip.two_beta = two_beta;
    for (uint64_t move = 0; move < MOVES; move++) {
      for (int32_t l = 0; l < TREE_LANES; l++) {
        set_lane(&b.strip, SMALL, l, state);
        tree_strip_seed(&b.strip, l, philox_subkey(11, (uint64_t)l), move);
      }
      for (int32_t c = 0; c < t->chunks; c++)
        tree_kernel_at((int)cpu_best_level())->sample[b.model.is_narrow](&b.strip, t, c);
      for (int32_t l = 0; l < TREE_LANES; l++) counts[lane_state(&b.strip, SMALL, l)]++;
    }
    probabilities(&b.form, state, mask_of(t), two_beta, p);
    frequencies_add(&f, counts, p, STATES);
    add_marginals(&f, counts, p, mask_of(t));
    bench_free(&b);
  }
  frequencies_check(&f, "draws");
}

/* At an inverse temperature beyond all bounds a draw is a minimum. */
static void cold_draws_are_minima(void) {
  philox_stream s = philox_stream_at(64, 0);
  for (int k = 0; k < 20; k++) {
    bench b;
    bench_make(&b, random_model(&s, SMALL, 12, k % 2 ? 1 : 0x1p40));
    const forest *t = &b.family.forests[0];
    int32_t before[TREE_LANES];
    b.strip.two_beta = k % 4 < 2 ? 1e280 : 1e3;
    for (int32_t l = 0; l < TREE_LANES; l++) {
      before[l] = (int32_t)philox_below(&s, STATES);
      set_lane(&b.strip, SMALL, l, before[l]);
      tree_strip_seed(&b.strip, l, 3, (uint64_t)(k * TREE_LANES + l));
    }
    for (int32_t c = 0; c < t->chunks; c++)
      tree_kernel_at((int)cpu_best_level())->sample[b.model.is_narrow](&b.strip, t, c);
    for (int32_t l = 0; l < TREE_LANES; l++)
      CHECK_INT(state_energy(&b.form, lane_state(&b.strip, SMALL, l)),
                lowest(&b.form, before[l], mask_of(t)));
    bench_free(&b);
  }
}

/* ---- The engine ---- */

static lehr_sampleset *solve(const lehr_model *m, lehr_params p, const char *const options[],
                             size_t n_options) {
  lehr_sampleset *set = NULL;
  lehr_error err;
  p.engine = "subgraph";
  p.options = options;
  p.n_options = n_options;
  p.seed = 5;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  return set;
}

static void same_on_every_level(void) {
  static const char *const options[] = {"sweeps=20", "width=1"};
  static const char *const wide_options[] = {"sweeps=20", "width=5"};
  philox_stream s = philox_stream_at(65, 0);
  lehr_context *ctx = forced_context(&engine_subgraph, subgraph_run_at, 5);
  lehr_params p;
  lehr_params_init(&p);
  p.reads = 50;
  p.threads = 2;
  p.n_options = 2;
  for (int k = 0; k < 8; k++) {
    lehr_model *m = random_model(&s, 300, k % 4 < 2 ? 500 : 3000, k % 2 ? 1 : 0x1p40);
    p.options = k < 4 ? options : wide_options;
    check_same_on_levels(ctx, m, p);
    lehr_model_free(m);
  }
  lehr_context_free(ctx);
}

static void samples_are_boltzmann_distributed(void) {
  static const char *const cold[] = {"goal=sample", "sweeps=30", "beta_cold=0.08", "width=3"};
  static const char *const hot[] = {"goal=sample", "sweeps=12", "beta_cold=0.01", "width=1"};
  philox_stream s = philox_stream_at(66, 0);
  frequencies f = {0};
  for (int k = 0; k < 4; k++) {
    lehr_model *m = random_model(&s, SMALL, 8 + 6 * k, 1);
    lehr_params params;
    bench b;
    int64_t counts[STATES] = {0};
    double p[STATES];
    lehr_params_init(&params);
    params.reads = 40000;
    lehr_sampleset *set = solve(m, params, k % 2 ? hot : cold, 4);
    for (int64_t r = 0; r < lehr_sampleset_size(set); r++) {
      uint8_t bits[SMALL];
      int32_t state = 0;
      lehr_sampleset_bits(set, r, bits);
      for (int32_t i = 0; i < SMALL; i++) state |= bits[i] << i;
      counts[state] += lehr_sampleset_occurrences(set, r);
    }
    bench_make(&b, m);
    probabilities(&b.form, 0, STATES - 1, 2 * b.form.unit * (k % 2 ? 0.01 : 0.08), p);
    frequencies_add(&f, counts, p, STATES);
    add_marginals(&f, counts, p, STATES - 1);
    lehr_sampleset_free(set);
    bench_free(&b);
  }
  frequencies_check(&f, "samples");
}

/* A tree is minimised in one move, whatever else the reads do. */
static void solves_trees(void) {
  static const char *const options[] = {"sweeps=1"};
  enum { N = 3000 };
  philox_stream s = philox_stream_at(67, 0);
  lehr_builder *b;
  lehr_model *m;
  lehr_params p;
  double couplings = 0;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t i = 1; i < N; i++) {
    const int64_t weight = 1 + (int64_t)philox_below(&s, 9);
    const int32_t parent = (int32_t)philox_below(&s, (uint32_t)i);
    REQUIRE_OK(lehr_builder_add_int(b, parent, i, i % 3 ? weight : -weight, NULL));
    couplings += (double)weight;
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  lehr_params_init(&p);
  p.reads = 1;
  lehr_sampleset *set = solve(m, p, options, 1);
  CHECK_REAL(lehr_sampleset_energy(set, 0), -couplings, 0);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"forests cover without cycles", forests_cover_without_cycles},
    {"hub and long paths", hub_and_long_paths},
    {"a minimum is the lowest", minimum_is_the_lowest},
    {"draws have the conditional distribution", draws_have_the_conditional_distribution},
    {"cold draws are minima", cold_draws_are_minima},
    {"same on every level", same_on_every_level},
    {"samples are Boltzmann distributed", samples_are_boltzmann_distributed},
    {"solves trees", solves_trees},
};
CHECK_MAIN("solvers/subgraph", tests)
