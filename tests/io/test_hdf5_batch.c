/* SPDX-License-Identifier: Apache-2.0 */
/* Batches and their results through HDF5 and back. */
#include "check.h"
#include "io/hdf5_batch.h"
#include "io/hdf5_model.h"
#include "io/hdf5_result.h"
#include "random_models.h"
#include "support/scratch.h"

#include <stdlib.h>

static lehr_model *sample_model(uint64_t seed, bool has_reals) {
  philox_stream s = philox_stream_at(11, seed);
  const model_recipe recipe = {.n = (int32_t)(seed % MODEL_MAX_BITS),
                               .vartype = seed % 3 ? LEHR_BINARY : LEHR_SPIN,
                               .values = seed % 5 == 0 && has_reals ? VALUES_REAL : VALUES_SMALL,
                               .groups = seed % 4 == 1 ? GROUPS_DISJOINT : GROUPS_NONE,
                               .density = 0.5};
  return model_random(&s, &recipe);
}

static void write_batch(const char *path, int64_t items, bool has_reals) {
  batch_totals totals = {.is_exact = true};
  batch_writer *w;
  lehr_error err = {0};
  for (int64_t k = 0; k < items; k++) {
    lehr_model *m = sample_model((uint64_t)k, has_reals);
    batch_totals_add(&totals, m);
    lehr_model_free(m);
  }
  REQUIRE_OK(batch_writer_create(path, "test batch", &totals, &w, &err));
  for (int64_t k = 0; k < items; k++) {
    lehr_model *m = sample_model((uint64_t)k, has_reals);
    batch_writer_add(w, m, k == 2 ? "drei" : NULL);
    lehr_model_free(m);
  }
  const lehr_status status = batch_writer_publish(w, &err);
  CHECK_TEXT(err.text, "");
  REQUIRE_OK(status);
}

static void check_equal_models(const lehr_model *a, const lehr_model *b) {
  const lehr_model_view *v = lehr_model_look(a), *w = lehr_model_look(b);
  REQUIRE(v->n == w->n && v->n_groups == w->n_groups && v->n_interactions == w->n_interactions);
  CHECK_INT(v->is_exact, w->is_exact);
  CHECK_INT(v->vartype, w->vartype);
  CHECK_REAL(v->scale, w->scale, 0);
  uint8_t bits[MODEL_MAX_BITS] = {0};
  for (uint32_t x = 0; x < 1u << v->n; x += 37) {
    for (int32_t i = 0; i < v->n; i++) bits[i] = x >> i & 1;
    CHECK_REAL(lehr_model_energy(a, bits), lehr_model_energy(b, bits), 0);
    CHECK_INT(lehr_model_feasible(a, bits), lehr_model_feasible(b, bits));
  }
}

static void check_batch(int64_t items, bool has_reals, bool is_trusted) {
  char path[256];
  lehr_error err = {0};
  batch_reader *r;
  int64_t seen = 0;
  scratch_path(path, "batch.h5");
  write_batch(path, items, has_reals);
  REQUIRE_OK(batch_reader_open(path, is_trusted, &r, &err));
  REQUIRE(batch_reader_items(r) == items);
  while (seen < items) {
    batch_window *w;
    REQUIRE_OK(batch_reader_window(r, seen, items, &w, &err));
    CHECK_INT(batch_window_first(w), seen);
    for (int64_t k = 0; k < batch_window_count(w); k++, seen++) {
      lehr_model *expected = sample_model((uint64_t)seen, has_reals), *m;
      REQUIRE_OK(batch_window_model(w, k, &m, &err));
      check_equal_models(expected, m);
      if (seen == 2) CHECK_TEXT(batch_window_name(w, k), "drei");
      if (seen == 3) CHECK_TEXT(batch_window_name(w, k), "item-000003");
      lehr_model_free(expected);
      lehr_model_free(m);
    }
    batch_window_free(w);
  }
  batch_reader_close(r);
}

static void test_batches(void) {
  check_batch(0, false, false);
  check_batch(7, false, true);
  check_batch(300, true, false);
  check_batch(5000, false, false); /* two windows */
}

static void test_archive(void) {
  char path[256], name[64];
  lehr_error err = {0};
  h5_writer *w;
  batch_reader *r;
  batch_window *window;
  lehr_model *m;
  const int64_t one = 1, two = 2;
  const double value = 3;
  scratch_path(path, "archive.h5");
  REQUIRE_OK(h5_writer_create(path, "archive", 0, &w, &err));
  for (int k = 0; k < 100; k++) {
#define AT(what) (snprintf(name, sizeof name, "/models/m%02d" what, k), name)
    h5_put_int(w, AT("/form/dimension"), k == 5 ? 1 : 2);
    h5_put_array(w, AT("/form/linear/i"), H5_INT64, 0, NULL);
    h5_put_array(w, AT("/form/linear/v"), H5_REAL64, 0, NULL);
    h5_put_array(w, AT("/form/quadratic/i"), H5_INT64, 1, &one);
    h5_put_array(w, AT("/form/quadratic/j"), H5_INT64, 1, &two);
    h5_put_array(w, AT("/form/quadratic/v"), H5_REAL64, 1, &value);
#undef AT
  }
  REQUIRE_OK(h5_writer_publish(w, &err));
  REQUIRE_OK(batch_reader_open(path, false, &r, &err));
  CHECK_INT(batch_reader_items(r), 100);
  REQUIRE_OK(batch_reader_window(r, 0, 100, &window, &err));
  CHECK_TEXT(batch_window_name(window, 7), "m07");
  REQUIRE_OK(batch_window_model(window, 7, &m, &err));
  lehr_model_free(m);
  CHECK_INT(batch_window_model(window, 5, &m, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "outside 1..1");
  batch_window_free(window);
  batch_reader_close(r);
}

/* Writes the smallest batch with one thing changed. */
typedef struct flaw {
  const char *why; /* part of the message */
  int64_t quad_end, linear_end;
  int32_t n, row, col;
  double value;
  double scale;
  bool is_item; /* only the item is bad, not the file */
} flaw;

static void write_flawed(const char *path, const flaw *f) {
  h5_writer *w;
  lehr_error err = {0};
  const int64_t linear_ptr[] = {0, f->linear_end}, quad_ptr[] = {0, f->quad_end};
  const double linear[] = {0, 0};
  REQUIRE_OK(h5_writer_create(path, "flawed", 0, &w, &err));
  h5_put_array(w, "/batch/n", H5_INT32, 1, &f->n);
  h5_put_array(w, "/batch/scale", H5_REAL64, 1, &f->scale);
  h5_put_array(w, "/batch/linear_ptr", H5_INT64, 2, linear_ptr);
  h5_put_array(w, "/batch/linear", H5_REAL64, 2, linear);
  h5_put_array(w, "/batch/quad_ptr", H5_INT64, 2, quad_ptr);
  h5_put_array(w, "/batch/row", H5_INT32, 1, &f->row);
  h5_put_array(w, "/batch/col", H5_INT32, 1, &f->col);
  h5_put_array(w, "/batch/quad_val", H5_REAL64, 1, &f->value);
  REQUIRE_OK(h5_writer_publish(w, &err));
}

static void test_flaws(void) {
  static const flaw flaws[] = {
      {"quad_ptr contradicts", 2, 2, 2, 0, 1, 1, 1, false},
      {"quad_ptr contradicts", -1, 2, 2, 0, 1, 1, 1, false},
      {"linear_ptr contradicts", 1, INT64_MAX, 2, 0, 1, 1, 1, false},
      {"3 variables, but 2 linear terms", 1, 2, 3, 0, 1, 1, 1, true},
      {"-1 variables", 1, 2, -1, 0, 1, 1, 1, true},
      {"variable 2 outside 0..1", 1, 2, 2, 0, 2, 1, 1, true},
      {"variable -1 outside", 1, 2, 2, -1, 1, 1, 1, true},
      {"not a finite", 1, 2, 2, 0, 1, NAN, 1, true},
      {"not a finite", 1, 2, 2, 0, 1, INFINITY, 1, true},
      {"scale", 1, 2, 2, 0, 1, 1, 0, true},
      {"scale", 1, 2, 2, 0, 1, 1, NAN, true},
  };
  char path[256];
  scratch_path(path, "flawed.h5");
  for (size_t k = 0; k < sizeof flaws / sizeof flaws[0]; k++) {
    batch_reader *r;
    batch_window *w = NULL;
    lehr_model *m;
    lehr_error err = {0};
    write_flawed(path, &flaws[k]);
    REQUIRE_OK(batch_reader_open(path, false, &r, &err));
    const lehr_status status = batch_reader_window(r, 0, 1, &w, &err);
    if (flaws[k].is_item) {
      REQUIRE_OK(status);
      CHECK_INT(batch_window_model(w, 0, &m, &err), LEHR_EINPUT);
      batch_window_free(w);
    } else {
      CHECK_INT(status, LEHR_EINPUT);
    }
    CHECK_CONTAINS(err.text, flaws[k].why);
    batch_reader_close(r);
  }
}

/* x * x = x, as everywhere else. */
static void test_self_couplings(void) {
  const flaw f = {"", 1, 2, 2, 1, 1, 2.5, 1, true};
  char path[256];
  batch_reader *r;
  batch_window *w;
  lehr_model *m;
  lehr_error err = {0};
  scratch_path(path, "self.h5");
  write_flawed(path, &f);
  REQUIRE_OK(batch_reader_open(path, false, &r, &err));
  REQUIRE_OK(batch_reader_window(r, 0, 1, &w, &err));
  REQUIRE_OK(batch_window_model(w, 0, &m, &err));
  const uint8_t none[] = {0, 0}, second[] = {0, 1};
  CHECK_INT(lehr_model_look(m)->n_interactions, 0);
  CHECK_REAL(lehr_model_energy(m, second) - lehr_model_energy(m, none), 2.5, 0);
  lehr_model_free(m);
  batch_window_free(w);
  batch_reader_close(r);
}

static result_row row_at(int64_t k, uint8_t bits[16], double energies[4], int64_t counts[4]) {
  static char name[32];
  snprintf(name, sizeof name, "r%" PRId64, k);
  memset(bits, (int)k, 16);
  for (int i = 0; i < 4; i++) {
    energies[i] = (double)k + i;
    counts[i] = i + 1;
  }
  return (result_row){.name = name,
                      .failed_reason = k % 7 == 3 ? "broken: ü" : "",
                      .energy = k % 7 == 3 ? NAN : (double)-k,
                      .energy_int = k % 7 == 3 ? INT64_MIN : -k,
                      .bits = bits,
                      .bits_bytes = k % 17,
                      .status = (int8_t)(k % 4),
                      .proven = k % 2,
                      .feasible = 1,
                      .bound = k % 2 ? (double)-k : NAN,
                      .n_reads = k % 5,
                      .read_energy = energies,
                      .read_count = counts};
}

static void check_result(int64_t rows, bool has_reads) {
  char path[256];
  uint8_t bits[16];
  double energies[4];
  int64_t counts[4];
  lehr_error err = {0};
  result_writer *w;
  result_reader *r;
  result_header h = {.items = rows + 5,
                     .rows = rows,
                     .has_exact = true,
                     .has_reads = has_reads,
                     .shard = 2,
                     .shards = 3,
                     .seed = UINT64_MAX,
                     .engine = "greedy",
                     .options = "{}",
                     .input_sha256 = "abc"};
  for (int64_t k = 0; k < rows; k++) {
    h.bits += k % 17;
    h.reads += k % 5;
  }
  scratch_path(path, "result.h5");
  REQUIRE_OK(result_writer_create(path, &h, &w, &err));
  for (int64_t k = 0; k < rows; k++) {
    const result_row row = row_at(k, bits, energies, counts);
    result_writer_add(w, &row);
  }
  const lehr_status status = result_writer_publish(w, &err);
  CHECK_TEXT(err.text, "");
  REQUIRE_OK(status);
  REQUIRE_OK(result_reader_open(path, false, &r, &err));
  const result_header *found = result_reader_header(r);
  CHECK_INT(found->rows, rows);
  CHECK_INT(found->items, rows + 5);
  CHECK_INT(found->shard, 2);
  CHECK_INT(found->shards, 3);
  CHECK(found->seed == UINT64_MAX);
  CHECK_INT(found->has_reads, has_reads);
  for (int64_t k = 0; k < rows;) {
    result_window *window;
    REQUIRE_OK(result_reader_window(r, k, &window, &err));
    for (int64_t m = 0; m < result_window_count(window); m++, k++) {
      const result_row expected = row_at(k, bits, energies, counts);
      const result_row row = result_window_row(window, m);
      const bool is_same =
          strcmp(row.name, expected.name) == 0 &&
          strcmp(row.failed_reason, expected.failed_reason) == 0 &&
          (row.energy == expected.energy || (isnan(row.energy) && isnan(expected.energy))) &&
          row.energy_int == expected.energy_int && row.bits_bytes == expected.bits_bytes &&
          memcmp(row.bits, expected.bits, (size_t)row.bits_bytes) == 0 &&
          row.status == expected.status && row.proven == expected.proven &&
          (row.bound == expected.bound || (isnan(row.bound) && isnan(expected.bound)));
      CHECK(is_same);
      if (has_reads) {
        CHECK_INT(row.n_reads, expected.n_reads);
        CHECK(memcmp(row.read_energy, energies, (size_t)row.n_reads * 8) == 0);
      }
    }
    result_window_free(window);
  }
  result_reader_close(r);
}

static void test_results(void) {
  check_result(0, false);
  check_result(10, true);
  check_result(20000, true);
}

int main(void) {
  static const check_test tests[] = {{"batches", test_batches},
                                     {"archive", test_archive},
                                     {"flaws", test_flaws},
                                     {"self-couplings", test_self_couplings},
                                     {"results", test_results}};
  scratch_create();
  const int rc = check_run("io/hdf5_batch", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return rc;
}
