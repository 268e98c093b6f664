/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/natural.h"

#include "base/error.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 product;

enum { LIMB_DIGITS = 18 };
static const uint64_t limb_size = UINT64_C(1000000000000000000);

void natural_free(natural *a) {
  free(a->limb);
  *a = (natural){0};
}

/* Room for `count` limbs. */
static bool reserve(natural *a, size_t count) {
  if (count <= a->room) return true;
  const size_t room = 2 * count;
  if (!memory_grow((void **)&a->limb, room, sizeof *a->limb)) return false;
  a->room = room;
  return true;
}

/* What a limb passes on is below 2^64, two more limbs of 10^18. */
lehr_status natural_multiply_add(natural *a, uint64_t factor, uint64_t add, lehr_error *err) {
  if (!reserve(a, a->count + 2)) return error_memory(err, (a->count + 2) * sizeof *a->limb);
  for (size_t k = 0; k < a->count; k++) {
    const product sum = (product)a->limb[k] * factor + add;
    a->limb[k] = (uint64_t)(sum % limb_size);
    add = (uint64_t)(sum / limb_size);
  }
  for (; add > 0; add /= limb_size) a->limb[a->count++] = add % limb_size;
  while (a->count > 0 && a->limb[a->count - 1] == 0) a->count--;
  return LEHR_OK;
}

lehr_status natural_add(natural *a, const natural *b, lehr_error *err) {
  const size_t most = a->count > b->count ? a->count : b->count;
  uint64_t carry = 0;
  if (!reserve(a, most + 1)) return error_memory(err, (most + 1) * sizeof *a->limb);
  for (size_t k = a->count; k <= most; k++) a->limb[k] = 0;
  for (size_t k = 0; k <= most; k++) {
    const uint64_t sum = a->limb[k] + (k < b->count ? b->limb[k] : 0) + carry;
    carry = sum >= limb_size;
    a->limb[k] = carry ? sum - limb_size : sum;
  }
  a->count = most + 1;
  while (a->count > 0 && a->limb[a->count - 1] == 0) a->count--;
  return LEHR_OK;
}

lehr_status natural_multiply(natural *a, const natural *b, lehr_error *err) {
  natural sum = {0};
  const size_t room = a->count + b->count + 1;
  if (!reserve(&sum, room)) return error_memory(err, room * sizeof *sum.limb);
  for (size_t k = 0; k < room; k++) sum.limb[k] = 0;
  for (size_t i = 0; i < b->count; i++) {
    uint64_t carry = 0;
    for (size_t k = 0; k < a->count || carry > 0; k++) {
      const product here =
          (product)(k < a->count ? a->limb[k] : 0) * b->limb[i] + sum.limb[i + k] + carry;
      sum.limb[i + k] = (uint64_t)(here % limb_size);
      carry = (uint64_t)(here / limb_size);
    }
  }
  sum.count = room;
  while (sum.count > 0 && sum.limb[sum.count - 1] == 0) sum.count--;
  natural_free(a);
  *a = sum;
  return LEHR_OK;
}

lehr_status natural_shift(natural *a, int32_t exponent, lehr_error *err) {
  enum { STEP = 62 };
  lehr_status status = LEHR_OK;
  for (; exponent > 0 && status == LEHR_OK; exponent -= STEP)
    status = natural_multiply_add(a, UINT64_C(1) << (exponent < STEP ? exponent : STEP), 0, err);
  return status;
}

char *natural_decimal(const natural *a) {
  const size_t room = LIMB_DIGITS * a->count + 4;
  char *const text = malloc(room);
  size_t length = 0;
  if (!text) return NULL;
  length += (size_t)snprintf(text, room, "%" PRIu64, a->count ? a->limb[a->count - 1] : 0);
  for (size_t k = a->count; k-- > 1;)
    length += (size_t)snprintf(text + length, room - length, "%018" PRIu64, a->limb[k - 1]);
  return text;
}
