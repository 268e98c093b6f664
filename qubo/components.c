/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/components.h"

#include "base/error.h"
#include "base/memory.h"
#include "qubo/model.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

void components_keep_larger(components *c, int32_t size) {
  int32_t kept = 0;
  for (int32_t k = 0; k < c->count; k++) {
    const int32_t first = c->ptr[k], count = c->ptr[k + 1] - first;
    const int32_t group = c->group_ptr[k], groups = c->group_ptr[k + 1] - group;
    if (count <= size && groups == 0) continue;
    memmove(c->list + c->ptr[kept], c->list + first, (size_t)count * sizeof *c->list);
    memmove(c->group_list + c->group_ptr[kept], c->group_list + group,
            (size_t)groups * sizeof *c->group_list);
    c->ptr[kept + 1] = c->ptr[kept] + count;
    c->group_ptr[kept + 1] = c->group_ptr[kept] + groups;
    kept++;
  }
  c->count = kept;
}

/* Neighbours of a variable are in its component, where they keep their order: rows need no
 * sorting, which takes ten times as long as this. */
static void copy_terms(const lehr_model_view *m, const components *c, int32_t part,
                       lehr_model *out) {
  int64_t at = 0;
  for (int32_t own = 0; own < out->view.n; own++) {
    const int32_t i = c->list[c->ptr[part] + own];
    if (m->is_exact)
      out->linear_i64[own] = m->linear_i64[i];
    else
      out->linear_f64[own] = m->linear_f64[i];
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++, at++) {
      out->col[at] = c->rank[m->col[k]];
      if (m->is_exact)
        out->weight_i64[at] = m->weight_i64[k];
      else
        out->weight_f64[at] = m->weight_f64[k];
    }
    out->row[own + 1] = at;
  }
}

static lehr_status copy_groups(const lehr_model_view *m, const components *c, int32_t part,
                               lehr_model *out) {
  const int32_t *list = c->group_list + c->group_ptr[part];
  const int32_t count = c->group_ptr[part + 1] - c->group_ptr[part];
  int64_t members = 0;
  if (count == 0) return LEHR_OK;
  for (int32_t s = 0; s < count; s++) members += m->group_ptr[list[s] + 1] - m->group_ptr[list[s]];
  out->group_ptr = memory_array((size_t)count + 1, sizeof *out->group_ptr);
  out->group_idx = memory_array((size_t)members, sizeof *out->group_idx);
  out->group_kind = memory_array((size_t)count, sizeof *out->group_kind);
  out->group_k = memory_array((size_t)count, sizeof *out->group_k);
  if (!out->group_ptr || !out->group_idx || !out->group_kind || !out->group_k) return LEHR_ENOMEM;
  for (int32_t s = 0; s < count; s++) {
    const int64_t first = m->group_ptr[list[s]], size = m->group_ptr[list[s] + 1] - first;
    for (int64_t k = 0; k < size; k++)
      out->group_idx[out->group_ptr[s] + k] = c->rank[m->group_idx[first + k]];
    out->group_ptr[s + 1] = out->group_ptr[s] + size;
    out->group_kind[s] = m->group_kind[list[s]];
    out->group_k[s] = m->group_k[list[s]];
  }
  out->view.n_groups = count;
  out->view.groups_disjoint = m->groups_disjoint;
  return LEHR_OK;
}

lehr_status components_extract(const lehr_model_view *m, const components *c, int32_t k,
                               lehr_model **out, lehr_error *err) {
  const int32_t n = c->ptr[k + 1] - c->ptr[k];
  int64_t entries = 0;
  for (int32_t s = c->ptr[k]; s < c->ptr[k + 1]; s++)
    entries += m->row[c->list[s] + 1] - m->row[c->list[s]];
  *out = model_alloc((lehr_vartype)m->vartype, n, entries / 2, m->is_exact != 0);
  if (*out) {
    copy_terms(m, c, k, *out);
    (*out)->view.scale = m->scale;
  }
  if (*out && copy_groups(m, c, k, *out) == LEHR_OK) {
    model_refresh_view(*out);
    return LEHR_OK;
  }
  lehr_model_free(*out);
  *out = NULL;
  return error_memory(err, (uint64_t)n * 16 + (uint64_t)entries * 12);
}
