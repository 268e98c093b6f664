/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/factors.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void factors_free(tn_factors *f) {
  free(f->first);
  free(f->variable);
  free(f->entry);
  free(f->value);
  free(f->twice);
  free(f->again);
  *f = (tn_factors){0};
}

bool factors_copy(const tn_factors *f, tn_factors *out) {
  *out = (tn_factors){0};
  if (f->count == 0) return true;
  const size_t count = (size_t)f->count, entries = (size_t)f->entry[count];
  *out = (tn_factors){.count = f->count,
                      .first = memory_copy(f->first, count + 1, sizeof *f->first),
                      .variable =
                          memory_copy(f->variable, (size_t)f->first[count], sizeof *f->variable),
                      .entry = memory_copy(f->entry, count + 1, sizeof *f->entry),
                      .value = memory_copy(f->value, entries, sizeof *f->value),
                      .twice = memory_copy(f->twice, entries, 1),
                      .again = memory_copy(f->again, entries, 1)};
  const bool is_made =
      out->first && out->variable && out->entry && out->value && out->twice && out->again;
  if (!is_made) factors_free(out);
  return is_made;
}

/* Room for `size` more elements after the `used` ones: grows by halves, so that where there is room
 * is seen from `used` alone. */
static bool grow(void **array, int64_t used, int64_t more, size_t size) {
  int64_t room = 64;
  while (room < used) room += room / 2;
  if (used > 0 && used + more <= room) return true;
  while (room < used + more) room += room / 2;
  return memory_grow(array, (size_t)room, size);
}

bool factors_append(tn_factors *f, int32_t width, const int32_t variable[]) {
  const int64_t first = f->count > 0 ? f->first[f->count] : 0;
  const int64_t entry = f->count > 0 ? f->entry[f->count] : 0, entries = (int64_t)1 << width;
  if (!grow((void **)&f->first, f->count, 2, sizeof *f->first) ||
      !grow((void **)&f->entry, f->count, 2, sizeof *f->entry) ||
      !grow((void **)&f->variable, first, width, sizeof *f->variable) ||
      !grow((void **)&f->value, entry, entries, sizeof *f->value) ||
      !grow((void **)&f->twice, entry, entries, 1) || !grow((void **)&f->again, entry, entries, 1))
    return false;
  f->first[0] = f->entry[0] = 0;
  memcpy(f->variable + first, variable, (size_t)width * sizeof *variable);
  memset(f->value + entry, 0, (size_t)entries * sizeof *f->value);
  memset(f->twice + entry, 0, (size_t)entries);
  memset(f->again + entry, 0, (size_t)entries);
  f->count++;
  f->first[f->count] = first + width;
  f->entry[f->count] = entry + entries;
  return true;
}

int64_t factors_settle(const tn_factors *f, int32_t k) {
  const tn_factor own = factors_at(f, k);
  int64_t least = own.value[0];
  for (int64_t e = 1; e < (int64_t)1 << own.width; e++)
    if (own.value[e] < least) least = own.value[e];
  for (int64_t e = 0; e < (int64_t)1 << own.width; e++) own.value[e] -= least;
  return least;
}

int64_t factors_entry(const tn_factors *f, int32_t k, const int8_t spins[]) {
  const tn_factor own = factors_at(f, k);
  int64_t entry = 0;
  for (int32_t i = 0; i < own.width; i++) entry |= (int64_t)(spins[own.variable[i]] > 0) << i;
  return entry;
}

int64_t factors_energy(const tn_factors *f, const int8_t spins[]) {
  int64_t sum = 0;
  for (int32_t k = 0; k < f->count; k++) sum += f->value[f->entry[k] + factors_entry(f, k, spins)];
  return sum;
}

/* Entry `e` of the variables at `place`, beside the fixed ones of `base`. */
static int64_t whole_entry(int64_t base, const int32_t place[], int32_t width, int64_t e) {
  for (int32_t i = 0; i < width; i++) base |= (e >> i & 1) << place[i];
  return base;
}

/* Values are even, so that halves of their sums and differences are whole: one of the two is 0
 * after settling. */
static void add_field(const factors_part *out, int32_t variable, int64_t down, int64_t up) {
  out->h[variable] += (up - down) / 2;
  *out->constant += down + (up - down) / 2;
}

bool factors_restrict(const tn_factors *f, int32_t k, const factors_part *out) {
  const tn_factor own = factors_at(f, k);
  int32_t left[64], place[64], width = 0;
  int64_t base = 0;
  for (int32_t i = 0; i < own.width; i++) {
    const int32_t v = own.variable[i], fixed = out->value ? out->value[v] : 0;
    if (fixed != 0) {
      base |= (int64_t)(fixed > 0) << i;
      continue;
    }
    left[width] = out->number[v];
    place[width++] = i;
  }
  if (width == 0) {
    *out->constant += own.value[base];
    return true;
  }
  if (width == 1) {
    add_field(out, left[0], own.value[base], own.value[base | (int64_t)1 << place[0]]);
    return true;
  }
  if (!factors_append(out->factors, width, left)) return false;
  const int32_t last = out->factors->count - 1;
  const tn_factor part = factors_at(out->factors, last);
  for (int64_t e = 0; e < (int64_t)1 << width; e++) {
    const int64_t whole = whole_entry(base, place, width, e);
    part.value[e] = own.value[whole];
    part.twice[e] = own.twice[whole];
    part.again[e] = own.again[whole];
  }
  *out->constant += factors_settle(out->factors, last);
  return true;
}
