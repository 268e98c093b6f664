/* SPDX-License-Identifier: Apache-2.0 */
/* Tempering against exact Boltzmann weights: sweeps at each temperature and width of the fields,
 * exchanges of whole states and of clusters, and all of it together. */
#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"
#include "support/frequencies.h"

#include "base/memory.h"
#include "base/real.h"
#include "solvers/tempering/bit_rows.h"
#include "solvers/tempering/population.h"
#include "solvers/tempering/system_exchange.h"

#include <stdlib.h>

enum { N = 6, STATES = 1 << N };

static void ignore_progress(lehr_run *run, double fraction, const char *phase) {
  (void)run;
  CHECK(fraction <= 1 && phase);
}

/* A small model and all that systems need of it. */
typedef struct bench {
  arena memory;
  lehr_model *owned;
  lehr_run run;
  spin_form form;
  lane_model lanes;
  strip_job limits;
  double energy[STATES]; /* of the spin form; bit i of the state is spin i */
} bench;

static double energy_of_state(const spin_form *f, int state) {
  double twice = 0;
  for (int32_t i = 0; i < f->n; i++) {
    const double s = state >> i & 1 ? 1 : -1;
    twice += 2 * s * (double)f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
      twice += s * (state >> f->col[k] & 1 ? 1 : -1) * (double)f->J[k];
  }
  return twice / 2;
}

/* A ring with one chord; weights of the given size, with fields or without. */
static bench *make_bench(int type, bool has_h) {
  static const double sizes[] = {0, 3, 1e5, 1e13};
  philox_stream s = philox_stream_at(5, (uint64_t)type);
  bench *b = calloc(1, sizeof *b);
  lehr_builder *builder;
  REQUIRE(b != NULL);
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &builder));
  for (int32_t i = 0; i <= N; i++) {
    const int32_t from = i == N ? 0 : i, to = i == N ? 3 : (i + 1) % N;
    const double size = sizes[type] * (1 + philox_unit(&s)) * (philox_below(&s, 2) ? 1 : -1);
    REQUIRE_OK(lehr_builder_add_int(builder, from, to, (int64_t)size, NULL));
    if (has_h && i < N)
      REQUIRE_OK(lehr_builder_add_linear_int(builder, i, (int64_t)(0.3 * size), NULL));
  }
  REQUIRE_OK(lehr_builder_finish(builder, &b->owned, NULL));
  lehr_builder_free(builder);
  b->run = bare_run(b->owned, &b->memory);
  b->run.key = 77;
  REQUIRE(spin_form_make(&b->form, &b->run));
  REQUIRE(lanes_prepare(&b->lanes, &b->form, type, &b->run));
  REQUIRE(lanes_couple(&b->lanes, &b->form, &b->run));
  b->limits = (strip_job){.run = &b->run, .deadline = HUGE_VAL, .site_work = 4};
  for (int x = 0; x < STATES; x++) b->energy[x] = energy_of_state(&b->form, x);
  return b;
}

static void free_bench(bench *b) {
  arena_free(&b->memory);
  lehr_model_free(b->owned);
  free(b);
}

/* Exact weights at temperature T of cost. */
static void weigh(const bench *b, double T, double weight[STATES]) {
  double least = b->energy[0], total = 0;
  for (int x = 0; x < STATES; x++) least = fmin(least, b->energy[x]);
  for (int x = 0; x < STATES; x++) total += weight[x] = real_exp((least - b->energy[x]) / (2 * T));
  for (int x = 0; x < STATES; x++) weight[x] /= total;
}

/* A temperature at which several states matter. */
static double scale_of(const bench *b) { return (double)b->form.largest_field / 3; }

static int state_of(const walkers *w, int l) {
  int state = 0;
  for (int32_t i = 0; i < N; i++) state |= (int)(w->spin[i] >> l & 1) << i;
  return state;
}

/* As many numbers of a table lie above x as should, to within one: 4096 e^-x. */
static void noise_is_exponential(void) {
  arena memory;
  lehr_run run = bare_run(NULL, &memory);
  noise x;
  REQUIRE(noise_make(&x, 3, &run));
  for (uint64_t key = 0; key < 20; key++) {
    noise_draw(&x, philox_subkey(4, key));
    const double *values = x.table;
    for (double least = 0; least < 9; least += 0.31) {
      int count = 0;
      for (int k = 0; k < NOISE_COUNT; k++) count += values[k] > least;
      CHECK_REAL(count, NOISE_COUNT * exp(-least), 1);
    }
  }
  arena_free(&memory);
}

/* Samples of one walker are independent after some sweeps, and walkers of each other. */
static void add_sweeps(frequencies *f, bench *b, int level, int64_t samples) {
  enum { TEMPERATURES = 4, THINNING = 12, REDRAW = 200 };
  const walker_kernel *kernel = walker_kernel_at(level, b->lanes.type);
  static int64_t count[TEMPERATURES][STATES];
  double T[WALKERS], weight[STATES];
  walkers w;
  noise x;
  memset(count, 0, sizeof count);
  REQUIRE(walkers_make(&w, &b->lanes, &b->form, &b->run));
  REQUIRE(noise_make(&x, b->lanes.type, &b->run));
  w.noise = x.table;
  for (int l = 0; l < WALKERS; l++) T[l] = scale_of(b) * (1 + 0.7 * (l % TEMPERATURES));
  walkers_heat(&w, T[TEMPERATURES - 1], T);
  kernel->enter(&w, 0, b->form.n);
  for (int64_t t = 0; t < samples * THINNING; t++) {
    const philox_block random = philox_at(b->run.key, 1, (uint64_t)t);
    if (t % REDRAW == 0) noise_draw(&x, philox_subkey(b->run.key, (uint64_t)t));
    w.offset_state = random.v[0] | (uint64_t)random.v[1] << 32;
    kernel->sweep(&w, 0, N);
    if (t < 100 || t % THINNING != 0) continue;
    for (int l = 0; l < WALKERS; l++) count[l % TEMPERATURES][state_of(&w, l)]++;
  }
  for (int k = 0; k < TEMPERATURES; k++) {
    weigh(b, T[k], weight);
    frequencies_add(f, count[k], weight, STATES);
  }
}

static void sweeps_sample_boltzmann_weights(void) {
  for (int type = 1; type <= 3; type++) {
    frequencies f = {0};
    for (int has_h = 0; has_h < 2; has_h++) {
      bench *b = make_bench(type, has_h);
      add_sweeps(&f, b, cpu_best_level(), 6000);
      add_sweeps(&f, b, LANES_SCALAR, 600);
      free_bench(b);
    }
    frequencies_check(&f, "sweeps");
  }
}

static int draw(const double weight[], philox_stream *s) {
  double u = philox_unit(s);
  int x = 0;
  while (x < STATES - 1 && (u -= weight[x]) > 0) x++;
  return x;
}

/* Pairs drawn from the product of the exact distributions keep to it; `flips_all`: what an exchange
 * does to a symmetric model. */
static void add_exchanges(frequencies *f, bench *b, bool has_h, double ratio) {
  enum { PAIRS = 1000000 };
  const double T = scale_of(b), T_hot = ratio * T;
  double cold[STATES], hot[STATES];
  int64_t *count = calloc((size_t)STATES * STATES, sizeof *count);
  double *weight = calloc((size_t)STATES * STATES, sizeof *weight);
  philox_stream s = philox_stream_at(17, (uint64_t)(ratio * 100));
  clusters c;
  int64_t moved = 0;
  REQUIRE(count && weight && clusters_make(&c, N, &b->run));
  weigh(b, T, cold);
  weigh(b, T_hot, hot);
  for (int k = 0; k < PAIRS; k++) {
    uint64_t x = (uint64_t)draw(cold, &s), y = (uint64_t)draw(hot, &s);
    const uint64_t before = x;
    if (k % 2) {
      exchange_clusters(&c, &b->form, has_h, 0.5 / T - 0.5 / T_hot, &x, &y, &s);
    } else if (exchange_whole(0.5 / T, 0.5 / T_hot, b->energy[x], b->energy[y], &s)) {
      x = y;
      y = before;
    }
    REQUIRE(x < STATES && y < STATES);
    moved += x != before;
    count[x * STATES + y]++;
  }
  CHECK(moved > PAIRS / 10);
  for (int x = 0; x < STATES; x++)
    for (int y = 0; y < STATES; y++) weight[x * STATES + y] = cold[x] * hot[y];
  frequencies_add(f, count, weight, STATES * STATES);
  free(count);
  free(weight);
}

static void exchanges_keep_the_product(void) {
  frequencies f = {0};
  for (int has_h = 0; has_h < 2; has_h++) {
    bench *b = make_bench(1, has_h);
    add_exchanges(&f, b, has_h, 1);
    add_exchanges(&f, b, has_h, 3);
    free_bench(b);
  }
  frequencies_check(&f, "exchanges");
}

/* Sets all walkers to states drawn from the distributions of their ranks; energy: of each lane. */
static void draw_walkers(const bench *b, tempering_system *s, double weight[][STATES],
                         philox_stream *random, double energy[WALKERS]) {
  memset(s->w.spin, 0, N * sizeof *s->w.spin);
  for (int slot = 0; slot < LADDER_SLOTS; slot++) {
    const int state = draw(weight[slot / s->ladder.replicas], random);
    for (int32_t i = 0; i < N; i++) s->w.spin[i] |= (uint64_t)(state >> i & 1) << s->lane[slot];
    energy[s->lane[slot]] = b->energy[state];
  }
}

/* Without its temperatures. */
static system_job job_of(bench *b, cluster_use use, int ranks) {
  return (system_job){.run = &b->run,
                      .limits = &b->limits,
                      .form = &b->form,
                      .model = &b->lanes,
                      .kernel = walker_kernel_at(cpu_best_level(), b->lanes.type),
                      .ladder = LADDER_GEOMETRIC,
                      .clusters = use,
                      .ranks = ranks,
                      .interval = 2};
}

/* One exchange between ranks 0 and 1, 2 and 3, ... of such states: where it is biased the energy
 * that one rank loses is what the other gains. */
static void add_ranks(frequencies *f, bench *b, cluster_use use) {
  enum { EXCHANGES = 40000, RANKS = 4 };
  system_job job = job_of(b, use, RANKS);
  job.interval = 1;
  job.cold = scale_of(b);
  job.hot = 9 * scale_of(b);
  static int64_t count[RANKS][STATES];
  double weight[RANKS][STATES], energy[WALKERS];
  tempering_system s;
  philox_stream random = philox_stream_at(18, (uint64_t)use);
  memset(count, 0, sizeof count);
  REQUIRE(system_make(&s, &job, 0));
  for (int r = 0; r < RANKS; r++) weigh(b, s.ladder.T[r], weight[r]);
  for (uint64_t k = 0; k < EXCHANGES; k++) {
    s.key = philox_subkey(78, k);
    s.exchanges = 0;
    draw_walkers(b, &s, weight, &random, energy);
    REQUIRE(system_exchange(&s, energy));
    for (int slot = 0; slot < LADDER_SLOTS; slot++)
      count[slot / s.ladder.replicas][state_of(&s.w, s.lane[slot])]++;
  }
  for (int r = 0; r < RANKS; r++) {
    const double slope = frequencies_slope(count[r], weight[r], NULL, STATES);
    frequencies_add_shape(f, count[r], weight[r], STATES);
    frequencies_add_slope(f, r % 2 ? -slope : slope);
  }
}

static void exchanges_keep_every_rank(void) {
  for (int use = CLUSTERS_ON; use <= CLUSTERS_OFF; use++) {
    frequencies f = {0};
    for (int has_h = 0; has_h < 2; has_h++) {
      bench *b = make_bench(1, has_h);
      add_ranks(&f, b, (cluster_use)use);
      free_bench(b);
    }
    frequencies_check(&f, use == CLUSTERS_ON ? "clusters between ranks" : "states between ranks");
  }
}

/* A whole system, ladder fixed: every rank has its own distribution. */
static void add_system(frequencies *f, bench *b, cluster_use use) {
  enum { SAMPLES = 5000, RANKS = 8 };
  system_job job = job_of(b, use, RANKS);
  job.cold = 0.6 * scale_of(b);
  job.hot = 3 * scale_of(b);
  static int64_t count[RANKS][STATES];
  double weight[STATES];
  tempering_system s;
  memset(count, 0, sizeof count);
  REQUIRE(system_make(&s, &job, 0));
  system_advance(&s, 200);
  for (int k = 0; k < SAMPLES; k++) {
    system_advance(&s, 20);
    for (int slot = 0; slot < WALKERS; slot++)
      count[slot / (WALKERS / RANKS)][state_of(&s.w, s.lane[slot])]++;
  }
  CHECK(s.ladder.round_trips > SAMPLES / 10);
  for (int r = 0; r < RANKS; r++) {
    weigh(b, s.ladder.T[r], weight);
    frequencies_add(f, count[r], weight, STATES);
  }
}

static void systems_sample_every_temperature(void) {
  for (int use = CLUSTERS_ON; use <= CLUSTERS_OFF; use++) {
    frequencies f = {0};
    for (int type = 1; type <= 3; type++) {
      bench *b = make_bench(type, type != 2);
      add_system(&f, b, (cluster_use)use);
      free_bench(b);
    }
    frequencies_check(&f, use == CLUSTERS_ON ? "clusters" : "whole states");
  }
}

static void copies_are_dealt_by_weight(void) {
  enum { COUNT = 1000 };
  philox_stream s = philox_stream_at(23, 1);
  double energy[COUNT], weight[COUNT], total = 0;
  int32_t copies[COUNT];
  for (int round = 0; round < 20; round++) {
    const double step = 0.2 * round, u = philox_unit(&s);
    for (int k = 0; k < COUNT; k++) energy[k] = philox_normal(&s);
    total = 0;
    for (int k = 0; k < COUNT; k++) total += weight[k] = real_exp(-step * energy[k]);
    population_deal(energy, COUNT, step, u, copies);
    int64_t sum = 0;
    for (int k = 0; k < COUNT; k++) {
      const double share = COUNT * weight[k] / total;
      CHECK(copies[k] > share - 1 - 1e-9 && copies[k] < share + 1 + 1e-9);
      sum += copies[k];
    }
    CHECK_INT(sum, COUNT);
  }
}

/* Energies of the walkers of a population. */
static double mean_energy(const bench *b, const population *p) {
  double sum = 0;
  for (int64_t k = 0; k < p->n_systems; k++)
    for (int l = 0; l < WALKERS; l++) sum += b->energy[state_of(&p->systems[k].w, l)];
  return sum / (double)(p->n_systems * WALKERS);
}

/* With one sweep at each temperature, resampling has to do its part, from a temperature at which
 * random states are as good as any. Walkers of one population are not independent, populations are.
 */
static void populations_follow_the_temperature(void) {
  enum { SYSTEMS = 64, SWEEPS = 8, ROUNDS = 80 };
  bench *b = make_bench(1, true);
  const system_job job = {.run = &b->run,
                          .limits = &b->limits,
                          .form = &b->form,
                          .model = &b->lanes,
                          .kernel = walker_kernel_at(cpu_best_level(), b->lanes.type),
                          .clusters = CLUSTERS_OFF,
                          .ranks = 2,
                          .cold = 0.7 * scale_of(b),
                          .hot = 30 * scale_of(b)};
  tempering_system *systems = calloc(SYSTEMS, sizeof *systems);
  population p;
  double weight[STATES], expected = 0, square = 0, sum = 0;
  b->run.progress = ignore_progress;
  REQUIRE(systems && population_make(&p, &job, systems, SYSTEMS, 1));
  for (int64_t k = 0; k < SYSTEMS; k++) REQUIRE(system_make(&systems[k], &job, k));
  for (int64_t round = 0; round < ROUNDS; round++) {
    CHECK_INT(population_anneal(&p, round, SWEEPS, 1), (int64_t)SYSTEMS * WALKERS * N * SWEEPS);
    CHECK(p.families > SYSTEMS * WALKERS / 20 && p.families < SYSTEMS * WALKERS);
    const double mean = mean_energy(b, &p);
    sum += mean / ROUNDS;
    square += mean * mean / ROUNDS;
  }
  double T[WALKERS] = {job.cold};
  walkers_heat(&systems[0].w, job.hot, T);
  weigh(b, T[0], weight);
  for (int x = 0; x < STATES; x++) expected += weight[x] * b->energy[x];
  const double z = (sum - expected) / sqrt((square - sum * sum) / (ROUNDS - 1));
  if (fabs(z) > 4) printf("\n  mean energy %.1f standard deviations off", z);
  CHECK(fabs(z) <= 4);
  free(systems);
  free_bench(b);
}

static void energies_are_those_of_the_form(void) {
  for (int type = 1; type <= 3; type++)
    for (int level = LANES_SCALAR; level <= (int)cpu_best_level(); level++) {
      bench *b = make_bench(type, true);
      walkers w;
      double energy[WALKERS];
      REQUIRE(walkers_make(&w, &b->lanes, &b->form, &b->run));
      philox_stream s = philox_stream_at(3, 3);
      for (int32_t i = 0; i < N; i++) w.spin[i] = philox_u64(&s);
      walker_kernel_at(level, type)->enter(&w, 0, N);
      walker_kernel_at(level, type)->energies(&w, energy);
      for (int l = 0; l < WALKERS; l++) CHECK_REAL(energy[l], b->energy[state_of(&w, l)], 0);
      free_bench(b);
    }
}

static void rows_are_columns_of_words(void) {
  enum { LARGEST = 200 };
  philox_stream s = philox_stream_at(8, 1);
  for (int32_t n = 1; n <= LARGEST; n += 7) {
    uint64_t site[LARGEST], back[LARGEST], rows[64 * 4];
    const int64_t words = (n + 63) / 64;
    for (int32_t i = 0; i < n; i++) site[i] = philox_u64(&s);
    bit_rows_from_sites(n, site, rows);
    int differing = 0;
    for (int l = 0; l < 64; l++)
      for (int64_t i = 0; i < words * 64; i++)
        differing += (rows[l * words + i / 64] >> (i % 64) & 1) != (i < n ? site[i] >> l & 1 : 0);
    CHECK_INT(differing, 0);
    bit_rows_to_sites(n, rows, back);
    CHECK(memcmp(site, back, (size_t)n * sizeof *site) == 0);
  }
}

static const check_test tests[] = {
    {"noise is exponential", noise_is_exponential},
    {"sweeps sample Boltzmann weights", sweeps_sample_boltzmann_weights},
    {"exchanges keep the product", exchanges_keep_the_product},
    {"exchanges keep every rank", exchanges_keep_every_rank},
    {"systems sample every temperature", systems_sample_every_temperature},
    {"copies are dealt by weight", copies_are_dealt_by_weight},
    {"populations follow the temperature", populations_follow_the_temperature},
    {"energies are those of the form", energies_are_those_of_the_form},
    {"rows are columns of words", rows_are_columns_of_words},
};
CHECK_MAIN("solvers/tempering/walkers", tests)
