/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/presolve.h"

#include "base/error.h"
#include "base/memory.h"
#include "qubo/presolve_rules.h"

#include <math.h>
#include <stdlib.h>

struct presolve {
  int32_t n;
  bool is_exact;
  removals removed;
  int32_t n_kept;
  int32_t *kept; /* [n_kept] */
  lehr_model *model;
};

/* Of variable i in spin form, up to a common factor. */
static double field_of(const lehr_model_view *m, int32_t i) {
  double field = m->is_exact ? (double)m->linear_i64[i] : m->linear_f64[i];
  if (m->vartype == LEHR_SPIN) return field;
  field *= 2;
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
    field += m->is_exact ? (double)m->weight_i64[k] : m->weight_f64[k];
  return field;
}

static bool is_removable(const lehr_model_view *m, int32_t i, int max_degree) {
  double sum = 0, largest = 0;
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
    const double J = fabs(m->is_exact ? (double)m->weight_i64[k] : m->weight_f64[k]);
    sum += J;
    if (J > largest) largest = J;
  }
  const double field = fabs(field_of(m, i));
  const bool is_low = m->row[i + 1] - m->row[i] <= max_degree;
  return is_low || field >= sum || largest >= sum - largest + field;
}

bool presolve_applies(const lehr_model_view *m, int max_degree) {
  const bool has_groups = m->n_groups > 0; /* members are kept; not worth telling apart here */
  for (int32_t i = 0; i < m->n && max_degree > 0; i++)
    if (has_groups || is_removable(m, i, max_degree)) return true;
  return false;
}

double presolve_promise(const lehr_model_view *m, int max_degree) {
  int32_t count = 0;
  for (int32_t i = 0; i < m->n && max_degree > 0 && m->n_groups == 0; i++)
    count += is_removable(m, i, max_degree);
  return m->n > 0 ? (double)count / m->n : 0;
}

uint64_t presolve_bytes(const lehr_model_view *m) {
  const uint64_t n = (uint64_t)m->n, edges = (uint64_t)m->n_interactions;
  return n * (2 * sizeof(int64_t) + 5 * sizeof(int32_t) + 2 + sizeof(removal)) +
         edges * (sizeof(int64_t) + 6 * sizeof(int32_t)) + 1024;
}

void presolve_free(presolve *p) {
  if (!p) return;
  free(p->removed.list);
  free(p->kept);
  lehr_model_free(p->model);
  free(p);
}

const lehr_model *presolve_model(const presolve *p) { return p->model; }
bool presolve_is_exact(const presolve *p) { return p->is_exact; }
const int32_t *presolve_kept(const presolve *p) { return p->kept; }

static lehr_status add_groups(const lehr_model_view *m, const int32_t place[], lehr_builder *b) {
  for (int32_t c = 0; c < m->n_groups; c++) {
    const int64_t first = m->group_ptr[c], count = m->group_ptr[c + 1] - first;
    int32_t *members = memory_array((size_t)count, sizeof *members);
    if (!members) return LEHR_ENOMEM;
    for (int64_t k = 0; k < count; k++) members[k] = place[m->group_idx[first + k]];
    const lehr_status status = lehr_builder_add_group(b, (lehr_group_kind)m->group_kind[c], members,
                                                      count, m->group_k[c], NULL);
    free(members);
    LEHR_TRY(status);
  }
  return LEHR_OK;
}

static lehr_status add_terms(const presolve *p, const graph *g, const int32_t place[],
                             lehr_builder *b) {
  LEHR_TRY(lehr_builder_set_scale(b, g->unit));
  LEHR_TRY(lehr_builder_add_offset_int(b, g->constant, NULL));
  for (int32_t k = 0; k < p->n_kept; k++) {
    const int32_t i = p->kept[k];
    LEHR_TRY(lehr_builder_add_linear_int(b, k, g->field[i], NULL));
    for (int32_t h = g->first[i]; h >= 0; h = g->next[h])
      if (place[g->to[h]] > k)
        LEHR_TRY(lehr_builder_add_int(b, k, place[g->to[h]], g->weight[h / 2], NULL));
  }
  return LEHR_OK;
}

/* Leaves p->model NULL where quarters of large coefficients are more than a model may have. */
static lehr_status build(presolve *p, const lehr_model_view *m, const graph *g,
                         const int32_t place[]) {
  lehr_builder *b = NULL;
  LEHR_TRY(lehr_builder_create(LEHR_SPIN, p->n_kept, &b));
  lehr_status status = add_terms(p, g, place, b);
  if (status == LEHR_OK) status = add_groups(m, place, b);
  if (status == LEHR_OK) status = lehr_builder_finish(b, &p->model, NULL);
  lehr_builder_free(b);
  return status == LEHR_ERANGE ? LEHR_OK : status;
}

/* Numbers the variables that are left. is_gone[]: removed or protected; place[n] receives the new
 * numbers. */
static bool number(presolve *p, int32_t place[]) {
  for (int32_t k = 0; k < p->removed.count; k++) place[p->removed.list[k].variable] = -1;
  p->n_kept = p->n - p->removed.count;
  p->kept = memory_array((size_t)p->n_kept, sizeof *p->kept);
  if (!p->kept) return false;
  for (int32_t i = 0, k = 0; i < p->n; i++) {
    if (place[i] < 0) continue;
    p->kept[k] = i;
    place[i] = k++;
  }
  return true;
}

/* What is asked for. */
typedef struct request {
  const lehr_model_view *m;
  int max_degree;
  const presolve_guard *guard;
} request;

/* Making a large model anew takes longer than all rules together: not for a few variables less. */
static bool is_worth(const presolve *p) {
  enum { LARGE = 1 << 17, LEAST_SHARE = 64 };
  return p->n <= LARGE || p->removed.count >= p->n / LEAST_SHARE;
}

/* Whether the guard, if there is one, lets the smaller model be made. */
static bool is_welcome(const presolve *p, const presolve_guard *guard, const graph *g) {
  if (!guard) return true;
  if (!is_worth(p)) return false;
  if (!guard->is_time_for) return !presolve_should_stop(guard);
  double terms = p->n_kept;
  for (int32_t k = 0; k < p->n_kept; k++) terms += g->degree[p->kept[k]];
  return guard->is_time_for(guard->user, terms);
}

/* Leaves p->model NULL where the guard said so, or it is not worth while. */
static lehr_status reduce(presolve *p, const request *q, graph *g, lehr_error *err) {
  const lehr_model_view *m = q->m;
  const size_t n = (size_t)m->n;
  uint8_t *is_fixed = memory_array(n, 1);
  int32_t *place = memory_array(n, sizeof *place);
  p->removed.list = memory_array(n, sizeof *p->removed.list);
  lehr_status status = LEHR_ENOMEM;
  if (is_fixed && place && p->removed.list) {
    for (int64_t k = 0; m->n_groups > 0 && k < m->group_ptr[m->n_groups]; k++)
      is_fixed[m->group_idx[k]] = 1;
    if (presolve_apply(g, q->max_degree, q->guard, is_fixed, &p->removed) && number(p, place))
      status = is_welcome(p, q->guard, g) ? build(p, m, g, place) : LEHR_OK;
  }
  if (status == LEHR_ENOMEM) error_memory(err, n * sizeof(removal));
  free(is_fixed);
  free(place);
  return status;
}

lehr_status presolve_create(const lehr_model_view *m, int max_degree, const presolve_guard *guard,
                            presolve **out, lehr_error *err) {
  const request q = {m, max_degree, guard};
  graph g;
  *out = NULL;
  presolve *p = memory_array(1, sizeof *p);
  if (!p) return error_memory(err, sizeof *p);
  p->n = m->n;
  lehr_status status = graph_create(&g, m, guard, err);
  if (status == LEHR_OK) {
    p->is_exact = g.is_exact;
    if (!presolve_should_stop(guard)) status = reduce(p, &q, &g, err);
    graph_free(&g);
  }
  if (status == LEHR_OK && p->model)
    *out = p;
  else
    presolve_free(p);
  return status;
}

void presolve_expand(const presolve *p, const uint8_t small[], uint8_t bits[]) {
  for (int32_t k = 0; k < p->n_kept; k++) bits[p->kept[k]] = small[k];
  for (int32_t r = p->removed.count; r-- > 0;) {
    const removal *one = &p->removed.list[r];
    int64_t sum = one->field;
    for (int32_t k = 0; k < one->count; k++)
      sum += bits[one->of[k]] ? one->weight[k] : -one->weight[k];
    bits[one->variable] = sum <= 0;
  }
}

void presolve_restrict(const presolve *p, const uint8_t bits[], uint8_t small[]) {
  for (int32_t k = 0; k < p->n_kept; k++) small[k] = bits[p->kept[k]];
}
