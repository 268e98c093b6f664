/* SPDX-License-Identifier: Apache-2.0 */
/* Descent without memory. */
#include "solvers/descent.h"

#include "solvers/poll.h"

/* IN_GROUP: mark in the bytes of a state, while it descends. */
enum { ONE = 1, IN_GROUP = 2 };
enum { LEAST_WORK = 1 << 25, MOST_SWEEPS = 100 /* rounding might go on for ever */ };

typedef struct hurry {
  const lehr_model_view *model;
  uint8_t *bits; /* [n] */
  poll poll;
  int64_t work;
  bool any, is_over;
} hurry;

typedef struct candidate {
  int32_t i; /* -1: none */
  energy rise;
} candidate;

static const energy nothing = {0};

static bool is_lower(const hurry *h, energy a, energy b) { return energy_less(h->model, a, b); }

static energy rise_of(hurry *h, int32_t i) {
  const int64_t looked = 1 + h->model->row[i + 1] - h->model->row[i];
  h->work += looked;
  if (h->work > LEAST_WORK && poll_stops(&h->poll, looked)) h->is_over = true;
  return descent_rise(h->model, h->bits, i);
}

static void try_flip(hurry *h, int32_t i) {
  const energy rise = rise_of(h, i);
  const bool is_one = h->bits[i] & ONE;
  if (is_one ? !is_lower(h, nothing, rise) : !is_lower(h, rise, nothing)) return;
  h->bits[i] ^= ONE;
  h->any = true;
}

/* The best place of the only one of a group, which may be none. */
static void choose(hurry *h, const int32_t idx[], int64_t size, bool may_be_none) {
  candidate old = {.i = -1};
  for (int64_t k = 0; k < size; k++)
    if (h->bits[idx[k]] & ONE) old.i = idx[k];
  if (old.i >= 0) {
    h->bits[old.i] ^= ONE;
    old.rise = rise_of(h, old.i);
  }
  candidate best = old;
  if (may_be_none && is_lower(h, nothing, old.rise)) best = (candidate){.i = -1};
  for (int64_t k = 0; k < size && !h->is_over; k++) {
    const candidate x = {idx[k], rise_of(h, idx[k])};
    if (is_lower(h, x.rise, best.rise)) best = x;
  }
  if (best.i >= 0) h->bits[best.i] |= ONE;
  h->any |= best.i != old.i;
}

/* The two change places if that lowers the energy. */
static void try_exchange(hurry *h, candidate *one, candidate *zero) {
  h->bits[one->i] ^= ONE;
  const candidate risen = {zero->i, rise_of(h, zero->i)}; /* without what it owed to the one */
  if (!is_lower(h, risen.rise, one->rise)) {
    h->bits[one->i] ^= ONE;
    return;
  }
  h->bits[zero->i] ^= ONE;
  *zero = (candidate){one->i, rise_of(h, one->i)};
  *one = risen;
  h->any = true;
}

/* One pass over a group with the worst one and the best zero since the last exchange. */
static void exchange(hurry *h, const int32_t idx[], int64_t size) {
  candidate one = {.i = -1}, zero = {.i = -1};
  for (int64_t k = 0; k < size && !h->is_over; k++) {
    const candidate x = {idx[k], rise_of(h, idx[k])};
    if (h->bits[x.i] & ONE) {
      if (one.i >= 0 && !is_lower(h, one.rise, x.rise)) continue;
      one = x;
    } else {
      if (zero.i >= 0 && !is_lower(h, x.rise, zero.rise)) continue;
      zero = x;
    }
    if (one.i >= 0 && zero.i >= 0) try_exchange(h, &one, &zero);
  }
}

static void sweep(hurry *h) {
  const lehr_model_view *m = h->model;
  for (int32_t i = 0; i < m->n && !h->is_over; i++)
    if (!(h->bits[i] & IN_GROUP)) try_flip(h, i);
  for (int32_t c = 0; c < m->n_groups && !h->is_over; c++) {
    const int32_t *idx = m->group_idx + m->group_ptr[c];
    const int64_t size = m->group_ptr[c + 1] - m->group_ptr[c];
    if (m->group_k[c] == 1)
      choose(h, idx, size, m->group_kind[c] == LEHR_GROUP_AT_MOST_ONE);
    else
      exchange(h, idx, size);
  }
}

void descent_hurried(lehr_run *run, uint8_t bits[]) {
  const lehr_model_view *m = run->model;
  const int64_t grouped = m->n_groups > 0 ? m->group_ptr[m->n_groups] : 0;
  hurry h = {.model = m, .bits = bits, .poll = {.run = run}, .any = true};
  if (grouped > 0 && !m->groups_disjoint) return;
  for (int64_t k = 0; k < grouped; k++) bits[m->group_idx[k]] |= IN_GROUP;
  for (int t = 0; t < MOST_SWEEPS && h.any && !h.is_over; t++) {
    h.any = false;
    sweep(&h);
  }
  for (int64_t k = 0; k < grouped; k++) bits[m->group_idx[k]] &= ONE;
}
