/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "base/real.h"
#include "check.h"

#include <stdlib.h>

static void parses_integers(void) {
  int64_t v;
  CHECK(number_parse_int("-9223372036854775808", 20, &v) && v == INT64_MIN);
  CHECK(number_parse_int("9223372036854775807", 19, &v) && v == INT64_MAX);
  static const char *const bad[] = {
      "", "-", "+", "9223372036854775808", "-9223372036854775809", "1 ", " 1", "0x1", "1.0", "--1"};
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
    CHECK(!number_parse_int(bad[k], strlen(bad[k]), &v));
  CHECK(number_parse_count("2e8", 3, &v) && v == 200000000);
  CHECK(number_parse_count("2^20", 4, &v) && v == 1 << 20);
  CHECK(!number_parse_count("1.5", 3, &v));
  CHECK(!number_parse_count("2^63", 4, &v));
}

static void parses_reals(void) {
  static const char *const good[] = {"0",          "-0",
                                     "1e-400",     "0.1",
                                     "123456.789", "1e22",
                                     "5e-324",     "1.7976931348623157e308",
                                     "-2.5E+3",    "9007199254740993",
                                     ".5"};
  static const char *const bad[] = {"",     "nan", "inf",   "1e400", "0x1p3", "1,5",
                                    "1e5x", "--1", "1.2.3", "e5",    "1 2",   "."};
  double v;
  for (size_t k = 0; k < sizeof good / sizeof good[0]; k++) {
    CHECK(number_parse_real(good[k], strlen(good[k]), &v));
    CHECK(v == strtod(good[k], NULL));
  }
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
    CHECK(!number_parse_real(bad[k], strlen(bad[k]), &v));
}

static void formats_shortest(void) {
  char text[NUMBER_TEXT];
  number_format(0.1, text);
  CHECK_TEXT(text, "0.1");
  number_format(-3, text);
  CHECK_TEXT(text, "-3");
  number_format(1.0 / 3, text);
  CHECK(strtod(text, NULL) == 1.0 / 3);
  char plain[1200];
  number_format_plain(1e-7, plain, sizeof plain);
  CHECK_TEXT(plain, "0.0000001");
}

static void own_log_and_exp(void) {
  for (double x = 1e-300; x < 1e300; x *= 1.37) {
    CHECK(fabs(real_log(x) - log(x)) <= 4e-16 * fmax(1, fabs(log(x))));
  }
  for (double x = -700; x < 700; x += 0.731) CHECK(fabs(real_exp(x) / exp(x) - 1) < 1e-15);
  for (double x = -3; x < 3; x += 0.00317)
    CHECK_REAL(real_cos_turns(x), cos(6.283185307179586477 * x), 4e-15);
  CHECK(real_cos_turns(0) == 1 && real_cos_turns(0.25) == 0 && real_cos_turns(-1234567.5) == -1);
  CHECK(real_exp(-1e9) == 0 && isinf(real_exp(1e9)));
}

static void sizes_for_people(void) {
  static const struct {
    uint64_t bytes;
    const char *text;
  } rows[] = {{0, "0 bytes"},       {999, "999 bytes"},     {1023, "1023 bytes"},
              {1023487, "999 kB"},  {1 << 20, "1 MB"},      {1024, "1 kB"},
              {65536, "64 kB"},     {1536 << 10, "1.5 MB"}, {UINT64_C(1) << 40, "1 TB"},
              {UINT64_MAX, "16 EB"}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    char text[BYTES_TEXT];
    number_bytes(rows[k].bytes, text);
    CHECK_TEXT(text, rows[k].text);
  }
}

static const check_test tests[] = {{"sizes for people", sizes_for_people},
                                   {"integers", parses_integers},
                                   {"reals", parses_reals},
                                   {"formatting", formats_shortest},
                                   {"log and exp", own_log_and_exp}};
CHECK_MAIN("base/number", tests)
