/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/recombine.h"

uint64_t recombine_bytes(int32_t n) {
  return clusters_bytes(n) + 8 * (uint64_t)cluster_words(n) + 64;
}

bool recombine_make(recombine *r, const spin_form *f, lehr_run *run) {
  *r = (recombine){.form = f, .is_symmetric = true};
  for (int32_t i = 0; i < f->n && r->is_symmetric; i++) r->is_symmetric = f->h[i] == 0;
  r->opposite = run->alloc(run, (size_t)cluster_words(f->n) * sizeof *r->opposite);
  return r->opposite && clusters_make(&r->clusters, f->n, run);
}

static int64_t add(int64_t sum, int64_t gain) {
  return gain > INT64_MAX - sum ? INT64_MAX : sum + gain;
}

/* The one of `from` and its complement that is nearer to `into`; `from` where both are as near. */
static const uint64_t *nearer(recombine *r, const uint64_t into[], const uint64_t from[]) {
  const int32_t n = r->form->n;
  const int64_t words = cluster_words(n);
  int64_t distance = 0;
  for (int64_t w = 0; w < words; w++) distance += __builtin_popcountll(into[w] ^ from[w]);
  if (2 * distance <= n) return from;
  for (int64_t w = 0; w < words; w++) r->opposite[w] = ~from[w];
  if (n % 64) r->opposite[words - 1] &= (UINT64_C(1) << n % 64) - 1;
  return r->opposite;
}

int64_t recombine_into(recombine *r, uint64_t into[], const uint64_t from[], recombine_ties ties) {
  clusters *c = &r->clusters;
  int64_t gain = 0;
  clusters_find(c, r->form, into, r->is_symmetric ? nearer(r, into, from) : from, NULL);
  for (int32_t k = 0; k < c->count; k++) {
    const int64_t outward = c->outward[k];
    if (outward < (ties == RECOMBINE_KEEP_TIES)) continue;
    gain = add(gain, add(outward, outward));
    for (int32_t p = c->first[k]; p < c->first[k + 1]; p++)
      into[c->site[p] >> 6] ^= UINT64_C(1) << (c->site[p] & 63);
  }
  return gain;
}
