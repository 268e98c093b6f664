/* SPDX-License-Identifier: Apache-2.0 */
/* Random sequences of builder calls, sensible and senseless, against a dense reference: every call
 * either takes effect as documented or changes nothing. */
#include "base/philox.h"
#include "check.h"
#include "lehr/lehr.h"

#include <stdbool.h>
#include <stdlib.h>

enum { SEQUENCES = 1500, CALLS = 60, MAX_N = 9 };

typedef struct reference {
  int32_t n;
  lehr_vartype vartype;
  double pair[MAX_N][MAX_N], linear[MAX_N], offset, scale;
  int32_t group[CALLS][MAX_N], group_size[CALLS], group_k[CALLS], n_groups;
  lehr_group_kind kind[CALLS];
} reference;

/* Small integers and halves, whose sums are exact; now and then something that must be refused. */
static double some_value(philox_stream *s) {
  switch (philox_below(s, 20)) {
  case 0:
    return NAN;
  case 1:
    return philox_below(s, 2) ? INFINITY : -INFINITY;
  default:
    return ((double)philox_below(s, 41) - 20) / 2;
  }
}

static int32_t some_index(philox_stream *s, int32_t n) {
  switch (philox_below(s, 25)) {
  case 0:
    return INT32_MIN;
  case 1:
    return n;
  case 2:
    return -1;
  default:
    return n > 0 ? (int32_t)philox_below(s, (uint32_t)n) : 0;
  }
}

static bool is_index(const reference *r, int32_t i) { return 0 <= i && i < r->n; }

static void add_pair(lehr_builder *b, reference *r, philox_stream *s) {
  const int32_t i = some_index(s, r->n), j = some_index(s, r->n);
  const double value = some_value(s);
  const bool is_whole = isfinite(value) && value == floor(value) && philox_below(s, 2);
  lehr_error err = {0};
  const lehr_status status = is_whole ? lehr_builder_add_int(b, i, j, (int64_t)value, &err)
                                      : lehr_builder_add(b, i, j, value, &err);
  const bool is_valid = is_index(r, i) && is_index(r, j) && isfinite(value);
  CHECK_INT(status, is_valid ? LEHR_OK : LEHR_EINPUT);
  CHECK_INT(err.status, status);
  if (!is_valid) {
    CHECK(err.text[0] != '\0');
  } else if (i != j) {
    r->pair[i < j ? i : j][i < j ? j : i] += value;
  } else if (r->vartype == LEHR_BINARY) {
    r->linear[i] += value;
  } else {
    r->offset += value;
  }
}

static void add_linear(lehr_builder *b, reference *r, philox_stream *s) {
  const int32_t i = some_index(s, r->n);
  const double value = some_value(s);
  const bool is_valid = is_index(r, i) && isfinite(value);
  CHECK_INT(lehr_builder_add_linear(b, i, value, NULL), is_valid ? LEHR_OK : LEHR_EINPUT);
  if (is_valid) r->linear[i] += value;
}

static void add_offset(lehr_builder *b, reference *r, philox_stream *s) {
  const double value = some_value(s);
  CHECK_INT(lehr_builder_add_offset(b, value, NULL), isfinite(value) ? LEHR_OK : LEHR_EINPUT);
  if (isfinite(value)) r->offset += value;
}

static void set_scale(lehr_builder *b, reference *r, philox_stream *s) {
  static const double scales[] = {0.5, 2, 1, 0, -1, INFINITY, NAN};
  const double scale = scales[philox_below(s, 7)];
  const bool is_valid = scale > 0 && isfinite(scale);
  CHECK((lehr_builder_set_scale(b, scale) == LEHR_OK) == is_valid);
  if (is_valid) r->scale = scale;
}

static bool is_group(const reference *r, const int32_t idx[], int32_t count) {
  for (int32_t a = 0; a < count; a++) {
    if (!is_index(r, idx[a])) return false;
    for (int32_t c = 0; c < a; c++)
      if (idx[a] == idx[c]) return false;
  }
  return true;
}

static void add_group(lehr_builder *b, reference *r, philox_stream *s) {
  int32_t idx[4];
  const int32_t count = 1 + (int32_t)philox_below(s, 4), k = (int32_t)philox_below(s, 7) - 1;
  const lehr_group_kind kind = (lehr_group_kind)(1 + philox_below(s, 3));
  for (int32_t a = 0; a < count; a++) idx[a] = some_index(s, r->n);
  const bool is_valid =
      is_group(r, idx, count) && (kind != LEHR_GROUP_CARDINALITY || (0 <= k && k <= count));
  CHECK((lehr_builder_add_group(b, kind, idx, count, k, NULL) == LEHR_OK) == is_valid);
  if (!is_valid) return;
  memcpy(r->group[r->n_groups], idx, sizeof idx);
  r->group_size[r->n_groups] = count;
  r->group_k[r->n_groups] = kind == LEHR_GROUP_CARDINALITY ? k : 1;
  r->kind[r->n_groups++] = kind;
}

static double reference_energy(const reference *r, const uint8_t bits[]) {
  double value[MAX_N], sum = r->offset;
  for (int32_t i = 0; i < r->n; i++)
    value[i] = r->vartype == LEHR_SPIN ? 2.0 * bits[i] - 1 : bits[i];
  for (int32_t i = 0; i < r->n; i++) {
    sum += r->linear[i] * value[i];
    for (int32_t j = i + 1; j < r->n; j++) sum += r->pair[i][j] * value[i] * value[j];
  }
  return sum * r->scale;
}

static bool reference_feasible(const reference *r, const uint8_t bits[]) {
  for (int32_t g = 0; g < r->n_groups; g++) {
    int32_t ones = 0;
    for (int32_t a = 0; a < r->group_size[g]; a++) ones += bits[r->group[g][a]];
    if (ones > r->group_k[g] || (ones < r->group_k[g] && r->kind[g] != LEHR_GROUP_AT_MOST_ONE))
      return false;
  }
  return true;
}

/* The builder stays usable after this, as documented. */
static void compare(const lehr_builder *b, const reference *r, philox_stream *s) {
  lehr_model *m, *other;
  uint8_t bits[MAX_N + 1];
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(
      lehr_model_convert(m, r->vartype == LEHR_SPIN ? LEHR_BINARY : LEHR_SPIN, &other, NULL));
  for (int k = 0; k < 8; k++) {
    for (int32_t i = 0; i < r->n; i++) bits[i] = philox_below(s, 2) != 0;
    CHECK_REAL(lehr_model_energy(m, bits), reference_energy(r, bits), 0);
    CHECK_REAL(lehr_model_energy(other, bits), reference_energy(r, bits), 0);
    CHECK_INT(lehr_model_feasible(m, bits), reference_feasible(r, bits));
  }
  lehr_model_free(other);
  lehr_model_free(m);
}

static void random_sequences(void) {
  for (int k = 0; k < SEQUENCES; k++) {
    philox_stream s = philox_stream_at(31, (uint64_t)k);
    reference r = {.n = (int32_t)philox_below(&s, MAX_N + 1),
                   .vartype = philox_below(&s, 2) ? LEHR_SPIN : LEHR_BINARY,
                   .scale = 1};
    lehr_builder *b;
    REQUIRE_OK(lehr_builder_create(r.vartype, r.n, &b));
    const int calls = (int)philox_below(&s, CALLS);
    for (int c = 0; c < calls; c++) {
      const uint32_t choice = philox_below(&s, 30);
      if (choice < 18)
        add_pair(b, &r, &s);
      else if (choice < 23)
        add_linear(b, &r, &s);
      else if (choice < 26)
        add_offset(b, &r, &s);
      else if (choice < 27)
        set_scale(b, &r, &s);
      else if (choice < 28)
        add_group(b, &r, &s);
      else
        compare(b, &r, &s);
    }
    compare(b, &r, &s);
    lehr_builder_free(b);
  }
}

static void misuse(void) {
  lehr_builder *b = NULL;
  lehr_sampleset *set = NULL;
  lehr_model *m;
  lehr_error err;
  CHECK(lehr_builder_create(LEHR_BINARY, -1, &b) != LEHR_OK);
  CHECK(lehr_builder_create(LEHR_BINARY, INT32_MAX, &b) != LEHR_OK);
  CHECK(lehr_builder_create((lehr_vartype)7, 3, &b) != LEHR_OK);
  lehr_builder_free(NULL);
  lehr_model_free(NULL);
  lehr_sampleset_free(NULL);
  lehr_context_free(NULL);
  CHECK(lehr_engine_at(NULL, -1) == NULL);
  CHECK(lehr_engine_at(NULL, INT32_MAX) == NULL);
  CHECK(lehr_engine_find(NULL, "") == NULL);
  CHECK_TEXT(lehr_status_text((lehr_status)999), "unknown status");
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 2, &b));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  static const struct {
    const char *engine;
    int64_t reads, work;
    int32_t threads;
    double time_limit_s;
  } wrong[] = {{"nobody", 0, 0, 0, -1}, {NULL, -1, 0, 0, -1}, {NULL, 0, -1, 0, -1},
               {NULL, 0, 0, -1, -1},    {NULL, 0, 0, 0, NAN}, {"", 0, 0, 0, -1}};
  for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
    lehr_params p;
    lehr_params_init(&p);
    p.engine = wrong[k].engine;
    p.reads = wrong[k].reads;
    p.work = wrong[k].work;
    p.threads = wrong[k].threads;
    p.time_limit_s = wrong[k].time_limit_s;
    CHECK(lehr_solve(NULL, m, &p, &set, &err) != LEHR_OK);
    CHECK(set == NULL && err.text[0] != '\0');
  }
  lehr_model_free(m);
  lehr_builder_free(b);
}

static const check_test tests[] = {{"random sequences", random_sequences}, {"misuse", misuse}};
CHECK_MAIN("property/api_sequences", tests)
