/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/residue.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

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

lehr_status residue_natural(const uint64_t primes[], const uint64_t residues[], int32_t count,
                            natural *number, lehr_error *err) {
  uint64_t *digits = memory_array((size_t)count, sizeof *digits);
  lehr_status status = digits ? LEHR_OK : error_memory(err, (uint64_t)count * 8);
  if (status == LEHR_OK) {
    mixed_radix(primes, residues, count, digits);
    natural_clear(number);
  }
  for (int32_t k = count - 1; k >= 0 && status == LEHR_OK; k--)
    status = natural_multiply_add(number, primes[k], digits[k], err);
  free(digits);
  return status;
}
