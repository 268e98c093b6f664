/* SPDX-License-Identifier: Apache-2.0 */
/* tests/check.h - CUnit with values printed on failure and an exit status that tells the truth. */
#ifndef LEHR_TESTS_CHECK_H
#define LEHR_TESTS_CHECK_H

#include <CUnit/Basic.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CHECK(condition) CU_ASSERT(condition)
/* Leaves the test function when it fails: for what later lines rely on. */
#define REQUIRE(condition) CU_ASSERT_FATAL(condition)
#define REQUIRE_OK(call) CU_ASSERT_FATAL((call) == 0)

#define CHECK_INT(actual, expected)                                                                \
  do {                                                                                             \
    const int64_t actual_ = (int64_t)(actual), expected_ = (int64_t)(expected);                    \
    if (actual_ != expected_)                                                                      \
      printf("\n  %s:%d: %s is %" PRId64 ", expected %" PRId64, __FILE__, __LINE__, #actual,       \
             actual_, expected_);                                                                  \
    CU_ASSERT(actual_ == expected_);                                                               \
  } while (0)

#define CHECK_REAL(actual, expected, tolerance)                                                    \
  do {                                                                                             \
    const double actual_ = (actual), expected_ = (expected);                                       \
    const int is_close_ = fabs(actual_ - expected_) <= (tolerance);                                \
    if (!is_close_)                                                                                \
      printf("\n  %s:%d: %s is %.17g, expected %.17g", __FILE__, __LINE__, #actual, actual_,       \
             expected_);                                                                           \
    CU_ASSERT(is_close_);                                                                          \
  } while (0)

#define CHECK_TEXT(actual, expected)                                                               \
  do {                                                                                             \
    const char *actual_ = (actual), *expected_ = (expected);                                       \
    const int is_same_ = actual_ && strcmp(actual_, expected_) == 0;                               \
    if (!is_same_)                                                                                 \
      printf("\n  %s:%d: %s is '%s', expected '%s'", __FILE__, __LINE__, #actual,                  \
             actual_ ? actual_ : "NULL", expected_);                                               \
    CU_ASSERT(is_same_);                                                                           \
  } while (0)

/* Whether `text` contains `part`. */
#define CHECK_CONTAINS(text, part)                                                                 \
  do {                                                                                             \
    const char *text_ = (text);                                                                    \
    const int has_ = strstr(text_, part) != NULL;                                                  \
    if (!has_) printf("\n  %s:%d: '%s' lacks '%s'", __FILE__, __LINE__, text_, part);              \
    CU_ASSERT(has_);                                                                               \
  } while (0)

typedef struct check_test {
  const char *name;
  void (*run)(void);
} check_test;

/* Runs the tests; 0 only if all assertions held and at least one was made. */
static inline int check_run(const char *suite_name, const check_test tests[], size_t count) {
  if (CU_initialize_registry() != CUE_SUCCESS) return 2;
  CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);
  for (size_t k = 0; suite && k < count; k++)
    if (!CU_add_test(suite, tests[k].name, tests[k].run)) return 2;
  CU_basic_set_mode(CU_BRM_VERBOSE);
  CU_basic_run_tests();
  const unsigned failures = CU_get_number_of_failures(), made = CU_get_number_of_asserts();
  CU_cleanup_registry();
  return failures == 0 && made > 0 ? 0 : 1;
}

#define CHECK_MAIN(suite, tests)                                                                   \
  int main(void) { return check_run(suite, tests, sizeof(tests) / sizeof((tests)[0])); }

#endif
