/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/cluster.h"

#include <string.h>

uint64_t clusters_bytes(int32_t n) {
  const uint64_t size = (uint64_t)n + 1;
  return size * (2 * sizeof(int32_t) + sizeof(int64_t)) + 16 * (size / 64 + 1) + 5 * 64;
}

bool clusters_make(clusters *c, int32_t n, lehr_run *run) {
  const size_t size = (size_t)n + 1, words = (size_t)cluster_words(n);
  *c = (clusters){.site = run->alloc(run, size * sizeof *c->site)};
  c->first = run->alloc(run, size * sizeof *c->first);
  c->outward = run->alloc(run, size * sizeof *c->outward);
  c->differs = run->alloc(run, words * sizeof *c->differs);
  c->unseen = run->alloc(run, words * sizeof *c->unseen);
  return c->site && c->first && c->outward && c->differs && c->unseen;
}

void cluster_pack(int32_t n, const uint8_t bits[], uint64_t row[]) {
  memset(row, 0, (size_t)cluster_words(n) * sizeof *row);
  for (int32_t i = 0; i < n; i++) row[i >> 6] |= (uint64_t)bits[i] << (i & 63);
}

void cluster_unpack(int32_t n, const uint64_t row[], uint8_t bits[]) {
  for (int32_t i = 0; i < n; i++) bits[i] = cluster_bit(row, i);
}

__extension__ typedef __int128 wide;

/* Fields are below 2^62, but sums of many need not be. */
static int64_t clamp(wide sum) {
  if (sum > INT64_MAX) return INT64_MAX;
  return sum < -INT64_MAX ? -INT64_MAX : (int64_t)sum;
}

/* Appends the cluster of `root`, which unseen no longer holds; the list itself is the queue. */
static int32_t grow(clusters *c, const spin_form *f, const uint64_t a[], int32_t root,
                    int32_t begin) {
  wide outward = 0;
  int32_t end = begin;
  c->site[end++] = root;
  for (int32_t next = begin; next < end; next++) {
    const int32_t i = c->site[next];
    const bool up = cluster_bit(a, i);
    int64_t sum = f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      const int32_t j = f->col[k];
      const uint64_t bit = UINT64_C(1) << (j & 63);
      if (!(c->differs[j >> 6] & bit)) {
        sum += a[j >> 6] & bit ? f->J[k] : -f->J[k];
      } else if (c->unseen[j >> 6] & bit) {
        c->unseen[j >> 6] ^= bit;
        c->site[end++] = j;
      }
    }
    outward += up ? sum : -sum;
  }
  c->outward[c->count] = clamp(outward);
  return end;
}

static void mark(const clusters *c, int32_t n, int32_t label[]) {
  memset(label, 0xff, (size_t)n * sizeof *label);
  for (int32_t k = 0; k < c->count; k++)
    for (int32_t p = c->first[k]; p < c->first[k + 1]; p++) label[c->site[p]] = k;
}

void clusters_find(clusters *c, const spin_form *f, const uint64_t a[], const uint64_t b[],
                   int32_t label[]) {
  const int64_t words = cluster_words(f->n);
  int32_t end = 0;
  c->count = 0;
  c->first[0] = 0;
  for (int64_t w = 0; w < words; w++) c->differs[w] = c->unseen[w] = a[w] ^ b[w];
  for (int64_t w = 0; w < words; w++) {
    while (c->unseen[w]) {
      const int32_t root = (int32_t)(w * 64) + __builtin_ctzll(c->unseen[w]);
      c->unseen[w] &= c->unseen[w] - 1;
      end = grow(c, f, a, root, end);
      c->first[++c->count] = end;
    }
  }
  if (label) mark(c, f->n, label);
}
