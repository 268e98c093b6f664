/* SPDX-License-Identifier: Apache-2.0 */
/* Damaged and hostile HDF5 files: the reading process survives, gets an error or a valid model,
 * and is done in time. LEHR_TRIALS: mutations (default 300; the slow run does 5000). */
#include "base/clock.h"
#include "check.h"
#include "io/hdf5_model.h"
#include "io/hdf5_result.h"
#include "support/cpu_time.h"
#include "workflows/batch_fixture.h"

#include <stdlib.h>

static int trials = 300;
static char path[256];

/* Reads everything that a reader of models and batches would. */
static lehr_status read_everything(lehr_error *err) {
  lehr_model *m;
  batch_reader *r;
  lehr_status status = lehr_model_read(path, "hdf5", &m, NULL, err);
  lehr_model_free(m);
  if (status == LEHR_OK) return LEHR_OK;
  status = batch_reader_open(path, false, &r, err);
  if (status != LEHR_OK) return status;
  const int64_t items = batch_reader_items(r);
  for (int64_t k = 0; k < items && status == LEHR_OK;) {
    batch_window *w;
    status = batch_reader_window(r, k, items, &w, err);
    for (int64_t i = 0; status == LEHR_OK && i < batch_window_count(w); i++)
      if (batch_window_model(w, i, &m, NULL) == LEHR_OK) lehr_model_free(m);
    if (status == LEHR_OK) k += batch_window_count(w);
    if (status == LEHR_OK) batch_window_free(w);
  }
  batch_reader_close(r);
  return status;
}

/* One file: accepted, or refused with a reason, in time: as a model and as a batch the child may
 * compute for some 9 seconds each. */
static void check_survival(const char *what, int64_t number) {
  lehr_error err = {0};
  const double before = cpu_time_of_family();
  const lehr_status status = read_everything(&err);
  const double took_s = cpu_time_of_family() - before;
  const bool is_fine =
      status == LEHR_OK ||
      (err.text[0] && (status == LEHR_EINPUT || status == LEHR_ERANGE || status == LEHR_ENOMEM));
  if (!is_fine || took_s > 20)
    printf("\n  %s %" PRId64 ": status %d, %.1f s, '%s'", what, number, (int)status, took_s,
           err.text);
  CHECK(is_fine);
  CHECK(took_s < 20);
}

static void write_model(void) {
  philox_stream s = philox_stream_at(5, 5);
  lehr_error err = {0};
  const model_recipe recipe = {.n = 12, .values = VALUES_REAL, .density = 0.7};
  lehr_model *m = model_random(&s, &recipe);
  REQUIRE_OK(lehr_model_write(m, path, "hdf5", &err));
  lehr_model_free(m);
}

static void test_truncated(void) {
  size_t size = 0;
  write_model();
  unsigned char *data = scratch_read(path, &size);
  REQUIRE(data != NULL);
  const size_t step = trials >= 5000 ? 1 : 97;
  for (size_t cut = 0; cut < size; cut += cut < 64 || size - cut < 64 ? 1 : step) {
    lehr_error err = {0};
    lehr_model *m;
    scratch_write(path, data, cut);
    CHECK_INT(lehr_model_read(path, "hdf5", &m, NULL, &err), LEHR_EINPUT);
    CHECK(err.text[0] != '\0');
  }
  free(data);
}

/* Bytes that were changed, in a file of one model and in a batch with compressed columns. */
static void mutate(const char *what, int count) {
  size_t size = 0;
  unsigned char *data = scratch_read(path, &size);
  REQUIRE(data != NULL);
  for (int k = 0; k < count; k++) {
    philox_stream s = philox_stream_at(23, (uint64_t)k);
    unsigned char *copy = malloc(size);
    REQUIRE(copy != NULL);
    memcpy(copy, data, size);
    const uint32_t changes = 1 + philox_below(&s, 6);
    for (uint32_t c = 0; c < changes; c++)
      copy[philox_below(&s, (uint32_t)size)] = (unsigned char)philox_u32(&s);
    scratch_write(path, copy, size);
    free(copy);
    check_survival(what, k);
  }
  free(data);
}

static void test_mutated_models(void) {
  write_model();
  mutate("model", trials / 2);
}

static void test_mutated_batches(void) {
  fixture_write(path, 3000);
  mutate("batch", trials / 4);
  fixture_write(path, 5);
  mutate("small batch", trials / 4);
}

/* Columns that declare far more than the file holds, and counts that lie. */
static void test_bombs(void) {
  lehr_error err = {0};
  h5_writer *w;
  const int64_t huge = INT64_C(1) << 42;
  static const char *const names[] = {"n", "linear", "row", "col", "quad_val"};
  REQUIRE_OK(h5_writer_create(path, "bomb", 0, &w, &err));
  for (int k = 0; k < 5; k++) {
    char name[64];
    snprintf(name, sizeof name, "/batch/%s", names[k]);
    h5_make_dataset(w, name, H5_INT32, 1, &huge);
  }
  const int64_t more = huge + 1;
  h5_make_dataset(w, "/batch/linear_ptr", H5_INT64, 1, &more);
  h5_make_dataset(w, "/batch/quad_ptr", H5_INT64, 1, &more);
  REQUIRE_OK(h5_writer_publish(w, &err));
  const int64_t peak = clock_peak_memory();
  const double before = cpu_time_of_family();
  CHECK_INT(read_everything(&err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "more values than the file can hold");
  REQUIRE_OK(h5_writer_create(path, "bomb", 0, &w, &err));
  h5_put_int(w, "/model/form/dimension", INT32_MAX - 1);
  REQUIRE_OK(h5_writer_publish(w, &err));
  CHECK_INT(read_everything(&err), LEHR_EINPUT);
  CHECK(cpu_time_of_family() - before < 1);
  CHECK(clock_peak_memory() - peak < 50 << 20);
}

int main(void) {
  static const check_test tests[] = {{"truncated", test_truncated},
                                     {"mutated models", test_mutated_models},
                                     {"mutated batches", test_mutated_batches},
                                     {"bombs", test_bombs}};
  const char *wanted = getenv("LEHR_TRIALS");
  if (wanted) trials = atoi(wanted);
  scratch_create();
  scratch_path(path, "hostile.h5");
  const int rc = check_run("fault/hdf5_hostile", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return rc;
}
