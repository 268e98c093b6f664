/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/subgraph/forest.h"

#include "base/philox.h"
#include "solvers/budget.h"
#include "solvers/poll.h"

#include <math.h>

/* Looking for more sites ends when those in vain took so many entries per site of the model. */
enum { PATIENCE = 16, SITE_WORK = 32, FAMILY_KEY = 0x666f7265 };

typedef struct growth {
  const spin_form *form;
  philox_stream random;
  int32_t *order;    /* [n] sites, those not covered yet first */
  int32_t uncovered; /* how many */
  uint8_t *is_covered;
  int32_t *above; /* [n] union-find of the sites in the forest; -1 outside */
  int32_t *size;  /* [n] of the tree of a representative */
  int32_t *seen;  /* [n] by representative: the candidate, plus 1, that met this tree */
  int32_t *stack; /* [n] sites */
  int32_t *place; /* [n] position of the parent of a site on the stack */
  int64_t *entry; /* [n] its link */
  poll poll;
  bool is_cut; /* the run should stop */
} growth;

static int32_t large_forests(int32_t n) { return n > FOREST_LARGE ? FORESTS_LARGE : FORESTS; }

/* Forests of a family at most. Those that fill gaps hold one site at least each. Where patience
 * does not end, a site that r of them leave out has a neighbour in each, which the k-th one took
 * only when k - 1 had left it out: so there are sites of degrees r, r - 1, ..., and r^2 / 2 is at
 * most the sum of all degrees. */
static int32_t most_forests(int32_t n, const int64_t row[]) {
  int64_t degree = 0;
  for (int32_t i = 0; i < n; i++)
    if (row[i + 1] - row[i] > degree) degree = row[i + 1] - row[i];
  const double gaps = fmin(fmin(n, (double)degree), sqrt(2.0 * (double)row[n])) + 1;
  return large_forests(n) + (row[n] <= (int64_t)PATIENCE * n ? (int32_t)gaps : n);
}

uint64_t forest_family_bytes(const lehr_model_view *m) {
  const uint64_t n = (uint64_t)m->n, count = (uint64_t)large_forests(m->n);
  const uint64_t chunks = 4 * (n + 2 * (uint64_t)m->n_interactions) / CHUNK_WORK + 2;
  /* Those that only fill gaps hold n sites together. */
  return (count + 1) * (16 * n + 4 * chunks + 256) +
         (uint64_t)most_forests(m->n, m->row) * (sizeof(forest) + 8 + 4 * 64) +
         n * (6 * 4 + 8 + 1) + 1024;
}

static int32_t find(growth *g, int32_t i) {
  while (g->above[i] != i) i = g->above[i] = g->above[g->above[i]];
  return i;
}

/* Whether site i may join: its neighbours in the forest lie in different trees, which together are
 * not too large. *work counts entries. */
static bool fits(growth *g, int32_t i, int64_t *work) {
  const spin_form *f = g->form;
  int32_t together = 1;
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++, (*work)++) {
    if (g->above[f->col[k]] < 0) continue;
    const int32_t tree = find(g, f->col[k]);
    if (g->seen[tree] == i + 1) return false;
    g->seen[tree] = i + 1;
    together += g->size[tree];
    if (together > TREE_SITES) return false;
  }
  return true;
}

static void join(growth *g, int32_t i) {
  const spin_form *f = g->form;
  g->above[i] = i;
  g->size[i] = 1;
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
    if (g->above[f->col[k]] < 0) continue;
    const int32_t tree = find(g, f->col[k]), own = find(g, i);
    const int32_t large = g->size[tree] > g->size[own] ? tree : own;
    g->size[large] = g->size[tree] + g->size[own];
    g->above[tree ^ own ^ large] = large;
  }
}

static void shuffle(growth *g, int32_t begin, int32_t end) {
  for (int32_t k = end - 1; k > begin; k--) {
    const int32_t other = begin + (int32_t)philox_below(&g->random, (uint32_t)(k - begin + 1));
    const int32_t t = g->order[k];
    g->order[k] = g->order[other];
    g->order[other] = t;
  }
}

/* Chooses the sites of a forest among the first `candidates` of the order. Returns how many; what
 * they are is of no use once g->is_cut. */
static int32_t choose(growth *g, int32_t candidates) {
  const int64_t patience = (int64_t)PATIENCE * g->form->n;
  int32_t count = 0;
  int64_t in_vain = 0;
  for (int32_t i = 0; i < g->form->n; i++) g->above[i] = -1, g->seen[i] = 0;
  for (int32_t k = 0; k < candidates && in_vain <= patience; k++) {
    int64_t work = 0;
    if ((g->is_cut = poll_stops(&g->poll, SITE_WORK))) return 0;
    if (fits(g, g->order[k], &work)) {
      join(g, g->order[k]);
      count++;
    } else {
      in_vain += work;
    }
  }
  return count;
}

/* Writes the tree of `root` from position `begin` on and takes its sites out of g->above. Returns
 * the position behind it and adds its sites and entries to *work. */
static int32_t lay_out(growth *g, forest *t, int32_t root, int32_t begin, int64_t *work) {
  const spin_form *f = g->form;
  int32_t top = 0, end = begin;
  g->stack[top] = root;
  g->place[top] = -1;
  g->entry[top++] = -1;
  g->above[root] = -1;
  while (top > 0) {
    const int32_t i = g->stack[--top], position = end++;
    t->site[position] = i;
    t->parent[position] = g->place[top];
    t->link[position] = g->entry[top];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      const int32_t j = f->col[k];
      if (g->above[j] < 0) continue;
      g->above[j] = -1;
      g->stack[top] = j;
      g->place[top] = position;
      g->entry[top++] = k;
    }
    *work += 1 + f->row[i + 1] - f->row[i];
  }
  return end;
}

/* Moves what the forest covers behind the sites that are still to be covered. */
static void cover(growth *g, const forest *t) {
  int32_t left = 0;
  for (int32_t k = 0; k < t->count; k++) g->is_covered[t->site[k]] = 1;
  for (int32_t k = 0; k < g->uncovered; k++) {
    const int32_t i = g->order[k];
    if (g->is_covered[i]) continue;
    g->order[k] = g->order[left];
    g->order[left++] = i;
  }
  g->uncovered = left;
}

/* False when memory is refused, or if the run should stop. */
static bool forest_make(forest *t, growth *g, int32_t candidates, lehr_run *run) {
  const int32_t count = choose(g, candidates);
  if (g->is_cut) return false;
  const int64_t size = g->form->n + g->form->row[g->form->n];
  const size_t most = (size_t)(count < size / CHUNK_WORK + 1 ? count : size / CHUNK_WORK + 1);
  int64_t work = 0;
  *t = (forest){.count = count};
  t->site = run->alloc(run, (size_t)count * sizeof *t->site);
  t->parent = run->alloc(run, (size_t)count * sizeof *t->parent);
  t->link = run->alloc(run, (size_t)count * sizeof *t->link);
  t->chunk = run->alloc(run, (most + 1) * sizeof *t->chunk);
  if (!t->site || !t->parent || !t->link || !t->chunk) return false;
  for (int32_t k = 0, end = 0; end < count; k++) {
    const int32_t root = g->order[k];
    if (g->above[root] < 0) continue;
    end = lay_out(g, t, root, end, &work);
    if (poll_stops(&g->poll, SITE_WORK)) return false;
    if (work < CHUNK_WORK && end < count) continue;
    t->chunk[++t->chunks] = end;
    work = 0;
  }
  cover(g, t);
  return true;
}

static bool growth_make(growth *g, const spin_form *f, uint64_t key, lehr_run *run) {
  const size_t n = (size_t)f->n;
  *g = (growth){.form = f, .uncovered = f->n, .poll = {.run = run}};
  g->random = philox_stream_at(philox_subkey(key, FAMILY_KEY), 0);
  g->order = run->alloc(run, n * sizeof *g->order);
  g->is_covered = run->alloc(run, n);
  g->above = run->alloc(run, n * sizeof *g->above);
  g->size = run->alloc(run, n * sizeof *g->size);
  g->seen = run->alloc(run, n * sizeof *g->seen);
  g->stack = run->alloc(run, n * sizeof *g->stack);
  g->place = run->alloc(run, n * sizeof *g->place);
  g->entry = run->alloc(run, n * sizeof *g->entry);
  if (!g->order || !g->is_covered || !g->above || !g->size || !g->seen || !g->stack || !g->place ||
      !g->entry)
    return false;
  for (int32_t i = 0; i < f->n; i++) g->order[i] = i;
  return true;
}

bool forest_family_make(forest_family *family, const spin_form *f, double until, lehr_run *run) {
  const int32_t most = most_forests(f->n, f->row);
  int32_t large = large_forests(f->n);
  growth g;
  *family = (forest_family){0};
  family->forests = run->alloc(run, (size_t)most * sizeof *family->forests);
  if (!family->forests || !growth_make(&g, f, run->key, run)) return false;
  while (family->count < large || g.uncovered > 0) {
    /* What is in time for a limit: what covers all sites. */
    if (family->count > 0 && budget_should_stop(run, until)) large = 0;
    const bool is_large = family->count < large;
    forest *t = &family->forests[family->count];
    shuffle(&g, 0, g.uncovered);
    if (is_large) shuffle(&g, g.uncovered, f->n);
    if (!forest_make(t, &g, is_large ? f->n : g.uncovered, run)) return false;
    family->count++;
    for (int32_t c = 0; c < t->chunks; c++) {
      const int32_t positions = t->chunk[c + 1] - t->chunk[c];
      if (positions > family->largest_chunk) family->largest_chunk = positions;
    }
  }
  return true;
}
