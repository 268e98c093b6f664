/* SPDX-License-Identifier: Apache-2.0 */
/* tn/residue.h - arithmetic modulo primes below 2^62, and numbers of any size from their residues.
 *
 * Values are reduced, 0..prime-1. */
#ifndef LEHR_TN_RESIDUE_H
#define LEHR_TN_RESIDUE_H

#include "tn/natural.h"

#include <stdint.h>

__extension__ typedef unsigned __int128 residue_product;

static inline uint64_t residue_add(uint64_t a, uint64_t b, uint64_t prime) {
  const uint64_t sum = a + b;
  return sum >= prime ? sum - prime : sum;
}

static inline uint64_t residue_mul(uint64_t a, uint64_t b, uint64_t prime) {
  return (uint64_t)((residue_product)a * b % prime);
}

/* a^exponent. */
uint64_t residue_power(uint64_t a, uint64_t exponent, uint64_t prime);

/* The largest prime below `above`, 3 < above <= 2^62: the sequence of primes that counts use begins
 * with above = 2^62. Miller, Rabin with the twelve bases that decide up to 2^64 (Sorenson, Webster
 * 2017). */
uint64_t residue_prime_below(uint64_t above);

/* *number becomes the one below the product of primes[count] that has these residues. Mixed radix
 * (Garner 1959). ENOMEM. O(count^2) */
lehr_status residue_natural(const uint64_t primes[], const uint64_t residues[], int32_t count,
                            natural *number, lehr_error *err);

#endif
