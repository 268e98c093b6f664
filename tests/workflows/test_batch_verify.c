/* SPDX-License-Identifier: Apache-2.0 */
/* Results that lie in one place: each is found. */
#include "check.h"
#include "io/hdf5_result.h"
#include "workflows/batch_fixture.h"

enum { ITEMS = 20, HONEST = 11, FAILED = 17, REAL = 13 };

static char input[256], truth[256], lie[256];

/* Copies the true result with one row changed. */
static void write_lie(int64_t index, void (*change)(result_row *row)) {
  lehr_error err = {0};
  result_reader *r;
  result_window *rows;
  result_writer *w;
  REQUIRE_OK(result_reader_open(truth, true, &r, &err));
  REQUIRE_OK(result_reader_window(r, 0, &rows, &err));
  REQUIRE_OK(result_writer_create(lie, result_reader_header(r), &w, &err));
  for (int64_t k = 0; k < ITEMS; k++) {
    result_row row = result_window_row(rows, k);
    if (k == index) change(&row);
    result_writer_add(w, &row);
  }
  REQUIRE_OK(result_writer_publish(w, &err));
  result_window_free(rows);
  result_reader_close(r);
}

static void energy_lower(result_row *r) { r->energy -= 1; }
static void energy_missing(result_row *r) { r->energy = NAN; }
static void energy_int_lower(result_row *r) { r->energy_int--; }
static void energy_int_invented(result_row *r) { r->energy_int = 3; }
static void status_optimal(result_row *r) { r->status = LEHR_SOLVE_OPTIMAL; }
static void status_unknown(result_row *r) { r->status = LEHR_SOLVE_UNKNOWN; }
static void status_infeasible(result_row *r) { r->status = LEHR_SOLVE_INFEASIBLE; }
static void proven(result_row *r) { r->proven = 1; }
static void infeasible(result_row *r) { r->feasible = 0; }
static void bound_above(result_row *r) { r->bound = r->energy + 1; }
static void bound_infinite(result_row *r) { r->bound = -INFINITY; }
static void proven_below(result_row *r) {
  r->proven = 1;
  r->status = LEHR_SOLVE_OPTIMAL;
  r->bound = r->energy - 1;
}
static void name_other(result_row *r) { r->name = "other"; }
static void reason_invented(result_row *r) { r->failed_reason = "no"; }
static void reason_missing(result_row *r) { r->failed_reason = ""; }
static void failed_feasible(result_row *r) { r->feasible = 1; }
static void failed_energy(result_row *r) { r->energy = 0; }
static void failed_bound(result_row *r) { r->bound = 0; }
static void padding(result_row *r) {
  static uint8_t bits;
  bits = (uint8_t)(r->bits[0] | 0x80);
  r->bits = &bits;
}

static void test_lies(void) {
  static const struct {
    int64_t index;
    void (*change)(result_row *row);
    const char *text;
  } lies[] = {{HONEST, energy_lower, "is not the energy"},
              {HONEST, energy_missing, "has no energy"},
              {HONEST, energy_int_lower, "is not the energy"},
              {REAL, energy_int_invented, "is not the energy"},
              {HONEST, status_optimal, "contradict"},
              {HONEST, status_unknown, "its status"},
              {HONEST, status_infeasible, "its status"},
              {HONEST, proven, "contradict"},
              {HONEST, infeasible, "feasibility"},
              {HONEST, bound_above, "above its energy"},
              {HONEST, bound_infinite, "not finite"},
              {HONEST, proven_below, "called optimal"},
              {HONEST, name_other, "another name"},
              {HONEST, reason_invented, "failed, but has a result"},
              {HONEST, padding, "wrong number of bits"},
              {FAILED, reason_missing, "cannot be built"},
              {FAILED, failed_feasible, "failed, but has a result"},
              {FAILED, failed_energy, "failed, but has a result"},
              {FAILED, failed_bound, "failed, but has a result"}};
  for (size_t k = 0; k < sizeof lies / sizeof lies[0]; k++) {
    char item[32];
    lehr_error err = {0};
    batch_tally tally;
    write_lie(lies[k].index, lies[k].change);
    CHECK_INT(batch_verify(lie, input, true, &tally, &err), LEHR_EINPUT);
    snprintf(item, sizeof item, "item %d:", (int)lies[k].index);
    CHECK_CONTAINS(err.text, item);
    CHECK_CONTAINS(err.text, lies[k].text);
    CHECK_INT(tally.rows, lies[k].index);
  }
}

/* A run with --resume looks at a finished output with the same eyes. */
static void test_resume_looks(void) {
  lehr_error err = {0};
  batch_outcome outcome;
  write_lie(HONEST, energy_missing);
  batch_job job = fixture_job(input, lie);
  job.resume = true;
  CHECK_INT(batch_run(&job, &outcome, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "has no energy");
}

static void nothing(result_row *r) { (void)r; }

static void test_truth(void) {
  lehr_error err = {0};
  batch_tally tally;
  write_lie(0, nothing);
  REQUIRE_OK(batch_verify(lie, input, true, &tally, &err));
  CHECK_INT(tally.rows, ITEMS);
  CHECK_INT(tally.failed, 2);
}

int main(void) {
  static const check_test tests[] = {
      {"lies", test_lies}, {"resume looks", test_resume_looks}, {"truth", test_truth}};
  lehr_error err = {0};
  batch_outcome outcome;
  scratch_create();
  scratch_path(input, "input.h5");
  scratch_path(truth, "truth.h5");
  scratch_path(lie, "lie.h5");
  fixture_write(input, ITEMS);
  const batch_job job = fixture_job(input, truth);
  int rc = 1;
  if (batch_run(&job, &outcome, &err) == LEHR_OK)
    rc = check_run("workflows/batch_verify", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return rc;
}
