/* SPDX-License-Identifier: Apache-2.0 */
/* Engines in turns: who gets them, what the result says about it, and crossing that keeps groups.
 */
#include "solvers/hybrid/blocks.h"
#include "solvers/hybrid/hybrid.h"
#include "solvers/hybrid/joined.h"

#include "check.h"
#include "random_models.h"
#include "support/bare_run.h"

#include <jansson.h>

static void *test_alloc(lehr_run *run, size_t bytes) { return arena_alloc(run->host, bytes); }

static lehr_model *finish(lehr_builder *b) {
  lehr_model *m;
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* Colours for the sites of a random graph of `degree` edges each: a one-hot group per site, equal
 * colours of neighbours cost 1. Unless it is plain, they cost up to 5, colours have prices, and
 * every third group may also be left empty. */
static lehr_model *colouring(philox_stream *s, int32_t sites, int32_t colours, int degree,
                             bool is_plain) {
  lehr_builder *b;
  int32_t members[16];
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, sites * colours, &b));
  for (int32_t i = 0; i < sites; i++) {
    for (int32_t c = 0; c < colours; c++) {
      members[c] = i * colours + c;
      const int price = is_plain ? 0 : (int)philox_below(s, 3) - 4;
      REQUIRE_OK(lehr_builder_add_linear_int(b, members[c], price, NULL));
    }
    const bool is_one_hot = is_plain || i % 3 > 0;
    const lehr_group_kind kind = is_one_hot ? LEHR_GROUP_ONE_HOT : LEHR_GROUP_AT_MOST_ONE;
    REQUIRE_OK(lehr_builder_add_group(b, kind, members, colours, 1, NULL));
  }
  for (int32_t e = 0; e < sites * degree / 2; e++) {
    const int32_t i = (int32_t)philox_below(s, (uint32_t)sites);
    const int32_t j = (int32_t)philox_below(s, (uint32_t)sites);
    for (int32_t c = 0; c < colours && i != j; c++)
      REQUIRE_OK(lehr_builder_add_int(b, i * colours + c, j * colours + c,
                                      is_plain ? 1 : 1 + philox_below(s, 5), NULL));
  }
  return finish(b);
}

static void random_choice(philox_stream *s, int32_t sites, int32_t colours, uint8_t bits[]) {
  memset(bits, 0, (size_t)(sites * colours));
  for (int32_t i = 0; i < sites; i++)
    if (i % 3 || philox_below(s, 4))
      bits[i * colours + (int32_t)philox_below(s, (uint32_t)colours)] = 1;
}

/* Children keep the groups, gains are as told, and no child is worse than either parent. */
static void crossing_keeps_groups(void) {
  enum { SITES = 40, COLOURS = 4, N = SITES * COLOURS };
  philox_stream s = philox_stream_at(41, 0);
  int mixed = 0;
  for (int trial = 0; trial < 200; trial++) {
    lehr_model *m = colouring(&s, SITES, COLOURS, 2, false);
    arena memory;
    arena_init(&memory, UINT64_MAX);
    lehr_run run = {
        .model = lehr_model_look(m), .host = &memory, .threads = 1, .alloc = test_alloc};
    generation p;
    uint8_t a[N], b[N], child[N];
    REQUIRE(generation_make(&p, &run, 2));
    REQUIRE(!p.is_whole);
    random_choice(&s, SITES, COLOURS, a);
    random_choice(&s, SITES, COLOURS, b);
    generation_put(&p, 0, a);
    const double gain = generation_cross(&p, 0, b);
    generation_get(&p, 0, child);
    CHECK(lehr_model_feasible(m, child));
    CHECK_REAL(lehr_model_energy(m, a) - lehr_model_energy(m, child), gain * p.form.unit, 0);
    CHECK(lehr_model_energy(m, child) <= lehr_model_energy(m, a));
    CHECK(lehr_model_energy(m, child) <= lehr_model_energy(m, b));
    mixed += memcmp(child, a, N) != 0 && memcmp(child, b, N) != 0;
    arena_free(&memory);
    lehr_model_free(m);
  }
  CHECK(mixed > 100);
}

/* One group of all variables is too large to be joined: all of the better state is taken. */
static void large_groups_cross_whole(void) {
  enum { N = 3000 };
  static int32_t members[N];
  static uint8_t a[N], b[N], child[N];
  philox_stream s = philox_stream_at(42, 0);
  lehr_builder *builder;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, N, &builder));
  for (int32_t i = 0; i < N; i++) {
    members[i] = N - 1 - i;
    a[i] = i < 10;
    b[i] = i >= 10 && i < 20;
    REQUIRE_OK(lehr_builder_add_linear_int(builder, i, (int)philox_below(&s, 9) - (i < 15), NULL));
  }
  REQUIRE_OK(lehr_builder_add_group(builder, LEHR_GROUP_CARDINALITY, members, N, 10, NULL));
  lehr_model *m = finish(builder);
  arena memory;
  arena_init(&memory, UINT64_MAX);
  lehr_run run = {.model = lehr_model_look(m), .host = &memory, .threads = 1, .alloc = test_alloc};
  generation p;
  REQUIRE(generation_make(&p, &run, 2));
  CHECK(p.is_whole);
  CHECK(!joined_is_possible(run.model));
  const double difference = lehr_model_energy(m, a) - lehr_model_energy(m, b);
  generation_put(&p, 0, a);
  CHECK_REAL(generation_cross(&p, 0, b) * p.form.unit, fmax(difference, 0), 0);
  generation_get(&p, 0, child);
  CHECK(memcmp(child, difference >= 0 ? b : a, N) == 0);
  arena_free(&memory);
  lehr_model_free(m);
}

static void elite(void) {
  philox_stream s = philox_stream_at(43, 0);
  const model_recipe recipe = {12, LEHR_SPIN, VALUES_SMALL, GROUPS_NONE, 0.8};
  lehr_model *m = model_random(&s, &recipe);
  arena memory;
  arena_init(&memory, UINT64_MAX);
  lehr_run run = {.model = lehr_model_look(m), .host = &memory, .threads = 1, .alloc = test_alloc};
  generation p;
  uint8_t bits[12];
  REQUIRE(generation_make(&p, &run, 40));
  CHECK_REAL(generation_elite(&p, 16), 0, 0);
  for (int32_t r = 0; r < 40; r++) {
    for (int32_t i = 0; i < 12; i++) bits[i] = philox_u32(&s) & 1;
    generation_put(&p, r, bits);
  }
  const double unsorted = generation_elite(&p, 3);
  generation_sort(&p);
  double sum = 0;
  for (int32_t r = 0; r < 3; r++) sum += generation_energy(&p, r);
  /* Random rows are hardly ever equal, of which sorting leaves one. */
  CHECK_REAL(unsorted, sum / 3, 1e-9);
  arena_free(&memory);
  lehr_model_free(m);
}

/* A run's statistics, and its lowest energy. */
static json_t *course(const lehr_model *m, lehr_params *p, double *lowest_energy,
                      int64_t *attempts) {
  lehr_sampleset *set = NULL;
  lehr_error err = {0};
  lehr_result_info info = {.struct_size = sizeof info};
  p->engine = "hybrid";
  REQUIRE_OK(lehr_solve(NULL, m, p, &set, &err));
  lehr_sampleset_info(set, &info);
  json_t *told = json_loads(info.statistics_json, 0, NULL);
  REQUIRE(told != NULL);
  *lowest_energy = lehr_sampleset_energy(set, 0);
  *attempts = info.attempts;
  lehr_sampleset_free(set);
  return told;
}

static double number(const json_t *told, const char *name) {
  return json_number_value(json_object_get(told, name));
}

static const char *const engines[] = {"anneal", "subgraph", "tempering", "tabu", "exhaustive"};

/* Sum of a column of the statistics over all engines. */
static double sum_of(const json_t *told, const char *what) {
  double sum = 0;
  for (size_t k = 0; k < sizeof engines / sizeof engines[0]; k++) {
    char name[64];
    (void)snprintf(name, sizeof name, "%s_%s", engines[k], what);
    sum += number(told, name);
  }
  return sum;
}

static lehr_model *gaussian_lattice(philox_stream *s, int32_t side) {
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, side * side, &b));
  for (int32_t y = 0; y < side; y++)
    for (int32_t x = 0; x < side; x++) {
      const int32_t i = y * side + x, down = (y + 1) % side * side, right = (x + 1) % side;
      REQUIRE_OK(lehr_builder_add(b, i, y * side + right, philox_normal(s), NULL));
      REQUIRE_OK(lehr_builder_add(b, i, down + x, philox_normal(s), NULL));
      REQUIRE_OK(lehr_builder_add(b, i, down + right, philox_normal(s), NULL));
    }
  return finish(b);
}

/* Who had turns depends on the seed and the work only; the shares add up; one found the best. */
static void statistics_are_told(void) {
  philox_stream s = philox_stream_at(44, 0);
  lehr_model *models[] = {gaussian_lattice(&s, 30), colouring(&s, 200, 4, 6, false)};
  static const char *const other[] = {"tempering_turns", "tabu_turns"};
  for (int k = 0; k < 2; k++) {
    json_t *first = NULL;
    lehr_params p;
    lehr_params_init(&p);
    p.work = k == 0 ? INT64_C(100000000) : INT64_C(10000000);
    for (p.threads = 1; p.threads <= 3; p.threads++) {
      double lowest_energy;
      int64_t attempts;
      json_t *told = course(models[k], &p, &lowest_energy, &attempts);
      CHECK_REAL(sum_of(told, "attempts"), (double)attempts, 0);
      CHECK_REAL(sum_of(told, "found_best"), 1, 0);
      CHECK_REAL(sum_of(told, "seconds"), 0, 0);
      CHECK(sum_of(told, "improvements") >= 1);
      CHECK(number(told, other[k]) >= 1);
      CHECK(number(told, "anneal_turns") >= 2);
      CHECK(first == NULL || json_equal(first, told));
      if (first)
        json_decref(told);
      else
        first = told;
    }
    json_decref(first);
    lehr_model_free(models[k]);
  }
}

/* With a limit the seconds of the turns are told as well, and fit into it. */
static void time_limits(void) {
  philox_stream s = philox_stream_at(45, 0);
  lehr_model *m = colouring(&s, 300, 3, 6, false);
  lehr_params p;
  double lowest_energy;
  int64_t attempts;
  lehr_params_init(&p);
  p.time_limit_s = 0.3;
  p.threads = 1;
  json_t *told = course(m, &p, &lowest_energy, &attempts);
  CHECK(sum_of(told, "seconds") > 0.1 && sum_of(told, "seconds") < 2);
  json_decref(told);
  lehr_model_free(m);
}

/* Turns of tabu search on groups: better than annealing alone for the same work. */
static void groups_gain_from_turns(void) {
  philox_stream s = philox_stream_at(46, 0);
  double energies[2] = {0, 0};
  for (int trial = 0; trial < 2; trial++) {
    lehr_model *m = colouring(&s, 300, 3, 6, true);
    for (int k = 0; k < 2; k++) {
      static const char *const names[] = {"hybrid", "anneal"};
      lehr_params p;
      lehr_sampleset *set;
      lehr_error err;
      lehr_params_init(&p);
      p.engine = names[k];
      p.work = INT64_C(20000000);
      REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
      energies[k] += lehr_sampleset_energy(set, 0);
      lehr_sampleset_free(set);
    }
    lehr_model_free(m);
  }
  CHECK(energies[0] < energies[1]);
}

/* Where no turn can change anything the race ends, and long runs of small models, which are solved
 * long before, renew their populations without end. */
static void nothing_left_to_do(void) {
  philox_stream s = philox_stream_at(47, 0);
  static const char *const options[] = {"presolve=0"};
  lehr_builder *b;
  double lowest_energy;
  int64_t attempts;
  lehr_params p;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 100, &b));
  lehr_model *flat = finish(b), *small = gaussian_lattice(&s, 7);
  lehr_params_init(&p);
  p.options = options;
  p.n_options = 1;
  p.work = INT64_C(10000000);
  json_decref(course(flat, &p, &lowest_energy, &attempts));
  CHECK_REAL(lowest_energy, 0, 0);
  double lowest = 0;
  for (p.seed = 0; p.seed < 3; p.seed++) {
    p.work = INT64_C(20000000);
    json_decref(course(small, &p, &lowest_energy, &attempts));
    CHECK(attempts > p.work / 2);
    CHECK(p.seed == 0 || lowest_energy == lowest);
    lowest = lowest_energy;
  }
  lehr_model_free(flat);
  lehr_model_free(small);
}

/* Every variable lies in one block; a lattice has places, a random graph has none. */
static void blocks_are_grown(void) {
  enum { SIDE = 60, N = SIDE * SIDE };
  philox_stream s = philox_stream_at(48, 0);
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int32_t e = 0; e < 3 * N; e++) {
    const int32_t i = (int32_t)philox_below(&s, N), j = (int32_t)philox_below(&s, N);
    if (i != j) REQUIRE_OK(lehr_builder_add_int(b, i, j, 1, NULL));
  }
  lehr_model *models[] = {gaussian_lattice(&s, SIDE), finish(b)};
  lehr_run run = {.should_stop = bare_should_stop};
  for (int k = 0; k < 2; k++) {
    const lehr_model_view *v = lehr_model_look(models[k]);
    for (int32_t seed = 1; seed <= 3; seed++) {
      blocks cut;
      bool is_in[N] = {false};
      REQUIRE_OK(blocks_grow(&cut, v, 500, seed, &run));
      CHECK_INT(cut.count, 8);
      for (int32_t c = 0; c < cut.count; c++)
        for (int32_t at = cut.ptr[c]; at < cut.ptr[c + 1]; at++) {
          CHECK(!is_in[cut.list[at]] && cut.of[cut.list[at]] == c);
          is_in[cut.list[at]] = true;
        }
      CHECK_INT(cut.ptr[cut.count], N);
      const double grown = blocks_cut(&cut, v);
      CHECK_INT(blocks_are_local(grown), k == 0);
      REQUIRE_OK(blocks_refine(&cut, v, seed, 0)); /* no time: as they were */
      CHECK_REAL(blocks_cut(&cut, v), grown, 0);
      REQUIRE_OK(blocks_refine(&cut, v, seed, HUGE_VAL));
      CHECK(blocks_cut(&cut, v) < grown);
      CHECK_INT(cut.ptr[cut.count], N);
      blocks_free(&cut);
    }
    lehr_model_free(models[k]);
  }
}

static const check_test tests[] = {{"crossing keeps groups", crossing_keeps_groups},
                                   {"large groups cross whole", large_groups_cross_whole},
                                   {"elite", elite},
                                   {"statistics are told", statistics_are_told},
                                   {"time limits", time_limits},
                                   {"groups gain from turns", groups_gain_from_turns},
                                   {"nothing left to do", nothing_left_to_do},
                                   {"blocks are grown", blocks_are_grown}};
CHECK_MAIN("hybrid race", tests)
