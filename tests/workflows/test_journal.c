/* SPDX-License-Identifier: Apache-2.0 */
/* The journal cut at every byte, damaged, of another run, and in two hands. */
#include "check.h"
#include "support/scratch.h"
#include "workflows/batch/journal.h"

#include <stdlib.h>

enum { ITEMS = 12 };
static const journal_start resume = {.identity = 99, .first = 100, .items = ITEMS, .resume = true};

static journal_entry entry_at(int64_t index) {
  static const uint8_t bits[] = {1, 2, 3, 4, 5};
  static const double energies[] = {-1.5, 0};
  static const int64_t counts[] = {3, 4};
  return (journal_entry){.index = index,
                         .is_exact = true,
                         .seconds = 0.25,
                         .row = {.name = "name",
                                 .failed_reason = index % 3 ? "" : "reason",
                                 .energy = (double)index,
                                 .energy_int = index,
                                 .bits = bits,
                                 .bits_bytes = index % 6,
                                 .status = 1,
                                 .bound = NAN,
                                 .n_reads = index % 3,
                                 .read_energy = energies,
                                 .read_count = counts}};
}

static void check_entry(const journal *j, int64_t index) {
  journal_entry e;
  lehr_error err = {0};
  const journal_entry expected = entry_at(index);
  REQUIRE_OK(journal_entry_at(j, index, &e, &err));
  CHECK_INT(e.index, index);
  CHECK_TEXT(e.row.name, "name");
  CHECK_TEXT(e.row.failed_reason, expected.row.failed_reason);
  CHECK_REAL(e.row.energy, (double)index, 0);
  CHECK_INT(e.row.bits_bytes, index % 6);
  CHECK(memcmp(e.row.bits, expected.row.bits, (size_t)e.row.bits_bytes) == 0);
  CHECK_INT(e.row.n_reads, index % 3);
  CHECK_INT((intptr_t)e.row.read_energy % 8, 0);
  CHECK_INT((intptr_t)e.row.read_count % 8, 0);
  CHECK(memcmp(e.row.read_energy, expected.row.read_energy, (size_t)e.row.n_reads * 8) == 0);
  CHECK(memcmp(e.row.read_count, expected.row.read_count, (size_t)e.row.n_reads * 8) == 0);
}

/* Appends what is missing and reads all of it back. */
static void complete(journal *j) {
  lehr_error err = {0};
  for (int64_t k = 100 + ITEMS - 1; k >= 100; k--) {
    const journal_entry e = entry_at(k);
    if (!journal_has(j, k)) REQUIRE_OK(journal_append(j, &e, &err));
  }
  CHECK_INT(journal_count(j), ITEMS);
  CHECK_INT(journal_failed(j), ITEMS / 3);
  REQUIRE_OK(journal_map(j, &err));
  for (int64_t k = 100; k < 100 + ITEMS; k++) check_entry(j, k);
}

static unsigned char *whole(const char *path, size_t *size) {
  journal *j;
  int64_t dropped;
  lehr_error err = {0};
  journal_start afresh = resume;
  afresh.resume = false;
  REQUIRE_OK(journal_open(path, &afresh, &j, &dropped, &err));
  complete(j);
  journal_close(j);
  return scratch_read(path, size);
}

static void test_cut_everywhere(void) {
  char path[256];
  size_t size;
  lehr_error err = {0};
  scratch_path(path, "cut.journal");
  unsigned char *data = whole(path, &size);
  REQUIRE(data != NULL);
  int64_t previous = 0;
  for (size_t cut = 0; cut <= size; cut++) {
    journal *j;
    int64_t dropped;
    scratch_write(path, data, cut);
    REQUIRE_OK(journal_open(path, &resume, &j, &dropped, &err));
    CHECK(journal_count(j) >= previous && journal_count(j) <= previous + 1);
    previous = journal_count(j);
    complete(j);
    journal_close(j);
    REQUIRE_OK(journal_open(path, &resume, &j, &dropped, &err));
    CHECK_INT(dropped, 0);
    CHECK_INT(journal_count(j), ITEMS);
    journal_close(j);
  }
  CHECK_INT(previous, ITEMS);
  free(data);
}

static void test_damaged_everywhere(void) {
  char path[256];
  size_t size;
  lehr_error err = {0};
  scratch_path(path, "damaged.journal");
  unsigned char *data = whole(path, &size);
  REQUIRE(data != NULL);
  for (size_t at = 0; at < size; at++) {
    journal *j;
    int64_t dropped;
    data[at] ^= 0x40;
    scratch_write(path, data, size);
    data[at] ^= 0x40;
    const lehr_status status = journal_open(path, &resume, &j, &dropped, &err);
    if (at < 40) { /* the header */
      CHECK_INT(status, LEHR_EINPUT);
      continue;
    }
    REQUIRE_OK(status);
    CHECK(dropped > 0);
    complete(j);
    journal_close(j);
  }
  free(data);
}

static void test_of_another_run(void) {
  char path[256];
  size_t size;
  journal *j;
  int64_t dropped;
  lehr_error err = {0};
  scratch_path(path, "other.journal");
  free(whole(path, &size));
  journal_start other = resume;
  other.identity++;
  CHECK_INT(journal_open(path, &other, &j, &dropped, &err), LEHR_EINPUT);
  other = resume;
  other.items++;
  CHECK_INT(journal_open(path, &other, &j, &dropped, &err), LEHR_EINPUT);
  other.resume = false;
  REQUIRE_OK(journal_open(path, &other, &j, &dropped, &err));
  CHECK(dropped > 0); /* what was replaced is said */
  CHECK_INT(journal_count(j), 0);
  journal_remove(j);
  CHECK(access(path, F_OK) != 0);
}

static void test_in_two_hands(void) {
  char path[256];
  journal *a, *b;
  int64_t dropped;
  lehr_error err = {0};
  scratch_path(path, "two.journal");
  REQUIRE_OK(journal_open(path, &resume, &a, &dropped, &err));
  CHECK_INT(journal_open(path, &resume, &b, &dropped, &err), LEHR_EBUSY);
  journal_close(a);
  REQUIRE_OK(journal_open(path, &resume, &b, &dropped, &err));
  journal_close(b);
}

int main(void) {
  static const check_test tests[] = {{"cut everywhere", test_cut_everywhere},
                                     {"damaged everywhere", test_damaged_everywhere},
                                     {"of another run", test_of_another_run},
                                     {"in two hands", test_in_two_hands}};
  scratch_create();
  const int rc = check_run("workflows/journal", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return rc;
}
