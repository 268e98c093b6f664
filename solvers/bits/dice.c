/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/bits/dice.h"

#include "base/real.h"

#include <string.h>

/* Words of noise made anew for each sweep: a temperature changes little from one to the next. */
enum { STIRRED = 16 };

static size_t noise_bytes(int words) { return 2 * BITS_NOISE * (size_t)words * sizeof(uint64_t); }

uint64_t bits_dice_bytes(int32_t quantiles) {
  const int words = BITS_BLOCK / BITS_WORD;
  return (uint64_t)quantiles * 2 * sizeof(int32_t) + noise_bytes(words) + 2 * 8 * sizeof(uint64_t) +
         256;
}

bool bits_dice_make(bit_dice *d, const bit_kernel *kernel, bit_quantiles q, lehr_run *run) {
  *d = (bit_dice){.kernel = kernel, .quantiles = q, .stirred = -1};
  d->drop = run->alloc(run, (size_t)q.count * sizeof *d->drop);
  d->noise.word = run->alloc(run, noise_bytes(kernel->words));
  d->noise.state = run->alloc(run, 2 * (size_t)kernel->words * sizeof(uint64_t));
  return d->drop && d->noise.word && d->noise.state;
}

void bits_dice_seed(bit_dice *d, uint64_t key, int64_t first) {
  bits_seed(d->noise.state, d->kernel->words, key, first);
  d->stirred = -1;
}

/* Digits that replicas share, of y = floor(temperature * quantile[k]), at most what flips every
 * site. Exact operations only, so that all machines agree. */
static void fill_drops(bit_dice *d, double temperature, int64_t most) {
  const float factor = (float)temperature, cap = (float)most + 4;
  for (int32_t k = 0; k < d->quantiles.count; k++) {
    const float value = factor * d->quantiles.value[k];
    const int32_t y = (int32_t)(value < cap ? value : cap);
    d->drop[k][0] = y >> 2 << 1;
    d->drop[k][1] = y >> 1;
  }
}

/* Makes some of the noise anew, of density 1 / (1 + exp(2^j / temperature)): in words of the
 * densities of BITS_DENSITY digits next to it, so mixed that the mean is right. */
static void stir(bit_dice *d, double temperature, philox_block random) {
  int32_t level[STIRRED];
  for (int pool = 0; pool < 2; pool++) {
    const double q = real_exp((pool ? -1 : -2) / temperature);
    const double wanted = q / (1 + q) * (1 << BITS_DENSITY);
    for (int k = 0; k < STIRRED; k++) {
      const double u = random.v[2 + pool] * 0x1p-32 + k * (1.0 / STIRRED);
      level[k] = (int32_t)(wanted + (u < 1 ? u : u - 1));
    }
    d->kernel->stir(&d->noise, pool, d->stirred, STIRRED, level);
  }
  d->stirred = (d->stirred + STIRRED) % BITS_NOISE;
}

void bits_dice_throw(bit_dice *d, double temperature, philox_block random, bit_strip *strip) {
  const bool is_first = d->stirred < 0;
  if (is_first) d->stirred = 0;
  fill_drops(d, temperature, strip->model->largest_weight);
  do {
    stir(d, temperature, random);
  } while (is_first && d->stirred != 0);
  strip->drop = d->drop;
  strip->drop_mask = (uint32_t)d->quantiles.count - 1;
  strip->noise = d->noise.word;
  strip->random = random.v[0] | (uint64_t)random.v[1] << 32;
}

void bits_dice_freeze(bit_dice *d, bit_strip *strip) {
  d->drop[0][0] = -1;
  d->drop[0][1] = 0;
  memset(d->noise.word, 0, noise_bytes(d->kernel->words));
  strip->drop = d->drop;
  strip->drop_mask = 0;
  strip->noise = d->noise.word;
}
