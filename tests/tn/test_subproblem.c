/* SPDX-License-Identifier: Apache-2.0 */
/* Plans of small width: what they leave free, exact conditional minima, exact conditional
 * distributions, one answer on every instruction set. */
#include "check.h"
#include "support/frequencies.h"
#include "tn/networks.h"

#include "base/memory.h"
#include "base/real.h"
#include "tn/subproblem/move.h"

enum { SMALL = 10, STATES = 1 << SMALL };

static void *from_arena(void *user, size_t bytes) { return arena_alloc(user, bytes); }

/* Some plans of one network, and spins. */
typedef struct bench {
  arena memory;
  tn_network net;
  sub_model model;
  int64_t largest_field;
  enum { PLANS = 4 } plans_made;
  sub_plan plans[PLANS];
  sub_space space;
  int8_t *spin;
  uint32_t random[SUB_WORDS][SUB_LANES];
} bench;

static void bench_make(bench *b, tn_network net, int32_t width) {
  *b = (bench){.net = net, .plans_made = PLANS};
  arena_init(&b->memory, UINT64_MAX);
  b->model = (sub_model){net.n, net.row, net.col, net.h, net.J};
  for (int32_t i = 0; i < net.n; i++) {
    int64_t field = llabs(net.h[i]);
    for (int64_t k = net.row[i]; k < net.row[i + 1]; k++) field += llabs(net.J[k]);
    if (field > b->largest_field) b->largest_field = field;
  }
  const sub_memory memory = {from_arena, &b->memory};
  sub_grower *g = sub_grower_make(&b->model, width, 5, memory);
  REQUIRE(g != NULL);
  CHECK(b->memory.used <= sub_grower_bytes(net.n, width));
  for (int32_t k = 0; k < PLANS; k++) {
    const uint64_t before = b->memory.used;
    REQUIRE(sub_plan_grow(g, &b->plans[k]));
    CHECK(b->memory.used - before <= sub_plan_bytes(net.n, net.row[net.n], width));
  }
  const uint64_t before = b->memory.used;
  REQUIRE(sub_space_make(&b->space, b->plans, PLANS, memory));
  CHECK(b->memory.used - before <= sub_space_bytes(b->plans, PLANS));
  for (int32_t k = 0; k < PLANS; k++)
    if (sub_plan_is_usual(&b->plans[k], net.n))
      CHECK(sub_space_bytes(&b->plans[k], 1) <=
            sub_usual_space_bytes(net.n, net.row[net.n], width));
  b->spin = arena_alloc(&b->memory, (size_t)net.n * SUB_LANES);
}

static void bench_free(bench *b) {
  arena_free(&b->memory);
  network_free(&b->net);
}

static sub_move move_of(bench *b, const sub_plan *p, double two_beta) {
  return (sub_move){.model = &b->model,
                    .plan = p,
                    .space = &b->space,
                    .spin = b->spin,
                    .two_beta = two_beta,
                    .random = b->random};
}

static void seed(bench *b, uint64_t serial) {
  for (int32_t l = 0; l < SUB_LANES; l++) {
    const philox_block r = philox_at((uint64_t)l, 1, serial);
    for (int k = 0; k < SUB_WORDS; k++) b->random[k][l] = r.v[k];
  }
}

/* ---- Small networks, all states ---- */

static int32_t lane_state(const bench *b, int32_t lane) {
  int32_t state = 0;
  for (int32_t i = 0; i < b->net.n; i++) state |= (b->spin[i * SUB_LANES + lane] > 0) << i;
  return state;
}

static void set_lane(bench *b, int32_t lane, int32_t state) {
  for (int32_t i = 0; i < b->net.n; i++) b->spin[i * SUB_LANES + lane] = state >> i & 1 ? 1 : -1;
}

static int64_t state_energy(const bench *b, int32_t state) {
  int8_t spin[SMALL];
  for (int32_t i = 0; i < b->net.n; i++) spin[i] = state >> i & 1 ? 1 : -1;
  return network_energy(&b->net, spin);
}

static int32_t mask_of(const sub_plan *p) {
  int32_t mask = 0;
  for (int32_t k = 0; k < p->count; k++) mask |= 1 << p->ops[k].site;
  return mask;
}

/* Lowest energy over the spins of `mask`, the others as in `state`. */
static int64_t lowest(const bench *b, int32_t state, int32_t mask) {
  int64_t best = INT64_MAX;
  for (int32_t other = mask;; other = (other - 1) & mask) {
    const int64_t e = state_energy(b, (state & ~mask) | other);
    best = e < best ? e : best;
    if (other == 0) return best;
  }
}

static void check_minimum(bench *b, const sub_plan *p, int level, sub_type type, philox_stream *s) {
  const sub_move m = move_of(b, p, 0);
  const int32_t mask = mask_of(p);
  int32_t before[SUB_LANES];
  bool changed = false;
  for (int32_t l = 0; l < SUB_LANES; l++) {
    before[l] = (int32_t)philox_below(s, 1u << b->net.n);
    set_lane(b, l, before[l]);
  }
  sub_kernel_at(level)->minimise[type](&m, 0, p->count);
  const bool any = sub_kernel_at(level)->settle(&m);
  for (int32_t l = 0; l < SUB_LANES; l++) {
    const int32_t after = lane_state(b, l);
    const int64_t best = lowest(b, before[l], mask);
    CHECK_INT(after & ~mask, before[l] & ~mask);
    CHECK_INT(state_energy(b, after), best);
    CHECK((after == before[l]) == (state_energy(b, before[l]) == best));
    changed |= after != before[l];
  }
  CHECK(any == changed);
}

static const uint32_t ranges[] = {1, 100, 1 << 20, 1 << 30};

static void minimum_is_the_lowest(void) {
  philox_stream s = philox_stream_at(71, 0);
  for (int k = 0; k < 6 * SHAPES; k++) {
    bench b;
    bench_make(&b, network_of_shape(k % SHAPES, &s, SMALL - k % 2, ranges[k / SHAPES % 4], k % 3),
               1 + k % 6);
    for (int32_t p = 0; p < PLANS; p++)
      for (int level = SUB_SCALAR; level <= (int)cpu_best_level(); level++)
        for (sub_type t = sub_type_of(&b.plans[p], b.largest_field); t < SUB_TYPES; t++)
          check_minimum(&b, &b.plans[p], level, t, &s);
    bench_free(&b);
  }
}

/* Fields that no table outweighs do not leave the narrow type. */
static void large_fields_are_clamped(void) {
  philox_stream s = philox_stream_at(72, 0);
  for (int k = 0; k < 8; k++) {
    bench b;
    tn_network net = network_of_shape(SQUARE, &s, SMALL, 3, true);
    for (int32_t i = 0; i < net.n; i += 3) net.h[i] += k % 2 ? 1000000000 : -700000;
    bench_make(&b, net, 3);
    CHECK_INT(sub_type_of(&b.plans[0], b.largest_field), SUB_INT16);
    for (int32_t p = 0; p < PLANS; p++)
      check_minimum(&b, &b.plans[p], (int)cpu_best_level(), SUB_INT16, &s);
    bench_free(&b);
  }
}

/* Probabilities of the states that agree with `state` outside `mask`; others are 0. */
static void probabilities(const bench *b, int32_t state, int32_t mask, double two_beta,
                          double p[STATES]) {
  const int64_t least = lowest(b, state, mask);
  double sum = 0;
  for (int32_t k = 0; k < STATES; k++) {
    const bool is_there = (k & ~mask) == (state & ~mask);
    p[k] = is_there ? real_exp(-0.5 * two_beta * (double)(state_energy(b, k) - least)) : 0;
    sum += p[k];
  }
  for (int32_t k = 0; k < STATES; k++) p[k] /= sum;
}

/* A draw from any state has the conditional distribution: that is detailed balance, and more. */
static void draws_have_the_conditional_distribution(void) {
  enum { MOVES = 15000 };
  philox_stream s = philox_stream_at(73, 0);
  frequencies f = {0};
  for (int k = 0; k < 2 * SHAPES; k++) {
    const double two_beta[] = {0.05, 0.3, 1};
    bench b;
    int64_t counts[STATES] = {0};
    double p[STATES];
    bench_make(&b, network_of_shape(k % SHAPES, &s, SMALL, 2, k % 2), 2 + k % 5);
    const sub_plan *plan = &b.plans[k % PLANS];
    const sub_move m = move_of(&b, plan, two_beta[k % 3]);
    const sub_kernel *kernel = sub_kernel_at((int)cpu_best_level());
    const int32_t state = (int32_t)philox_below(&s, STATES);
    for (uint64_t move = 0; move < MOVES; move++) {
      for (int32_t l = 0; l < SUB_LANES; l++) set_lane(&b, l, state);
      seed(&b, move);
      kernel->draw[k / 2 % 2](&m, 0, plan->count);
      kernel->settle(&m);
      for (int32_t l = 0; l < SUB_LANES; l++) counts[lane_state(&b, l)]++;
    }
    probabilities(&b, state, mask_of(plan), m.two_beta, p);
    frequencies_add(&f, counts, p, STATES);
    bench_free(&b);
  }
  frequencies_check(&f, "draws");
}

/* As cold as draws may be they are minima. */
static void cold_draws_are_minima(void) {
  philox_stream s = philox_stream_at(74, 0);
  for (int k = 0; k < 3 * SHAPES; k++) {
    bench b;
    bench_make(&b, network_of_shape(k % SHAPES, &s, SMALL, 2, true), 4);
    const sub_plan *plan = &b.plans[k % PLANS];
    const sub_move m =
        move_of(&b, plan, plan->spread > 0 ? 0.999 * SUB_COLDEST / plan->spread : 30);
    int32_t before[SUB_LANES];
    CHECK(sub_can_draw(plan, m.two_beta));
    CHECK(plan->spread == 0 || !sub_can_draw(plan, 1.01 * m.two_beta));
    for (int32_t l = 0; l < SUB_LANES; l++) {
      before[l] = (int32_t)philox_below(&s, STATES);
      set_lane(&b, l, before[l]);
    }
    seed(&b, (uint64_t)k);
    sub_kernel_at((int)cpu_best_level())->draw[1](&m, 0, plan->count);
    sub_kernel_at((int)cpu_best_level())->settle(&m);
    for (int32_t l = 0; l < SUB_LANES; l++)
      CHECK_INT(state_energy(&b, lane_state(&b, l)), lowest(&b, before[l], mask_of(plan)));
    bench_free(&b);
  }
}

/* ---- Larger networks ---- */

/* Free variables and fronts of plan p are what the graph says. */
static void check_plan(const bench *b, const sub_plan *p, int32_t width) {
  const int32_t n = b->net.n;
  int32_t *place = malloc((size_t)n * sizeof *place), couplings = 0, inner = 0;
  for (int32_t i = 0; i < n; i++) place[i] = -1;
  for (int32_t k = 0; k < p->count; k++) {
    CHECK_INT(place[p->ops[k].site], -1);
    place[p->ops[k].site] = k;
    couplings += p->ops[k].n_couplings;
    CHECK(p->ops[k].n_front <= width);
  }
  for (int32_t k = 0; k < p->count; k++) {
    const sub_op *op = &p->ops[k];
    int32_t frozen = 0;
    for (int32_t j = 0; j < op->n_front; j++) CHECK(place[p->fronts[op->front + j]] > k);
    for (int64_t e = b->net.row[op->site]; e < b->net.row[op->site + 1]; e++) {
      frozen += place[b->net.col[e]] < 0;
      inner += place[b->net.col[e]] > k;
    }
    CHECK_INT(frozen, op->n_terms);
  }
  CHECK_INT(couplings, inner);
  free(place);
}

static void lattices_and_hubs(void) {
  philox_stream s = philox_stream_at(75, 0);
  static const struct {
    shape kind;
    int32_t n, width;
    double least;
  } cases[] = {{TREE, 2000, 1, 1},   {CHAIN, 2000, 1, 1}, {SQUARE, 600, 3, 1},
               {TORUS, 600, 6, 0.9}, {PIECES, 500, 2, 1}, {STAR, 500, 1, 0.99},
               {COMPLETE, 60, 4, 0}, {RANDOM, 30, 8, 0.3}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    bench b;
    bench_make(&b, network_of_shape(cases[k].kind, &s, cases[k].n, 3, true), cases[k].width);
    for (int32_t p = 0; p < PLANS; p++) {
      check_plan(&b, &b.plans[p], cases[k].width);
      CHECK(b.plans[p].count >= cases[k].least * cases[k].n);
    }
    bench_free(&b);
  }
}

static void random_spins(bench *b, philox_stream *s) {
  for (int64_t k = 0; k < (int64_t)b->net.n * SUB_LANES; k++)
    b->spin[k] = philox_below(s, 2) ? 1 : -1;
}

static void same_on_every_level(void) {
  philox_stream s = philox_stream_at(76, 0);
  for (int k = 0; k < 12; k++) {
    bench b;
    const shape kinds[] = {TORUS, RANDOM, SQUARE};
    bench_make(&b, network_of_shape(kinds[k % 3], &s, k % 3 == 1 ? 24 : 300, ranges[k % 4], true),
               5 + k % 8);
    const sub_plan *p = &b.plans[0];
    const size_t bytes = (size_t)b.net.n * SUB_LANES;
    const sub_type type = sub_type_of(p, b.largest_field);
    const sub_move m = move_of(&b, p, 100 / p->spread);
    int8_t *start = malloc(bytes), *first[2] = {malloc(bytes), malloc(bytes)};
    random_spins(&b, &s);
    memcpy(start, b.spin, bytes);
    for (int level = SUB_SCALAR; level <= (int)cpu_best_level(); level++)
      for (int draws = 0; draws < 2; draws++) {
        const sub_kernel *kernel = sub_kernel_at(level);
        memcpy(b.spin, start, bytes);
        seed(&b, 1);
        for (int32_t begin = 0, end; begin < p->count; begin = end) {
          end = sub_chunk_end(p, begin);
          if (draws)
            kernel->draw[type < SUB_INT64](&m, begin, end);
          else
            kernel->minimise[type](&m, begin, end);
        }
        kernel->settle(&m);
        if (level == SUB_SCALAR) memcpy(first[draws], b.spin, bytes);
        CHECK(memcmp(first[draws], b.spin, bytes) == 0);
      }
    free(start);
    free(first[0]);
    free(first[1]);
    bench_free(&b);
  }
}

static const check_test tests[] = {
    {"a minimum is the lowest", minimum_is_the_lowest},
    {"large fields are clamped", large_fields_are_clamped},
    {"draws have the conditional distribution", draws_have_the_conditional_distribution},
    {"cold draws are minima", cold_draws_are_minima},
    {"lattices and hubs", lattices_and_hubs},
    {"same on every level", same_on_every_level},
};
CHECK_MAIN("tn/subproblem", tests)
