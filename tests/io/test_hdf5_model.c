/* SPDX-License-Identifier: Apache-2.0 */
/* Models and samples through HDF5 and back. */
#include "check.h"
#include "io/hdf5_model.h"
#include "io/hdf5_solution.h"
#include "random_models.h"
#include "support/scratch.h"

#include <hdf5.h>
#include <stdlib.h>

static void check_equal_views(const lehr_model *a, const lehr_model *b) {
  const lehr_model_view *v = lehr_model_look(a), *w = lehr_model_look(b);
  CHECK_INT(w->n, v->n);
  CHECK_INT(w->vartype, v->vartype);
  CHECK_INT(w->is_exact, v->is_exact);
  CHECK_INT(w->offset_i64, v->offset_i64);
  CHECK_REAL(w->offset_f64, v->offset_f64, 0);
  CHECK_REAL(w->scale, v->scale, 0);
  REQUIRE(w->n == v->n && w->n_interactions == v->n_interactions && w->n_groups == v->n_groups);
  const size_t entries = 2 * (size_t)v->n_interactions, n = (size_t)v->n;
  CHECK(memcmp(v->row, w->row, (n + 1) * 8) == 0);
  CHECK(memcmp(v->col, w->col, entries * 4) == 0);
  if (v->is_exact && w->is_exact) {
    CHECK(memcmp(v->weight_i64, w->weight_i64, entries * 8) == 0);
    CHECK(memcmp(v->linear_i64, w->linear_i64, n * 8) == 0);
  } else if (!v->is_exact && !w->is_exact) {
    CHECK(memcmp(v->weight_f64, w->weight_f64, entries * 8) == 0);
    CHECK(memcmp(v->linear_f64, w->linear_f64, n * 8) == 0);
  }
  if (v->n_groups > 0) {
    const size_t groups = (size_t)v->n_groups;
    CHECK(memcmp(v->group_ptr, w->group_ptr, (groups + 1) * 8) == 0);
    CHECK(memcmp(v->group_idx, w->group_idx, (size_t)v->group_ptr[groups] * 4) == 0);
    CHECK(memcmp(v->group_kind, w->group_kind, groups) == 0);
    CHECK(memcmp(v->group_k, w->group_k, groups * 4) == 0);
  }
}

static void test_round_trips(void) {
  char path[256];
  lehr_error err = {0};
  scratch_path(path, "model.h5");
  for (uint64_t seed = 0; seed < 48; seed++) {
    philox_stream s = philox_stream_at(7, seed);
    const model_recipe recipe = {.n = (int32_t)(seed % MODEL_MAX_BITS),
                                 .vartype = seed / 2 % 2 ? LEHR_SPIN : LEHR_BINARY,
                                 .values = (model_values)(seed % VALUE_KINDS),
                                 .groups = (model_groups)(seed / 4 % GROUP_KINDS),
                                 .density = 0.6};
    lehr_model *m = model_random(&s, &recipe), *back;
    lehr_objective objective;
    REQUIRE_OK(lehr_model_write(m, path, NULL, &err));
    const lehr_status status = lehr_model_read(path, NULL, &back, &objective, &err);
    CHECK_TEXT(err.text, "");
    REQUIRE_OK(status);
    check_equal_views(m, back);
    CHECK_REAL(objective.factor, 1, 0);
    lehr_model_free(m);
    lehr_model_free(back);
  }
}

/* Values that a double cannot hold, a scale, labels, a name, a time index. */
static void test_everything_else(void) {
  char path[256];
  lehr_error err = {0};
  lehr_builder *b;
  lehr_model *m, *back;
  const int64_t odd = (INT64_C(1) << 58) + 1;
  const int32_t hours[] = {5, 0, -3};
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 3, &b));
  REQUIRE_OK(lehr_builder_add_int(b, 0, 2, odd, &err));
  REQUIRE_OK(lehr_builder_add_linear_int(b, 1, -odd, &err));
  REQUIRE_OK(lehr_builder_add_offset_int(b, odd + 2, &err));
  REQUIRE_OK(lehr_builder_set_scale(b, 0.125));
  REQUIRE_OK(lehr_builder_set_label(b, 1, "Bülach"));
  REQUIRE_OK(lehr_builder_set_name(b, "a \"name\""));
  REQUIRE_OK(lehr_builder_set_time_index(b, hours));
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_builder_free(b);
  scratch_path(path, "odd.h5");
  REQUIRE_OK(lehr_model_write(m, path, "hdf5", &err));
  REQUIRE_OK(lehr_model_read(path, "hdf5", &back, NULL, &err));
  check_equal_views(m, back);
  CHECK_TEXT(lehr_model_name(back), "a \"name\"");
  CHECK_TEXT(lehr_model_label(back, 1), "Bülach");
  REQUIRE(lehr_model_look(back)->time_index != NULL);
  CHECK_INT(lehr_model_look(back)->time_index[2], -3);
  lehr_model_free(m);
  lehr_model_free(back);
}

/* A model as QUBOTools writes it: a maximum over spins, real values. */
static void write_qubin(h5_writer *w, const char *group, double scale, int64_t last) {
  char path[128];
  const int64_t one = 1, i[] = {1, 2}, j[] = {2, last};
  const double linear[] = {1.5}, quadratic[] = {2, -4};
#define AT(name) (snprintf(path, sizeof path, "%s%s", group, name), path)
  h5_put_int(w, AT("/form/dimension"), 3);
  h5_put_real(w, AT("/form/scale"), scale);
  h5_put_real(w, AT("/form/offset"), 10);
  h5_put_string(w, AT("/form/sense"), "max");
  h5_put_string(w, AT("/form/domain"), "spin");
  h5_put_array(w, AT("/form/linear/i"), H5_INT64, 1, &one);
  h5_put_array(w, AT("/form/linear/v"), H5_REAL64, 1, linear);
  h5_put_array(w, AT("/form/quadratic/i"), H5_INT64, 2, i);
  h5_put_array(w, AT("/form/quadratic/j"), H5_INT64, 2, j);
  h5_put_array(w, AT("/form/quadratic/v"), H5_REAL64, 2, quadratic);
#undef AT
}

static void test_foreign_models(void) {
  char path[256], selected[300];
  lehr_error err = {0};
  h5_writer *w;
  lehr_model *m;
  lehr_objective objective;
  const uint8_t bits[] = {1, 0, 1};
  scratch_path(path, "foreign.qb");
  REQUIRE_OK(h5_writer_create(path, "archive", 0, &w, &err));
  write_qubin(w, "/models/first", 2, 3);
  write_qubin(w, "/models/second/model", 1, 3);
  write_qubin(w, "/models/third", 1, 4);
  write_qubin(w, "/models/fourth", -1, 3);
  REQUIRE_OK(h5_writer_publish(w, &err));
  snprintf(selected, sizeof selected, "%s#first", path);
  REQUIRE_OK(lehr_model_read(selected, NULL, &m, &objective, &err));
  /* max 2 (1.5 s1 + 2 s1 s2 - 4 s2 s3 + 10) at (+1, -1, +1) is 2 (1.5 - 2 + 4 + 10) = 27 */
  CHECK_REAL(lehr_model_energy(m, bits), -27, 0);
  CHECK_REAL(objective.factor * lehr_model_energy(m, bits) + objective.constant, 27, 0);
  lehr_model_free(m);
  snprintf(selected, sizeof selected, "%s#second", path);
  REQUIRE_OK(lehr_model_read(selected, NULL, &m, &objective, &err));
  lehr_model_free(m);
  snprintf(selected, sizeof selected, "%s#third", path);
  CHECK_INT(lehr_model_read(selected, NULL, &m, &objective, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "variable 4 outside 1..3");
  snprintf(selected, sizeof selected, "%s#fourth", path);
  CHECK_INT(lehr_model_read(selected, NULL, &m, &objective, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "/form/scale is not positive");
  snprintf(selected, sizeof selected, "%s#absent", path);
  CHECK_INT(lehr_model_read(selected, NULL, &m, &objective, &err), LEHR_EINPUT);
}

static void check_reason(const char *path, const char *expected) {
  h5_reader *r;
  lehr_error err = {0};
  char *reason = NULL;
  REQUIRE_OK(h5_open(path, false, &r, &err));
  REQUIRE_OK(h5_attribute_string(r, "/lehr/solution", "stop_reason", &reason, &err));
  CHECK_TEXT(reason ? reason : "", expected);
  free(reason);
  h5_close(r);
}

static void check_solution(lehr_vartype vartype, int32_t n, int64_t reads) {
  char path[256];
  lehr_error err = {0};
  lehr_model *m;
  lehr_builder *b;
  lehr_sampleset *set;
  lehr_params params;
  hdf5_samples back;
  philox_stream s = philox_stream_at(3, (uint64_t)n);
  REQUIRE_OK(lehr_builder_create(vartype, n, &b));
  for (int32_t i = 0; i + 1 < n; i++)
    REQUIRE_OK(lehr_builder_add_int(b, i, i + 1, philox_below(&s, 2) ? 1 : -1, &err));
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_builder_free(b);
  lehr_params_init(&params);
  params.engine = "greedy";
  params.reads = reads;
  REQUIRE_OK(lehr_solve(NULL, m, &params, &set, &err));
  scratch_path(path, "solution.h5");
  const lehr_status status = hdf5_solution_write(path, m, set, "SIGINT", &err);
  CHECK_TEXT(err.text, "");
  REQUIRE_OK(status);
  REQUIRE_OK(hdf5_solution_read(path, &back, &err));
  check_reason(path, "SIGINT"); /* as in the other formats */
  CHECK(back.claims.has_status && back.claims.status == LEHR_SOLVE_FEASIBLE);
  CHECK(isnan(back.claims.bound) && !back.claims.is_proven);
  CHECK_INT(back.n, n);
  REQUIRE(back.count == lehr_sampleset_size(set));
  for (int64_t r = 0; r < back.count; r++) {
    CHECK_REAL(back.energy[r], lehr_sampleset_energy(set, r), 0);
    CHECK_INT(back.reads[r], lehr_sampleset_occurrences(set, r));
    CHECK_REAL(lehr_model_energy(m, back.bits + r * n), back.energy[r], 0);
  }
  hdf5_samples_free(&back);
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

static void test_solutions(void) {
  check_solution(LEHR_BINARY, 30, 20);
  check_solution(LEHR_SPIN, 30, 20);
  check_solution(LEHR_SPIN, 0, 1);
  check_solution(LEHR_BINARY, 503, 2100); /* packed */
}

int main(void) {
  static const check_test tests[] = {{"round trips", test_round_trips},
                                     {"exactness, labels, hints", test_everything_else},
                                     {"models of others", test_foreign_models},
                                     {"solutions", test_solutions}};
  scratch_create();
  const int rc = check_run("io/hdf5_model", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return rc;
}
