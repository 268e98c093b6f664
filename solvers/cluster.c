/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/cluster.h"

#include <string.h>

uint64_t clusters_bytes(int32_t n) {
  const uint64_t size = (uint64_t)n + 1;
  return size * (2 * sizeof(int32_t) + sizeof(int64_t) + 1) + 8 + 4 * 64;
}

bool clusters_make(clusters *c, int32_t n, lehr_run *run) {
  const size_t size = (size_t)n + 1;
  *c = (clusters){.site = run->alloc(run, size * sizeof *c->site)};
  c->first = run->alloc(run, size * sizeof *c->first);
  c->outward = run->alloc(run, size * sizeof *c->outward);
  c->about = run->alloc(run, size + 8);
  return c->site && c->first && c->outward && c->about;
}

bool clusters_link(clusters *c, const spin_form *f, lehr_run *run) {
  if (f->magnitude == 0) return true;
  int32_t *link = run->alloc(run, (size_t)f->row[f->n] * sizeof *link);
  if (!link) return false;
  for (int64_t k = 0; k < f->row[f->n]; k++)
    link[k] = f->J[k] < 0 ? f->col[k] | INT32_MIN : f->col[k];
  c->link = link;
  return true;
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

/* Whether a neighbour differs and was seen is as good as random, so there are no branches on it:
 * what is written behind the end is written over. Returns the new end. */
static inline int32_t visit(clusters *c, int32_t j, int32_t end) {
  const uint8_t what = c->about[j];
  c->site[end] = j;
  c->about[j] = what & (UP | DIFFERS);
  return end + (what >> 2);
}

/* Spins of neighbours that do not differ, as -1 and +1; else 0. */
static inline int64_t outer_spin(uint8_t what) {
  return ((what & UP) * 2 - 1) & ((what >> 1 & 1) - 1);
}

/* Sum of J s over the neighbours of i that do not differ; those that do are appended. */
static inline int64_t look_around(clusters *c, const spin_form *f, int32_t i, int32_t *end) {
  int64_t sum = 0;
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
    const int32_t j = f->col[k];
    sum += outer_spin(c->about[j]) * f->J[k];
    *end = visit(c, j, *end);
  }
  return sum;
}

static inline int64_t look_around_links(clusters *c, const spin_form *f, int32_t i, int32_t *end) {
  int64_t sum = 0;
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
    const int32_t link = c->link[k], j = link & INT32_MAX, sign = link >> 31 | 1;
    sum += outer_spin(c->about[j]) * sign;
    *end = visit(c, j, *end);
  }
  return sum * f->magnitude;
}

/* Appends the cluster of `root`, which is no longer UNSEEN; the list itself is the queue. */
static int32_t grow(clusters *c, const spin_form *f, int32_t root, int32_t begin) {
  wide outward = 0;
  int32_t end = begin;
  c->site[end++] = root;
  for (int32_t next = begin; next < end; next++) {
    const int32_t i = c->site[next];
    const int64_t sum =
        f->h[i] + (c->link ? look_around_links(c, f, i, &end) : look_around(c, f, i, &end));
    outward += c->about[i] & UP ? sum : -sum;
  }
  c->outward[c->count] = clamp(outward);
  return end;
}

static void mark(const clusters *c, int32_t n, int32_t label[]) {
  memset(label, 0xff, (size_t)n * sizeof *label);
  for (int32_t k = 0; k < c->count; k++)
    for (int32_t p = c->first[k]; p < c->first[k + 1]; p++) label[c->site[p]] = k;
}

/* Byte k of the result is bit k of x (0..255): each byte gets all of x, keeps the bit it wants, and
 * a carry within the byte makes that 1. */
static uint64_t spread(uint64_t x) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  const uint64_t bits = x * ones & UINT64_C(0x8040201008040201);
  const uint64_t bytes = (bits + 0x7f * ones) >> 7 & ones;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap64(bytes);
#else
  return bytes;
#endif
}

static void look(clusters *c, int32_t n, const uint64_t a[], const uint64_t b[]) {
  for (int32_t i = 0; i < n; i += 8) {
    const int shift = i & 63;
    const uint64_t up = a[i >> 6] >> shift & 0xff, differs = up ^ (b[i >> 6] >> shift & 0xff);
    const uint64_t about = spread(up) * UP | spread(differs) * (DIFFERS | UNSEEN);
    memcpy(c->about + i, &about, sizeof about);
  }
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
