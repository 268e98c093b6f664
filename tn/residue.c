/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/residue.h"

#include "base/error.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t residue_power(uint64_t a, uint64_t exponent, uint64_t prime) {
  uint64_t result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = residue_mul(result, a, prime);
    a = residue_mul(a, a, prime);
  }
  return result;
}

/* Whether odd q > 37 passes for base a: q - 1 = odd * 2^twos. */
static bool passes(uint64_t q, uint64_t a) {
  const int twos = __builtin_ctzll(q - 1);
  uint64_t x = residue_power(a, (q - 1) >> twos, q);
  if (x == 1 || x == q - 1) return true;
  for (int k = 1; k < twos; k++) {
    x = residue_mul(x, x, q);
    if (x == q - 1) return true;
  }
  return false;
}

static bool is_prime(uint64_t q) {
  static const uint64_t bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  for (size_t k = 0; k < sizeof bases / sizeof *bases; k++) {
    if (q % bases[k] == 0) return q == bases[k];
    if (!passes(q, bases[k])) return false;
  }
  return true;
}

uint64_t residue_prime_below(uint64_t above) {
  uint64_t q = above - 1;
  while (!is_prime(q)) q--;
  return q;
}

/* Digits d with number = d[0] + p[0] (d[1] + p[1] (d[2] + ...)). */
static void mixed_radix(const uint64_t primes[], const uint64_t residues[], int32_t count,
                        uint64_t digits[]) {
  for (int32_t k = 0; k < count; k++) {
    const uint64_t p = primes[k];
    uint64_t value = 0, radix = 1; /* of the digits so far, modulo p */
    for (int32_t i = 0; i < k; i++) {
      value = residue_add(value, residue_mul(digits[i] % p, radix, p), p);
      radix = residue_mul(radix, primes[i] % p, p);
    }
    const uint64_t difference = residue_add(residues[k], p - value, p) % p;
    digits[k] = residue_mul(difference, residue_power(radix, p - 2, p), p);
  }
}

static const uint64_t limb_size = UINT64_C(1000000000000000000);

/* number = number * factor + add, in limbs of 18 decimals; returns how many there are. */
static size_t multiply_add(uint64_t limb[], size_t limbs, uint64_t factor, uint64_t add) {
  for (size_t k = 0; k < limbs; k++) {
    const residue_product product = (residue_product)limb[k] * factor + add;
    limb[k] = (uint64_t)(product % limb_size);
    add = (uint64_t)(product / limb_size);
  }
  for (; add > 0; add /= limb_size) limb[limbs++] = add % limb_size;
  return limbs;
}

enum { LIMB_DIGITS = 18 };

static char *print(const uint64_t limb[], size_t limbs) {
  const size_t room = LIMB_DIGITS * limbs + 4;
  char *text = malloc(room);
  size_t length = 0;
  if (!text) return NULL;
  length += (size_t)snprintf(text, room, "%" PRIu64, limbs ? limb[limbs - 1] : 0);
  for (size_t k = limbs; k-- > 1;)
    length += (size_t)snprintf(text + length, room - length, "%018" PRIu64, limb[k - 1]);
  return text;
}

lehr_status residue_decimal(const uint64_t primes[], const uint64_t residues[], int32_t count,
                            char **decimal, lehr_error *err) {
  uint64_t *digits = memory_array((size_t)count, sizeof *digits);
  uint64_t *limb = memory_array(2 * (size_t)count + 2, sizeof *limb);
  size_t limbs = 0;
  *decimal = NULL;
  if (digits && limb) {
    mixed_radix(primes, residues, count, digits);
    for (int32_t k = count - 1; k >= 0; k--)
      limbs = multiply_add(limb, limbs, primes[k], digits[k]);
    *decimal = print(limb, limbs);
  }
  free(digits);
  free(limb);
  return *decimal ? LEHR_OK : error_memory(err, (uint64_t)count * 24);
}
