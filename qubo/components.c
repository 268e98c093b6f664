/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/components.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

static int32_t root_of(int32_t parent[], int32_t i) {
  while (parent[i] != i) {
    parent[i] = parent[parent[i]]; /* path halving */
    i = parent[i];
  }
  return i;
}

/* The smaller root wins, so that a root is the smallest variable of its component. */
static void join(int32_t parent[], int32_t a, int32_t b) {
  a = root_of(parent, a);
  b = root_of(parent, b);
  if (a < b)
    parent[b] = a;
  else
    parent[a] = b;
}

static void join_all(const lehr_model_view *m, int32_t parent[]) {
  for (int32_t i = 0; i < m->n; i++) parent[i] = i;
  for (int32_t i = 0; i < m->n; i++)
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++) join(parent, i, m->col[k]);
  for (int32_t g = 0; g < m->n_groups; g++)
    for (int64_t k = m->group_ptr[g] + 1; k < m->group_ptr[g + 1]; k++)
      join(parent, m->group_idx[k - 1], m->group_idx[k]);
}

/* Counting sort: items by key; ptr[key+1] holds the counts on entry, the starts on return.
 * Items without a key (-1) are left out. */
static void sort_by_key(int32_t keys, int32_t count, const int32_t key[], int32_t ptr[],
                        int32_t list[]) {
  for (int32_t k = 0; k < keys; k++) ptr[k + 1] += ptr[k];
  for (int32_t i = 0; i < count; i++)
    if (key[i] >= 0) list[ptr[key[i]]++] = i;
  for (int32_t k = keys; k > 0; k--) ptr[k] = ptr[k - 1];
  ptr[0] = 0;
}

static void number(int32_t n, int32_t parent[], components *c) {
  for (int32_t i = 0; i < n; i++) {
    const int32_t root = root_of(parent, i);
    c->of[i] = root == i ? c->count++ : c->of[root];
    c->rank[i] = c->ptr[c->of[i] + 1]++;
  }
  sort_by_key(c->count, n, c->of, c->ptr, c->list);
}

/* of_group[n_groups] is working space. */
static void assign_groups(const lehr_model_view *m, int32_t of_group[], components *c) {
  for (int32_t g = 0; g < m->n_groups; g++) {
    const bool is_empty = m->group_ptr[g] == m->group_ptr[g + 1];
    of_group[g] = is_empty ? -1 : c->of[m->group_idx[m->group_ptr[g]]];
    if (!is_empty) c->group_ptr[of_group[g] + 1]++;
  }
  sort_by_key(c->count, m->n_groups, of_group, c->group_ptr, c->group_list);
}

lehr_status components_find(const lehr_model_view *m, components *out) {
  const size_t n = (size_t)m->n;
  *out = (components){.of = memory_array(n, sizeof *out->of),
                      .ptr = memory_array(n + 1, sizeof *out->ptr),
                      .list = memory_array(n, sizeof *out->list),
                      .rank = memory_array(n, sizeof *out->rank),
                      .group_ptr = memory_array(n + 1, sizeof *out->group_ptr),
                      .group_list = memory_array((size_t)m->n_groups, sizeof *out->group_list)};
  int32_t *parent = memory_array(n, sizeof *parent);
  int32_t *of_group = memory_array((size_t)m->n_groups, sizeof *of_group);
  const bool has_memory = out->of && out->ptr && out->list && out->rank && out->group_ptr &&
                          out->group_list && parent && of_group;
  if (has_memory) {
    join_all(m, parent);
    number(m->n, parent, out);
    assign_groups(m, of_group, out);
  } else {
    components_free(out);
  }
  free(parent);
  free(of_group);
  return has_memory ? LEHR_OK : LEHR_ENOMEM;
}

void components_free(components *c) {
  free(c->of);
  free(c->ptr);
  free(c->list);
  free(c->rank);
  free(c->group_ptr);
  free(c->group_list);
  *c = (components){0};
}

static lehr_status add_terms(const lehr_model_view *m, const components *c, int32_t part,
                             lehr_builder *b, lehr_error *err) {
  if (m->is_exact && lehr_builder_set_scale(b, m->scale) != LEHR_OK)
    return error_set(err, LEHR_EINTERNAL, "scale of the model");
  for (int32_t s = c->ptr[part]; s < c->ptr[part + 1]; s++) {
    const int32_t i = c->list[s], own = c->rank[i];
    LEHR_TRY(m->is_exact ? lehr_builder_add_linear_int(b, own, m->linear_i64[i], err)
                         : lehr_builder_add_linear(b, own, m->linear_f64[i], err));
    for (int64_t k = m->row[i]; k < m->row[i + 1] && m->col[k] < i; k++) {
      const int32_t other = c->rank[m->col[k]];
      LEHR_TRY(m->is_exact ? lehr_builder_add_int(b, own, other, m->weight_i64[k], err)
                           : lehr_builder_add(b, own, other, m->weight_f64[k], err));
    }
  }
  return LEHR_OK;
}

static lehr_status add_groups(const lehr_model_view *m, const components *c, int32_t part,
                              lehr_builder *b, lehr_error *err) {
  const int32_t size = c->ptr[part + 1] - c->ptr[part];
  int32_t *members = memory_array((size_t)size, sizeof *members);
  if (!members) return error_memory(err, (uint64_t)size * sizeof *members);
  lehr_status status = LEHR_OK;
  for (int32_t s = c->group_ptr[part]; s < c->group_ptr[part + 1] && status == LEHR_OK; s++) {
    const int32_t g = c->group_list[s];
    const int64_t first = m->group_ptr[g], count = m->group_ptr[g + 1] - first;
    for (int64_t k = 0; k < count; k++) members[k] = c->rank[m->group_idx[first + k]];
    status = lehr_builder_add_group(b, (lehr_group_kind)m->group_kind[g], members, count,
                                    m->group_k[g], err);
  }
  free(members);
  return status;
}

lehr_status components_extract(const lehr_model_view *m, const components *c, int32_t k,
                               lehr_model **out, lehr_error *err) {
  lehr_builder *b = NULL;
  *out = NULL;
  lehr_status status = lehr_builder_create((lehr_vartype)m->vartype, c->ptr[k + 1] - c->ptr[k], &b);
  if (status != LEHR_OK) error_memory(err, sizeof(void *));
  if (status == LEHR_OK) status = add_terms(m, c, k, b, err);
  if (status == LEHR_OK) status = add_groups(m, c, k, b, err);
  if (status == LEHR_OK) status = lehr_builder_finish(b, out, err);
  lehr_builder_free(b);
  return status;
}
