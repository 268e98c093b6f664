/* SPDX-License-Identifier: Apache-2.0 */
/* Series files in the hands of xarray and h5py (LEHR_PYTHON, else python3), and theirs in ours. */
#include "check.h"
#include "io/series_file.h"
#include "qubo/forecast/synthetic.h"
#include "support/scratch.h"

#include <sys/wait.h>

static bool is_skipped;

static void opens_in_python(void) {
  char written[256], back[256], command[2048];
  const synthetic_options o = {.n_zones = 2, .n_years = 1, .first_year = 2024, .seed = 1};
  series *s = NULL, *theirs = NULL;
  lehr_error err = {0};
  REQUIRE_OK(synthetic_series(&o, &s, &err));
  snprintf(s->zone[1], SERIES_NAME, "Zürich-Süd");
  for (int z = 0; z < 2; z++) {
    s->demand[5 * 2 + z] = NAN;
    s->demand_flag[5 * 2 + z] = SERIES_MISSING;
  }
  scratch_path(written, "written.h5");
  scratch_path(back, "back.nc");
  REQUIRE_OK(series_file_write(s, written, NULL, &err));
  const char *python = getenv("LEHR_PYTHON");
  snprintf(command, sizeof command, "'%s' '%s' '%s' '%s'", python && *python ? python : "python3",
           LEHR_TESTS_SOURCE "/io/series_peers.py", written, back);
  const int status = system(command);
  is_skipped = WIFEXITED(status) && (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127);
  CHECK(is_skipped || status == 0);
  if (status == 0) {
    const lehr_status read = series_file_read(back, NULL, &theirs, &err);
    CHECK_TEXT(err.text, "");
    REQUIRE_OK(read);
    CHECK_INT(theirs->n_steps, s->n_steps);
    CHECK_INT(theirs->start_s, s->start_s);
    CHECK_TEXT(theirs->zone[1], s->zone[1]);
    CHECK_INT(series_quality_of(theirs, 1).n_missing, 1);
    CHECK_REAL(theirs->demand[2 * 100], s->demand[2 * 100], 0);
    CHECK_REAL(theirs->temperature[2 * 100], s->temperature[2 * 100], 0);
  }
  series_free(theirs);
  series_free(s);
}

static const check_test tests[] = {{"xarray and h5py", opens_in_python}};

int main(void) {
  const int failed = check_run("io/series_peers", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return failed == 0 && is_skipped ? 77 : failed;
}
