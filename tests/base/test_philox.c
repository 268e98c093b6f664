/* SPDX-License-Identifier: Apache-2.0 */
#include "base/philox.h"
#include "check.h"

/* Known answers published with Random123 (kat_vectors, philox4x32 10). */
static void known_answers(void) {
  const philox_block zeros = philox_at(0, 0, 0);
  CHECK_INT(zeros.v[0], 0x6627e8d5);
  CHECK_INT(zeros.v[1], 0xe169c58d);
  CHECK_INT(zeros.v[2], 0xbc57ac4c);
  CHECK_INT(zeros.v[3], 0x9b00dbd8);
  const philox_block ones = philox_at(UINT64_MAX, UINT64_MAX, UINT64_MAX);
  CHECK_INT(ones.v[0], 0x408f276d);
  CHECK_INT(ones.v[1], 0x41c83b0e);
  CHECK_INT(ones.v[2], 0xa20bc7c6);
  CHECK_INT(ones.v[3], 0x6d5451fd);
  const philox_block pi = philox_at(UINT64_C(0x299f31d0a4093822), UINT64_C(0x0370734413198a2e),
                                    UINT64_C(0x85a308d3243f6a88));
  CHECK_INT(pi.v[0], 0xd16cfe09);
  CHECK_INT(pi.v[1], 0x94fdcceb);
  CHECK_INT(pi.v[2], 0x5001e420);
  CHECK_INT(pi.v[3], 0x24126ea1);
}

static void uniform_below_is_even(void) {
  philox_stream s = philox_stream_at(philox_key(1, "test"), 0);
  int64_t count[3] = {0};
  for (int k = 0; k < 300000; k++) count[philox_below(&s, 3)]++;
  for (int v = 0; v < 3; v++) CHECK_REAL((double)count[v], 100000, 1300); /* 5 sigma */
}

static void normal_moments(void) {
  philox_stream s = philox_stream_at(7, 3);
  double sum = 0, squares = 0;
  const int count = 200000;
  for (int k = 0; k < count; k++) {
    const double z = philox_normal(&s);
    sum += z;
    squares += z * z;
  }
  CHECK_REAL(sum / count, 0, 0.012);
  CHECK_REAL(squares / count, 1, 0.02);
}

static void keys_differ(void) {
  CHECK(philox_key(0, "anneal") != philox_key(0, "greedy"));
  CHECK(philox_key(0, "anneal") != philox_key(1, "anneal"));
  CHECK(philox_subkey(5, 0) != philox_subkey(5, 1));
}

static const check_test tests[] = {{"known answers", known_answers},
                                   {"uniform below a bound", uniform_below_is_even},
                                   {"normal moments", normal_moments},
                                   {"keys differ", keys_differ}};
CHECK_MAIN("base/philox", tests)
