/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "qubo/forecast/synthetic.h"

static series *make(uint64_t seed) {
  const synthetic_options o = {.n_zones = 3, .n_years = 2, .first_year = 2023, .seed = seed};
  series *s = NULL;
  REQUIRE_OK(synthetic_series(&o, &s, NULL));
  return s;
}

static void is_complete(void) {
  series *s = make(1);
  CHECK_INT(s->n_steps, (365 + 366) * 24);
  CHECK_INT(series_check(s, NULL), LEHR_OK);
  CHECK_TEXT(s->zone[1], "south");
  CHECK_TEXT(s->zone[2], "east");
  for (int32_t z = 0; z < 3; z++) CHECK_INT(series_quality_of(s, z).n_missing, 0);
  series_free(s);
}

/* FNV-1a over the bits: the same on every machine and compiler. */
static uint64_t fingerprint(const series *s) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (int64_t k = 0; k < s->n_steps * s->n_zones; k++) {
    uint64_t bits[2];
    memcpy(&bits[0], &s->demand[k], 8);
    memcpy(&bits[1], &s->temperature[k], 8);
    for (int w = 0; w < 2; w++) hash = (hash ^ bits[w]) * UINT64_C(0x100000001b3);
  }
  return hash;
}

static void has_fixed_bits(void) {
  series *a = make(1), *b = make(1), *c = make(2);
  CHECK(fingerprint(a) == fingerprint(b));
  CHECK(fingerprint(a) != fingerprint(c));
  CHECK_INT((int64_t)(fingerprint(a) >> 1), INT64_C(6260217601603371585));
  series_free(a);
  series_free(b);
  series_free(c);
}

/* Working days above Sundays, a credible level, noise neither absent nor wild. */
static void looks_like_load(void) {
  series *s = make(7);
  for (int32_t z = 0; z < 3; z++) {
    double sum[7] = {0}, low = 1e9, high = 0, largest_step = 0;
    for (int64_t t = 0; t < s->n_steps; t++) {
      const double x = s->demand[3 * t + z];
      sum[civil_weekday(t / 24 + civil_days(2023, 1, 1))] += x;
      low = fmin(low, x);
      high = fmax(high, x);
      if (t > 0) largest_step = fmax(largest_step, fabs(x / s->demand[3 * (t - 1) + z] - 1));
    }
    CHECK(sum[2] > 1.05 * sum[6] && sum[2] > sum[5]);
    CHECK(high / low > 2 && high / low < 6);
    CHECK(largest_step > 0.1 && largest_step < 0.5);
  }
  series_free(s);
}

static void knows_easter(void) {
  CHECK(synthetic_is_holiday(2024, 3, 29) && synthetic_is_holiday(2024, 4, 1));
  CHECK(synthetic_is_holiday(2023, 4, 7) && synthetic_is_holiday(2023, 4, 10));
  CHECK(!synthetic_is_holiday(2023, 4, 9) && synthetic_is_holiday(2023, 12, 26));
}

static void refuses_bad_options(void) {
  static const synthetic_options bad[] = {{0, 1, 2020, 1},  {65, 1, 2020, 1}, {1, 0, 2020, 1},
                                          {1, 51, 2020, 1}, {1, 1, 1969, 1},  {1, 1, 2201, 1}};
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
    series *s = NULL;
    CHECK_INT(synthetic_series(&bad[k], &s, NULL), LEHR_EUSAGE);
  }
}

static const check_test tests[] = {{"complete", is_complete},
                                   {"fixed bits", has_fixed_bits},
                                   {"like load", looks_like_load},
                                   {"Easter", knows_easter},
                                   {"bad options", refuses_bad_options}};
CHECK_MAIN("qubo/forecast/synthetic", tests)
