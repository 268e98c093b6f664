/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting and merging of samples. The rows stay where they are while (key, row) pairs are sorted;
 * only rows of equal energy are looked at themselves. */
#include "qubo/sampleset.h"

#include <stdlib.h>
#include <string.h>

/* Feasible rows sort before all others, then smaller keys come first. */
typedef struct sort_entry {
  int64_t key;
  int64_t row; /* + INFEASIBLE */
} sort_entry;
_Static_assert(2 * sizeof(sort_entry) == SORT_BYTES, "two lists");

static const int64_t INFEASIBLE = INT64_C(1) << 62;
enum { SHORT = 12 };

/* Doubles in their order, as integers. */
static int64_t real_key(double value) {
  int64_t bits;
  value += 0.0; /* -0 is 0 */
  memcpy(&bits, &value, sizeof bits);
  return bits < 0 ? -(bits & INT64_MAX) : bits;
}

static int compare_bits(const lehr_sampleset *s, sort_entry a, sort_entry b) {
  return memcmp(sampleset_packed(s, a.row & ~INFEASIBLE), sampleset_packed(s, b.row & ~INFEASIBLE),
                s->row_bytes);
}

static int compare(const lehr_sampleset *s, sort_entry a, sort_entry b) {
  if ((a.row ^ b.row) & INFEASIBLE) return a.row & INFEASIBLE ? 1 : -1;
  if (a.key != b.key) return a.key < b.key ? -1 : 1;
  return compare_bits(s, a, b);
}

static void insert_all(const lehr_sampleset *s, sort_entry list[], int64_t count) {
  for (int64_t k = 1; k < count; k++) {
    const sort_entry x = list[k];
    int64_t at = k;
    for (; at > 0 && compare(s, list[at - 1], x) > 0; at--) list[at] = list[at - 1];
    list[at] = x;
  }
}

/* Merge sort; sorted stretches, such as what an earlier sort left, are passed over. */
static void sort(const lehr_sampleset *s, sort_entry list[], sort_entry spare[], int64_t count) {
  if (count <= SHORT) {
    insert_all(s, list, count);
    return;
  }
  const int64_t half = count / 2;
  sort(s, list, spare, half);
  sort(s, list + half, spare, count - half);
  if (compare(s, list[half - 1], list[half]) <= 0) return;
  memcpy(spare, list, (size_t)half * sizeof *list);
  int64_t a = 0, b = half, out = 0;
  while (a < half && b < count)
    list[out++] = compare(s, spare[a], list[b]) <= 0 ? spare[a++] : list[b++];
  while (a < half) list[out++] = spare[a++];
}

static void list_rows(const lehr_sampleset *s, sort_entry list[]) {
  for (int64_t k = 0; k < s->count; k++)
    list[k] =
        (sort_entry){.key = s->is_exact ? s->energies[k].exact : real_key(s->energies[k].real),
                     .row = s->feasible[k] ? k : k | INFEASIBLE};
}

/* Copies the rows into `into` in sorted order, equal neighbours merged. */
static void gather(const lehr_sampleset *s, const sort_entry list[], lehr_sampleset *into) {
  for (int64_t k = 0; k < s->count; k++) {
    const int64_t row = list[k].row & ~INFEASIBLE;
    if (k > 0 && compare(s, list[k - 1], list[k]) == 0) {
      into->occurrences[into->count - 1] += s->occurrences[row];
      continue;
    }
    const int64_t out = into->count++;
    if (s->row_bytes > 0)
      memcpy(into->bits + (size_t)out * s->row_bytes, sampleset_packed(s, row), s->row_bytes);
    into->energies[out] = s->energies[row];
    into->occurrences[out] = s->occurrences[row];
    into->feasible[out] = s->feasible[row];
  }
}

static int64_t count_distinct(const lehr_sampleset *s, const sort_entry list[]) {
  int64_t count = s->count > 0;
  for (int64_t k = 1; k < s->count; k++) count += compare(s, list[k - 1], list[k]) != 0;
  return count;
}

lehr_status sampleset_sort(lehr_sampleset *s) {
  if (s->count == 0) return LEHR_OK;
  sort_entry *list = malloc(2 * (size_t)s->count * sizeof *list);
  if (!list) return LEHR_ENOMEM;
  list_rows(s, list);
  sort(s, list, list + s->count, s->count);
  lehr_sampleset sorted = {.row_bytes = s->row_bytes};
  const bool is_made = sampleset_resize(&sorted, count_distinct(s, list));
  if (is_made) {
    gather(s, list, &sorted);
    sampleset_drop(s);
    s->bits = sorted.bits;
    s->energies = sorted.energies;
    s->occurrences = sorted.occurrences;
    s->feasible = sorted.feasible;
    s->count = sorted.count;
    s->capacity = sorted.capacity;
  } else {
    sampleset_drop(&sorted);
  }
  free(list);
  return is_made ? LEHR_OK : LEHR_ENOMEM;
}
