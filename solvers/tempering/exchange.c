/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/exchange.h"

#include "base/real.h"

bool exchange_whole(double b_cold, double b_hot, double e_cold, double e_hot, philox_stream *s) {
  const double log_ratio = (b_cold - b_hot) * (e_cold - e_hot);
  const double u = philox_unit(s); /* always drawn, so that streams stay in step */
  return log_ratio >= 0 || u < real_exp(log_ratio);
}

static int64_t count_differing(int32_t n, const uint64_t a[], const uint64_t b[]) {
  int64_t count = 0;
  for (int64_t w = 0; w < cluster_words(n); w++) count += __builtin_popcountll(a[w] ^ b[w]);
  return count;
}

static void flip_all(int32_t n, uint64_t row[]) {
  const int64_t words = cluster_words(n);
  for (int64_t w = 0; w < words; w++) row[w] = ~row[w];
  if (n % 64 != 0) row[words - 1] &= (UINT64_C(1) << (n % 64)) - 1;
}

static bool accepts(double x, philox_stream *s) {
  if (x > 40) return true;
  if (x < -40) return false;
  return philox_unit(s) * (1 + real_exp(-x)) < 1;
}

exchange_result exchange_clusters(clusters *c, const spin_form *f, bool has_h, double difference,
                                  uint64_t cold[], uint64_t hot[], philox_stream *s) {
  int32_t largest = 0, moved = 0;
  const bool is_opposite = !has_h && 2 * count_differing(f->n, cold, hot) > f->n;
  if (is_opposite) flip_all(f->n, hot);
  clusters_find(c, f, cold, hot, NULL);
  for (int32_t k = 0; k < c->count; k++) {
    const int32_t size = c->first[k + 1] - c->first[k];
    if (size > largest) largest = size;
    /* The cold state changes by -2 outward. */
    if (!accepts(2 * difference * (double)c->outward[k], s)) continue;
    moved += size;
    for (int32_t p = c->first[k]; p < c->first[k + 1]; p++) {
      const int32_t i = c->site[p];
      cold[i >> 6] ^= UINT64_C(1) << (i & 63);
      hot[i >> 6] ^= UINT64_C(1) << (i & 63);
    }
  }
  if (is_opposite) flip_all(f->n, hot);
  const int32_t differing = c->first[c->count];
  return (exchange_result){
      .is_swapped = 2 * moved > differing, .differing = differing, .loose = differing - largest};
}
