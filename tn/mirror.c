/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/mirror.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "tn/parts.h"

#include <stdlib.h>
#include <string.h>

void mirror_free(tn_mirror *m) {
  free(m->place);
  free(m->number);
  free(m->part);
  free(m->fixed);
  free(m->first);
  free(m->neighbour);
  *m = (tn_mirror){0};
}

/* ---- Which spins are fixed ---- */

static bool part_is_even(const tn_network *t, const tn_parts *p, int32_t k) {
  if (p->first_factor[k] < p->first_factor[k + 1]) return false;
  for (int32_t i = p->first[k]; i < p->first[k + 1]; i++)
    if (t->h[p->member[i]] != 0) return false;
  return true;
}

static void fix_one(const tn_parts *p, int32_t k, const double weight[], tn_mirror *m) {
  int32_t heaviest = p->member[p->first[k]];
  for (int32_t i = p->first[k]; i < p->first[k + 1]; i++) {
    const int32_t v = p->member[i];
    m->part[v] = m->count;
    if (weight[v] > weight[heaviest]) heaviest = v;
  }
  m->fixed[m->count++] = heaviest;
}

static bool keep_neighbours(const tn_network *t, tn_mirror *m) {
  m->first = memory_array((size_t)m->count + 1, sizeof *m->first);
  if (!m->first) return false;
  for (int32_t k = 0; k < m->count; k++)
    m->first[k + 1] = m->first[k] + (int32_t)(t->row[m->fixed[k] + 1] - t->row[m->fixed[k]]);
  m->neighbour = memory_array((size_t)m->first[m->count], sizeof *m->neighbour);
  for (int32_t k = 0; m->neighbour && k < m->count; k++)
    memcpy(m->neighbour + m->first[k], t->col + t->row[m->fixed[k]],
           (size_t)(m->first[k + 1] - m->first[k]) * sizeof *m->neighbour);
  return m->neighbour;
}

static void number_others(tn_mirror *m) {
  int32_t next = 0;
  for (int32_t k = 0; k < m->count; k++) m->place[m->fixed[k]] = -1;
  for (int32_t v = 0; v < m->n; v++) {
    if (m->place[v] < 0) continue;
    m->number[next] = v;
    m->place[v] = next++;
  }
}

lehr_status mirror_make(const tn_network *t, const double weight[], tn_mirror *out,
                        lehr_error *err) {
  const size_t n = (size_t)t->n;
  tn_parts parts = {0};
  *out = (tn_mirror){.n = t->n,
                     .place = memory_array(n, sizeof *out->place),
                     .number = memory_array(n, sizeof *out->number),
                     .part = memory_array(n, sizeof *out->part)};
  lehr_status status = LEHR_OK;
  if (weight) status = parts_find(t, &parts, err);
  out->fixed = memory_array((size_t)parts.count, sizeof *out->fixed);
  bool is_made = status == LEHR_OK && out->place && out->number && out->part && out->fixed;
  for (size_t v = 0; is_made && v < n; v++) out->part[v] = -1;
  for (int32_t k = 0; is_made && k < parts.count; k++)
    if (part_is_even(t, &parts, k)) fix_one(&parts, k, weight, out);
  parts_free(&parts);
  is_made = is_made && keep_neighbours(t, out);
  if (is_made) {
    number_others(out);
    return LEHR_OK;
  }
  mirror_free(out);
  return error_memory(err, n * 4 * sizeof(int32_t));
}

lehr_status mirror_reduce(const tn_mirror *m, tn_network *t, lehr_error *err) {
  if (m->count == 0) return LEHR_OK;
  int8_t *const value = memory_array((size_t)t->n, sizeof *value);
  int32_t *const number = memory_array((size_t)t->n, sizeof *number);
  tn_network rest;
  lehr_status status = LEHR_ENOMEM;
  for (int32_t k = 0; value && k < m->count; k++) value[m->fixed[k]] = 1;
  if (value && number) status = network_condition(t, value, &rest, number, err);
  free(value);
  free(number);
  if (status != LEHR_OK) return error_memory(err, (uint64_t)t->n * 8);
  network_free(t);
  *t = rest;
  return LEHR_OK;
}

/* ---- Reads ---- */

void mirror_reads(const tn_mirror *m, const mirror_word *w, uint64_t flips[], uint64_t all[]) {
  for (int32_t k = 0; k < m->count; k++) {
    /* Streams below n are those that draw variables. */
    const philox_block b = philox_at(w->key, (uint64_t)m->n + (uint64_t)k, w->number);
    flips[k] = (uint64_t)b.v[0] << 32 | b.v[1];
  }
  for (int32_t v = 0; v < m->n; v++) {
    const int32_t place = m->place[v];
    all[v] = place < 0 ? ~UINT64_C(0) : w->spins[(int64_t)place * w->words + w->word];
    if (m->part[v] >= 0) all[v] ^= flips[m->part[v]];
  }
}

/* ---- Marginals ---- */

int64_t mirror_pairs(const tn_mirror *m, bool fronts) { return fronts ? m->n : m->first[m->count]; }

static int compare_pairs(const void *left, const void *right) {
  const tn_pair *a = left, *b = right;
  if (a->i != b->i) return a->i < b->i ? -1 : 1;
  return (a->j > b->j) - (a->j < b->j);
}

static tn_pair pair_of(int32_t i, int32_t j, double correlation) {
  return (tn_pair){.i = i < j ? i : j, .j = i < j ? j : i, .correlation = correlation};
}

void mirror_marginals(const tn_mirror *m, bool fronts, const double mean[], double all[],
                      tn_pair pairs[], int64_t *count) {
  for (int64_t k = 0; k < *count; k++) {
    pairs[k].i = m->number[pairs[k].i];
    pairs[k].j = m->number[pairs[k].j];
  }
  for (int32_t k = 0; k < m->count && !fronts; k++)
    for (int32_t i = m->first[k]; i < m->first[k + 1]; i++)
      pairs[(*count)++] = pair_of(m->fixed[k], m->neighbour[i], mean[m->place[m->neighbour[i]]]);
  for (int32_t v = 0; v < m->n && fronts; v++)
    if (m->part[v] >= 0 && m->place[v] >= 0)
      pairs[(*count)++] = pair_of(m->fixed[m->part[v]], v, mean[m->place[v]]);
  if (m->count > 0) qsort(pairs, (size_t)*count, sizeof *pairs, compare_pairs);
  for (int32_t v = 0; v < m->n; v++) all[v] = m->part[v] >= 0 ? 0 : mean[m->place[v]];
}

/* ---- States of lowest energy ---- */

/* Images of a state that are made at most: no more than are wanted. */
static int32_t flipped_parts(const tn_mirror *m, int64_t most) {
  int32_t parts = 0;
  while (parts < m->count && parts < 62 && INT64_C(1) << parts < most) parts++;
  return parts;
}

tn_lowest_wish mirror_wish(const tn_mirror *m, tn_lowest_wish wish) {
  const int32_t parts = flipped_parts(m, wish.most);
  wish.most = ((wish.most - 1) >> parts) + 1;
  return wish;
}

/* Of an image, before and after they are sorted. */
static uint64_t image_bytes(const tn_mirror *m) { return 16 * (((uint64_t)m->n + 63) / 64 + 2); }

uint64_t mirror_lowest_bytes(const tn_mirror *m, tn_lowest_wish wish) {
  return m->count > 0 ? (uint64_t)wish.most * image_bytes(m) : 0;
}

tn_lowest_wish mirror_limit(const tn_mirror *m, tn_lowest_wish wish, uint64_t bytes) {
  const int64_t afford = (int64_t)(bytes / image_bytes(m));
  if (m->count == 0) return wish;
  if (m->n < 62 && wish.most > INT64_C(1) << m->n) wish.most = INT64_C(1) << m->n;
  if (wish.most > afford) wish.most = afford > 0 ? afford : 1;
  return wish;
}

typedef struct image {
  int64_t energy;
  uint64_t *spins;
} image;

static int compare_images(const void *left, const void *right, void *user) {
  const image *a = left, *b = right;
  const int64_t words = *(const int64_t *)user;
  if (a->energy != b->energy) return a->energy < b->energy ? -1 : 1;
  for (int64_t w = 0; w < words; w++) {
    const uint64_t differing = a->spins[w] ^ b->spins[w];
    if (differing != 0) return a->spins[w] & (differing & -differing) ? 1 : -1;
  }
  return 0;
}

/* The image of a state in which those parts are mirrored that `mask` has. */
static void fill_image(const tn_mirror *m, const uint64_t spins[], uint64_t mask, uint64_t all[]) {
  for (int32_t v = 0; v < m->n; v++) {
    const int32_t place = m->place[v], part = m->part[v];
    uint64_t bit = place < 0 ? 1 : spins[place / 64] >> (place % 64) & 1;
    if (part >= 0 && part < 64) bit ^= mask >> part & 1;
    all[v / 64] |= bit << (v % 64);
  }
}

static void fill_images(const tn_mirror *m, const tn_lowest *l, int32_t parts, int64_t words,
                        image list[], uint64_t room[]) {
  for (int64_t k = 0; k < l->count << parts; k++) {
    list[k] = (image){.energy = l->energy[k >> parts], .spins = room + k * words};
    fill_image(m, l->spins + (k >> parts) * l->words, (uint64_t)k & ((UINT64_C(1) << parts) - 1),
               list[k].spins);
  }
}

/* The first ones of a sorted list. */
static void take_images(const image list[], int64_t all, int64_t count, tn_lowest *out) {
  out->count = count;
  for (int64_t k = 0; k < count; k++) {
    out->energy[k] = list[k].energy;
    memcpy(out->spins + k * out->words, list[k].spins, (size_t)out->words * sizeof *out->spins);
  }
  if (count < all && list[count].energy < out->complete_from)
    out->complete_from = list[count].energy;
}

lehr_status mirror_lowest(const tn_mirror *m, tn_lowest_wish wish, tn_lowest *l, lehr_error *err) {
  const int32_t parts = flipped_parts(m, wish.most);
  if (m->count == 0) return LEHR_OK;
  if (l->count > INT64_MAX / 64 >> parts) return error_memory(err, UINT64_MAX);
  const int64_t all = l->count << parts, count = all < wish.most ? all : wish.most;
  tn_lowest out = {.words = (m->n + 63) / 64, .complete_from = l->complete_from};
  const size_t bytes = (size_t)out.words * sizeof *out.spins;
  image *const list = memory_array((size_t)all, sizeof *list);
  uint64_t *const room = memory_array((size_t)all, bytes);
  out.energy = memory_array((size_t)count, sizeof *out.energy);
  out.spins = memory_array((size_t)count, bytes);
  const bool is_made = list && room && out.energy && out.spins;
  if (is_made) {
    fill_images(m, l, parts, out.words, list, room);
    qsort_r(list, (size_t)all, sizeof *list, compare_images, &out.words);
    take_images(list, all, count, &out);
    /* Of more parts than were mirrored there are more images. */
    if (parts < m->count && out.count > 0 && out.energy[0] < out.complete_from)
      out.complete_from = out.energy[0];
  }
  free(list);
  free(room);
  lowest_free(is_made ? l : &out);
  if (is_made) *l = out;
  return is_made ? LEHR_OK : error_memory(err, (uint64_t)all * (bytes + 16));
}
