/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/system_exchange.h"

#include "solvers/tempering/bit_rows.h"

#include <omp.h>

enum {
  POLL_WORK = 1 << 18,
  HOT_ROUNDS = 8,
  LOOSE_SHARE = 25 /* clusters are of use while 1 of so many differing sites is loose */
};

/* In the hotter half clusters do little that sweeps do not: every so often is enough. */
static bool by_clusters(const tempering_system *s, int32_t slot) {
  return s->has_clusters && (slot < LADDER_SLOTS / 2 || s->exchanges % HOT_ROUNDS < 2);
}

static void swap_rows(uint64_t a[], uint64_t b[], int64_t words) {
  for (int64_t w = 0; w < words; w++) {
    const uint64_t t = a[w];
    a[w] = b[w];
    b[w] = t;
  }
}

/* With clusters the states move, so that neighbouring lanes have neighbouring temperatures and cold
 * vectors seldom flip; else the temperatures do. */
static void exchange_states(tempering_system *s, int32_t slot, int32_t other) {
  const int64_t words = cluster_words(s->job->form->n);
  const int32_t a = s->lane[slot], b = s->lane[other];
  ladder_swap(&s->ladder, slot, other);
  if (s->has_clusters) {
    swap_rows(s->rows + a * words, s->rows + b * words, words);
  } else {
    s->lane[slot] = b;
    s->lane[other] = a;
  }
}

/* Two slots, and what became of them. */
typedef struct slot_pair {
  int32_t slot, other;
  bool by_clusters;
  exchange_result result;
} slot_pair;

/* Exchanges clusters; or decides whether whole states are exchanged. Different pairs may be dealt
 * with at once. */
static void try_pair(const tempering_system *s, slot_pair *pair, const double energy[], clusters *c,
                     uint64_t stream) {
  const ladder *l = &s->ladder;
  const int64_t words = cluster_words(s->job->form->n);
  const int32_t slot = pair->slot, other = pair->other;
  const double b_cold = 0.5 / l->T[slot / l->replicas], b_hot = 0.5 / l->T[other / l->replicas];
  philox_stream random = philox_stream_at(philox_subkey(s->key, 0), stream);
  if (pair->by_clusters)
    pair->result = exchange_clusters(c, s->job->form, s->w.h != NULL, b_cold - b_hot,
                                     s->rows + s->lane[slot] * words,
                                     s->rows + s->lane[other] * words, &random);
  else
    pair->result.is_swapped = exchange_whole(b_cold, b_hot, energy[slot], energy[other], &random);
}

static void settle_pair(tempering_system *s, const slot_pair *pair) {
  const int32_t slot = pair->slot, other = pair->other;
  ladder_count(&s->ladder, slot, other, pair->result.is_swapped);
  if (pair->by_clusters) {
    if (pair->result.is_swapped) ladder_swap(&s->ladder, slot, other);
    if (slot >= LADDER_SLOTS / 2) return;
    s->differing += pair->result.differing;
    s->loose += pair->result.loose;
  } else if (pair->result.is_swapped) {
    exchange_states(s, slot, other);
  }
}

/* Pair number `pair` of an exchange of a kind: 0 and 1 between ranks, 2 within them. */
static void exchange_slots(const tempering_system *s, int32_t kind, int32_t pair, int32_t shift,
                           int32_t *slot, int32_t *other) {
  const int32_t replicas = s->ladder.replicas;
  if (kind == 2) {
    const int32_t base = 2 * pair / replicas * replicas;
    *slot = base + (2 * pair + shift) % replicas;
    *other = base + (2 * pair + 1 + shift) % replicas;
  } else {
    const int32_t rank = kind + pair / replicas * 2, m = pair % replicas;
    *slot = rank * replicas + m;
    *other = (rank + 1) * replicas + (m + shift) % replicas;
  }
}

/* All pairs of this exchange; returns how many. */
static int32_t pair_slots(const tempering_system *s, slot_pair pairs[LADDER_SLOTS / 2]) {
  const int32_t replicas = s->ladder.replicas, ranks = s->ladder.ranks;
  const int32_t kinds = replicas > 1 && s->has_clusters ? 3 : 2;
  const int32_t kind = (int32_t)(s->exchanges % kinds);
  philox_stream random =
      philox_stream_at(philox_subkey(s->key, 0), (uint64_t)s->exchanges * LADDER_SLOTS);
  const int32_t shift = (int32_t)philox_below(&random, (uint32_t)replicas);
  const int32_t count = kind == 2 ? LADDER_SLOTS / 2 : (ranks - kind) / 2 * replicas;
  for (int32_t k = 0; k < count; k++) {
    pairs[k] = (slot_pair){0};
    exchange_slots(s, kind, k, shift, &pairs[k].slot, &pairs[k].other);
    pairs[k].by_clusters = by_clusters(s, pairs[k].slot);
  }
  return count;
}

/* False if the run should stop: what was exchanged so far is left out then. */
static bool exchange_all(tempering_system *s, const double energy[]) {
  slot_pair pairs[LADDER_SLOTS / 2];
  const int32_t count = pair_slots(s, pairs), threads = s->has_clusters ? team_active(&s->team) : 1;
  const uint64_t first = (uint64_t)s->exchanges * LADDER_SLOTS + 1;
  const int64_t pair_work = (int64_t)s->job->form->n * s->job->limits->site_work;
  bool is_over = false;
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1)
  for (int32_t k = 0; k < count; k++) {
    bool is_late;
#pragma omp atomic read
    is_late = is_over;
    if (is_late) continue;
    try_pair(s, &pairs[k], energy, &s->clusters[omp_get_thread_num()], first + (uint64_t)k);
    if (!pairs[k].by_clusters || pair_work < POLL_WORK / LADDER_SLOTS) continue;
    is_late = strip_should_stop(s->job->limits);
    if (!is_late) continue;
#pragma omp atomic write
    is_over = true;
  }
  for (int32_t k = 0; k < count && !is_over; k++) settle_pair(s, &pairs[k]);
  return !is_over;
}

/* Clusters go out of use where they hardly ever come in pieces. */
static void adapt(tempering_system *s) {
  if (s->exchanges < s->next_adapt) return;
  s->next_adapt *= 2;
  ladder_adapt(&s->ladder);
  system_set_temperatures(s);
  if (s->job->clusters == CLUSTERS_AUTO && s->loose * LOOSE_SHARE < s->differing)
    s->has_clusters = false;
  s->differing = s->loose = 0;
}

bool system_exchange(tempering_system *s, const double of_lane[]) {
  const int32_t n = s->job->form->n;
  double energy[LADDER_SLOTS];
  for (int32_t k = 0; k < LADDER_SLOTS; k++) energy[k] = of_lane[s->lane[k]];
  ladder_note(&s->ladder, energy);
  if (s->has_clusters) bit_rows_from_sites(n, s->w.spin, s->rows);
  if (!exchange_all(s, energy)) return false;
  s->exchanges++;
  if (s->has_clusters) {
    bit_rows_to_sites(n, s->rows, s->w.spin);
    s->is_entered = false;
  }
  adapt(s);
  system_set_temperatures(s);
  return true;
}
