/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/regions.h"

#include "base/c_random.h"
#include "base/error.h"
#include "base/memory.h"
#include "tn/order_find.h"

#include <math.h>
#include <metis.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 8, FEW_SEEDS = 2, LEAST_REGION = 4, WORK_SHARE = 32 };

/* How much larger than the mean the largest region may be, in thousandths: strips of whole rows are
 * not alike. */
static const idx_t imbalances[] = {30, 200};

typedef struct regions {
  tn_labels *l;
  int64_t work;
  const tn_guard *guard; /* nullable */
  int32_t *region;       /* [n] */
  int32_t *across;       /* [n] couplings across borders */
  idx_t *weight;         /* [row[n]] of couplings: light ones are cut rather than heavy ones */
  int32_t *first;        /* [regions] entry of the row towards a region, -1: none yet */
  idx_t *row;            /* [n+1] */
} regions;

/* ---- Borders ---- */

typedef struct partition {
  idx_t n, constraints, count, cut;
  idx_t *row, *col, *weight, *options, *region;
  int done;
} partition;

static void divide(void *context) {
  partition *const p = context;
  p->done = METIS_PartGraphRecursive(&p->n, &p->constraints, p->row, p->col, NULL, NULL, p->weight,
                                     &p->count, NULL, NULL, p->options, &p->cut, p->region);
}

static bool find_regions(regions *r, int32_t count, int32_t seed) {
  const tn_network *const t = r->l->t;
  idx_t options[METIS_NOPTIONS];
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_NUMBERING] = 0;
  options[METIS_OPTION_SEED] = seed;
  options[METIS_OPTION_UFACTOR] = imbalances[seed % 2];
  partition p = {.n = t->n,
                 .constraints = 1,
                 .count = count,
                 .row = r->row,
                 .col = t->col,
                 .weight = r->weight,
                 .options = options,
                 .region = r->region,
                 .done = METIS_ERROR};
  c_random_call((unsigned)seed, divide, &p);
  return p.done == METIS_OK;
}

/* Weights so close that few couplings matter more than light ones. */
static void weigh(regions *r) {
  enum { LIGHT = 8, HEAVY = 12 };
  const tn_network *const t = r->l->t;
  double largest = 0;
  for (int64_t k = 0; k < t->row[t->n]; k++) largest = fmax(largest, fabs((double)t->J[k]));
  for (int64_t k = 0; k < t->row[t->n]; k++)
    r->weight[k] = LIGHT + (idx_t)((HEAVY - LIGHT) * (fabs((double)t->J[k]) / largest));
}

/* What was cut: the sum of the magnitudes. */
static double cut_of(const regions *r) {
  const tn_network *const t = r->l->t;
  double sum = 0;
  for (int32_t v = 0; v < t->n; v++)
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++)
      if (r->region[t->col[k]] > r->region[v]) sum += fabs((double)t->J[k]);
  return sum;
}

/* ---- Labels ---- */

/* Whether v, rather than u, is divided for a coupling across a border: the one with more of them,
 * so that fewer are divided. */
static bool is_divided_for(const regions *r, int32_t v, int32_t u) {
  if (r->across[v] != r->across[u]) return r->across[v] > r->across[u];
  return r->region[v] > r->region[u];
}

static void label_row(regions *r, int32_t v) {
  const tn_network *const t = r->l->t;
  for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
    const int32_t u = t->col[k];
    const bool is_abroad = r->region[u] != r->region[v] && is_divided_for(r, v, u);
    int32_t *const first = &r->first[is_abroad ? r->region[u] : r->region[v]];
    if (*first < 0) *first = (int32_t)(k - t->row[v]);
    r->l->label[k] = *first;
  }
  for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) r->first[r->region[t->col[k]]] = -1;
  r->first[r->region[v]] = -1;
}

static void label_all(regions *r) {
  const tn_network *const t = r->l->t;
  for (int32_t v = 0; v < t->n; v++) {
    r->across[v] = 0;
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++)
      r->across[v] += r->region[t->col[k]] != r->region[v];
  }
  for (int32_t v = 0; v < t->n; v++) label_row(r, v);
}

/* ---- The best one ---- */

typedef struct choice {
  int32_t *label; /* [row[n]] */
  int32_t copies; /* 0: none yet */
  double cut;
} choice;

/* Keeps labels and order if they are narrow, and of fewer copies than those that are kept. */
static lehr_status consider(regions *r, int32_t width, choice *best, lehr_error *err) {
  tn_split s;
  order_found found = {0};
  label_all(r);
  LEHR_TRY(split_make(r->l, 0, &s, err));
  const int32_t n = s.network.n;
  lehr_status status = LEHR_OK;
  const double cut = cut_of(r);
  if (best->copies == 0 || n < best->copies || (n == best->copies && cut < best->cut)) {
    const order_limits limits = {.most_entries = HUGE_VAL,
                                 .bytes = 1,
                                 .work = r->work / WORK_SHARE,
                                 .seed = 1,
                                 .guard = r->guard};
    status = order_find(network_graph(&s.network), &limits, &found, err);
    if (status == LEHR_OK && found.cost.width <= width) {
      int32_t *const before = r->l->order;
      r->l->order = found.order;
      found.order = before;
      best->copies = n;
      best->cut = cut;
      memcpy(best->label, r->l->label, (size_t)r->l->t->row[r->l->t->n] * sizeof *best->label);
    }
  }
  free(found.order);
  split_free(&s);
  return status;
}

static bool allocate(regions *r) {
  const tn_network *const t = r->l->t;
  const size_t n = (size_t)t->n;
  r->region = memory_array(n, sizeof *r->region);
  r->across = memory_array(n, sizeof *r->across);
  r->first = memory_array(n, sizeof *r->first);
  r->row = memory_array(n + 1, sizeof *r->row);
  r->weight = memory_array((size_t)t->row[n], sizeof *r->weight);
  if (!r->region || !r->across || !r->first || !r->row || !r->weight) return false;
  for (size_t v = 0; v <= n; v++) r->row[v] = (idx_t)t->row[v];
  for (size_t v = 0; v < n; v++) r->first[v] = -1;
  weigh(r);
  return true;
}

static bool is_over(const regions *r) { return r->guard && guard_should_stop(r->guard); }

/* 2, 3, 4, 5, 6, 7, 8, 10, 12, ... regions. */
lehr_status labels_by_regions(tn_labels *l, const labels_options *o, int32_t *copies,
                              lehr_error *err) {
  const tn_network *const t = l->t;
  const size_t entries = (size_t)t->row[t->n];
  const int32_t first = o->trial == 0 ? 1 : SEEDS + 1 + FEW_SEEDS * o->trial;
  const int32_t end = first + (o->trial == 0 ? SEEDS : FEW_SEEDS);
  regions r = {.l = l, .work = o->work, .guard = o->guard};
  *copies = 0;
  if (entries > INT32_MAX) return LEHR_OK;
  choice best = {.label = memory_array(entries, sizeof *best.label)};
  lehr_status status = best.label && allocate(&r) ? LEHR_OK : LEHR_ENOMEM;
  const int32_t most = t->n / LEAST_REGION;
  for (int32_t count = 2; status == LEHR_OK && best.copies == 0 && count <= most && !is_over(&r);
       count += 1 + count / 8)
    for (int32_t seed = first; seed < end && status == LEHR_OK; seed++) {
      if (is_over(&r)) break;
      if (!find_regions(&r, count, seed)) status = LEHR_ENOMEM;
      if (status == LEHR_OK) status = consider(&r, o->width, &best, err);
    }
  if (status == LEHR_OK && best.copies > 0)
    memcpy(l->label, best.label, entries * sizeof *best.label);
  *copies = best.copies;
  free(best.label);
  free(r.region);
  free(r.across);
  free(r.first);
  free(r.row);
  free(r.weight);
  return status == LEHR_ENOMEM ? error_memory(err, entries * 20) : status;
}
