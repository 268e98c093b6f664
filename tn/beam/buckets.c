/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/beam/buckets.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void buckets_free(beam_buckets *b) {
  for (int64_t k = 0; k < b->count; k++) {
    free(b->bucket[k].gap);
    free(b->bucket[k].floor);
  }
  free(b->begin);
  free(b->end);
  free(b->inherits);
  free(b->bucket);
  free(b->scopes);
  *b = (beam_buckets){0};
}

/* ---- Scopes ---- */

/* Buckets of one variable while they are put together. */
typedef struct split {
  beam_buckets *b;
  const bucket_limits *limits;
  int32_t most;
  int32_t *merged; /* [most] */
  int32_t *placed; /* [n] rank of the last variable that has it in one of its scopes */
} split;

static int32_t *scope_of(const beam_buckets *b, const beam_bucket *k) {
  return b->scopes + k->scope;
}

/* A bucket with an empty scope and room for `most`; -1 when memory is short. */
static int64_t add_bucket(const split *s) {
  beam_buckets *b = s->b;
  if (b->count == b->room) {
    const int64_t room = 2 * b->room + 64;
    if (room > INT32_MAX || !memory_grow((void **)&b->bucket, (size_t)room, sizeof *b->bucket))
      return -1;
    b->room = room;
  }
  if (b->n_scopes + s->most > b->scopes_room) {
    const int64_t room = 2 * b->scopes_room + s->most + 256;
    if (!memory_grow((void **)&b->scopes, (size_t)room, sizeof *b->scopes)) return -1;
    b->scopes_room = room;
  }
  b->bucket[b->count] = (beam_bucket){.heir = -1, .next = -1, .scope = b->n_scopes};
  b->n_scopes += s->most;
  return b->count++;
}

/* Variables of the two lists, ascending by rank, into merged; -1 if there are more than most. */
static int32_t merge_scopes(const split *s, const int32_t a[], int32_t n_a, const int32_t c[],
                            int32_t n_c) {
  const int32_t *rank = s->b->walk->rank;
  int32_t count = 0, i = 0, j = 0;
  while (i < n_a || j < n_c) {
    if (count == s->most) return -1;
    if (j == n_c || (i < n_a && rank[a[i]] < rank[c[j]]))
      s->merged[count++] = a[i++];
    else if (i == n_a || rank[c[j]] < rank[a[i]])
      s->merged[count++] = c[j++];
    else
      s->merged[count++] = a[i++], j++;
  }
  return count;
}

/* The bucket from `from` on that takes the list with the least growth, or a new one. */
static int64_t place(const split *s, int64_t from, const int32_t list[], int32_t size) {
  beam_buckets *b = s->b;
  int64_t best = -1;
  int32_t least = INT32_MAX;
  for (int64_t k = from; k < b->count; k++) {
    const beam_bucket *bucket = &b->bucket[k];
    const int32_t count = merge_scopes(s, scope_of(b, bucket), bucket->size, list, size);
    if (count >= 0 && count - bucket->size < least) {
      least = count - bucket->size;
      best = k;
    }
  }
  if (best < 0) best = add_bucket(s);
  if (best < 0) return -1;
  beam_bucket *bucket = &b->bucket[best];
  bucket->size = merge_scopes(s, scope_of(b, bucket), bucket->size, list, size);
  memcpy(scope_of(b, bucket), s->merged, (size_t)bucket->size * sizeof *s->merged);
  return best;
}

/* The inherited tables, the larger ones first. */
static bool place_inherited(const split *s, int64_t from, int32_t v) {
  beam_buckets *b = s->b;
  for (int32_t size = s->most; size > 0; size--)
    for (int32_t k = b->inherits[v]; k >= 0; k = b->bucket[k].next) {
      if (b->bucket[k].size != size) continue;
      int32_t list[BUCKET_MOST];
      memcpy(list, scope_of(b, &b->bucket[k]), (size_t)size * sizeof *list);
      const int64_t heir = place(s, from, list, size - 1);
      if (heir < 0) return false;
      b->bucket[k].heir = (int32_t)heir;
    }
  return true;
}

/* Those that no table has brought, into the first bucket that has room. */
static bool place_couplings(const split *s, const tn_network *t, int64_t from, int32_t v) {
  beam_buckets *b = s->b;
  const int32_t *rank = b->walk->rank;
  int64_t open = from;
  for (int64_t k = from; k < b->count; k++)
    for (int32_t i = 0; i < b->bucket[k].size; i++)
      s->placed[scope_of(b, &b->bucket[k])[i]] = rank[v];
  for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
    const int32_t u = t->col[k];
    if (rank[u] > rank[v] || s->placed[u] == rank[v]) continue;
    while (open < b->count && b->bucket[open].size == s->most) open++;
    if (open == b->count && add_bucket(s) < 0) return false;
    beam_bucket *bucket = &b->bucket[open];
    bucket->size = merge_scopes(s, scope_of(b, bucket), bucket->size, &u, 1);
    memcpy(scope_of(b, bucket), s->merged, (size_t)bucket->size * sizeof *s->merged);
  }
  return b->count > from || add_bucket(s) >= 0;
}

/* Hands the buckets of v on, and counts what filling them takes. `live`: entries of floors. */
static void settle(beam_buckets *b, int64_t from, int32_t v, double *live, double *peak) {
  double freed = 0;
  for (int32_t k = b->inherits[v]; k >= 0; k = b->bucket[k].next)
    freed += (double)(UINT64_C(1) << b->bucket[k].size);
  for (int64_t k = from; k < b->count; k++) {
    beam_bucket *bucket = &b->bucket[k];
    const double size = (double)(UINT64_C(1) << bucket->size);
    if (bucket->size > 0) *live += size;
    b->entries += 2 * size;
    b->bytes += (uint64_t)size * sizeof *bucket->gap;
    if (bucket->size == 0) continue;
    const int32_t last = scope_of(b, bucket)[bucket->size - 1];
    bucket->next = b->inherits[last];
    b->inherits[last] = (int32_t)k;
  }
  for (int32_t k = b->inherits[v]; k >= 0; k = b->bucket[k].next)
    b->entries += (double)(UINT64_C(1) << b->bucket[b->bucket[k].heir].size);
  if (*live > *peak) *peak = *live;
  *live -= freed;
  b->is_exact &= b->count == from + 1;
}

/* Variable by variable, backwards. EUNAVAILABLE as soon as a limit is passed. */
static lehr_status shape_all(const split *s, const tn_network *t) {
  beam_buckets *b = s->b;
  double live = 0, peak = 0;
  for (int32_t v = 0; v < t->n; v++) b->inherits[v] = s->placed[v] = -1;
  for (int32_t k = t->n - 1; k >= 0; k--) {
    const int32_t v = b->walk->order[k];
    const int64_t from = b->count;
    if (!place_inherited(s, from, v) || !place_couplings(s, t, from, v)) return LEHR_ENOMEM;
    settle(b, from, v, &live, &peak);
    if ((double)b->bytes + 8 * peak > (double)s->limits->bytes || b->entries > s->limits->entries)
      return LEHR_EUNAVAILABLE;
    b->begin[k] = (int32_t)from;
    b->end[k] = (int32_t)b->count;
  }
  b->bytes += (uint64_t)peak * sizeof(int64_t) + (uint64_t)b->room * sizeof *b->bucket +
              (uint64_t)b->scopes_room * sizeof *b->scopes;
  return LEHR_OK;
}

lehr_status buckets_shape(const tn_network *t, const beam_walk *w, const bucket_limits *limits,
                          beam_buckets *out, lehr_error *err) {
  const size_t n = (size_t)t->n;
  int32_t merged[BUCKET_MOST];
  *out = (beam_buckets){.walk = w, .is_exact = true, .most = limits->most};
  const split s = {.b = out,
                   .limits = limits,
                   .most = limits->most,
                   .merged = merged,
                   .placed = memory_array(n, sizeof *s.placed)};
  out->begin = memory_array(n, sizeof *out->begin);
  out->end = memory_array(n, sizeof *out->end);
  out->inherits = memory_array(n, sizeof *out->inherits);
  lehr_status status = LEHR_ENOMEM;
  if (s.placed && out->begin && out->end && out->inherits) status = shape_all(&s, t);
  free(s.placed);
  if (status != LEHR_OK) buckets_free(out);
  if (status == LEHR_ENOMEM) return error_memory(err, n * 64);
  return status == LEHR_OK ? status : error_set(err, status, "mini-buckets are too large");
}

lehr_status buckets_fit(const tn_network *t, const beam_walk *w, const bucket_limits *limits,
                        beam_buckets *out, lehr_error *err) {
  bucket_limits now = *limits;
  if (now.most > w->width) now.most = w->width > 0 ? w->width : 1;
  for (; now.most > 1; now.most--) {
    const lehr_status status = buckets_shape(t, w, &now, out, err);
    if (status != LEHR_EUNAVAILABLE) return status;
  }
  now.bytes = UINT64_MAX;
  now.entries = INFINITY;
  return buckets_shape(t, w, &now, out, err);
}
