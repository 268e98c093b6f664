/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/cluster.h"

#include <string.h>

uint64_t clusters_bytes(int32_t n) {
  const uint64_t size = (uint64_t)n + 1;
  return size * (2 * sizeof(int32_t) + sizeof(int64_t) + 1) + 4 * 64;
}

bool clusters_make(clusters *c, int32_t n, lehr_run *run) {
  const size_t size = (size_t)n + 1;
  *c = (clusters){.site = run->alloc(run, size * sizeof *c->site)};
  c->first = run->alloc(run, size * sizeof *c->first);
  c->outward = run->alloc(run, size * sizeof *c->outward);
  c->about = run->alloc(run, size);
  return c->site && c->first && c->outward && c->about;
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

/* What is known of a site, in one byte. */
enum { UP = 1, DIFFERS = 2, UNSEEN = 4 };

/* Appends the cluster of `root`, which is no longer UNSEEN; the list itself is the queue. Whether a
 * neighbour differs and was seen is as good as random, so there are no branches on it: what is
 * written behind the end is written over. */
static int32_t grow(clusters *c, const spin_form *f, int32_t root, int32_t begin) {
  uint8_t *about = c->about;
  int32_t *site = c->site;
  wide outward = 0;
  int32_t end = begin;
  site[end++] = root;
  for (int32_t next = begin; next < end; next++) {
    const int32_t i = site[next];
    int64_t sum = f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      const int32_t j = f->col[k];
      const uint8_t what = about[j];
      const int64_t is_down = (what & UP) - 1, is_alike = (what >> 1 & 1) - 1;
      sum += ((f->J[k] ^ is_down) - is_down) & is_alike;
      site[end] = j;
      end += what >> 2;
      about[j] = what & (UP | DIFFERS);
    }
    outward += about[i] & UP ? sum : -sum;
  }
  c->outward[c->count] = clamp(outward);
  return end;
}

static void mark(const clusters *c, int32_t n, int32_t label[]) {
  memset(label, 0xff, (size_t)n * sizeof *label);
  for (int32_t k = 0; k < c->count; k++)
    for (int32_t p = c->first[k]; p < c->first[k + 1]; p++) label[c->site[p]] = k;
}

static void look(clusters *c, int32_t n, const uint64_t a[], const uint64_t b[]) {
  for (int32_t i = 0; i < n; i++)
    c->about[i] = (uint8_t)(cluster_bit(a, i) * UP | cluster_bit(b, i) * (DIFFERS | UNSEEN));
  for (int32_t i = 0; i < n; i++) c->about[i] ^= (c->about[i] & UP) * (DIFFERS | UNSEEN);
}

void clusters_find(clusters *c, const spin_form *f, const uint64_t a[], const uint64_t b[],
                   int32_t label[]) {
  const int64_t words = cluster_words(f->n);
  int32_t end = 0;
  c->count = 0;
  c->first[0] = 0;
  look(c, f->n, a, b);
  for (int64_t w = 0; w < words; w++)
    for (uint64_t left = a[w] ^ b[w]; left; left &= left - 1) {
      const int32_t root = (int32_t)(w * 64) + __builtin_ctzll(left);
      if (!(c->about[root] & UNSEEN)) continue;
      c->about[root] ^= UNSEEN;
      end = grow(c, f, root, end);
      c->first[++c->count] = end;
    }
  if (label) mark(c, f->n, label);
}
