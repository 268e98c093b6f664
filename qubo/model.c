/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/model.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void model_refresh_view(lehr_model *m) {
  lehr_model_view *v = &m->view;
  v->row = m->row;
  v->col = m->col;
  v->weight_i64 = m->weight_i64;
  v->linear_i64 = m->linear_i64;
  v->weight_f64 = m->weight_f64;
  v->linear_f64 = m->linear_f64;
  v->group_ptr = m->group_ptr;
  v->group_idx = m->group_idx;
  v->group_kind = m->group_kind;
  v->group_k = m->group_k;
  v->time_index = m->time_index;
}

double model_mean_degree(const lehr_model_view *m) {
  return m->n > 0 ? 2 * (double)m->n_interactions / m->n : 0;
}

lehr_model *model_alloc(lehr_vartype vartype, int32_t n, int64_t m, bool is_exact) {
  lehr_model *model = calloc(1, sizeof *model);
  if (!model) return NULL;
  const size_t entries = 2 * (size_t)m;
  model->row = memory_array((size_t)n + 1, sizeof *model->row);
  model->col = memory_array(entries, sizeof *model->col);
  void *weight = memory_array(entries, 8), *linear = memory_array((size_t)n, 8);
  if (is_exact) {
    model->weight_i64 = weight;
    model->linear_i64 = linear;
  } else {
    model->weight_f64 = weight;
    model->linear_f64 = linear;
  }
  model->view = (lehr_model_view){.struct_size = sizeof model->view,
                                  .n = n,
                                  .vartype = (int32_t)vartype,
                                  .n_interactions = m,
                                  .is_exact = is_exact,
                                  .groups_disjoint = 1,
                                  .scale = 1};
  model_refresh_view(model);
  if (!model->row || !model->col || !weight || !linear) {
    lehr_model_free(model);
    return NULL;
  }
  return model;
}

lehr_status model_copy_structure(const lehr_model *from, lehr_model *to) {
  const int32_t n = from->view.n, groups = from->view.n_groups;
  to->view.n_groups = groups;
  to->view.groups_disjoint = from->view.groups_disjoint;
  if (groups > 0) {
    const size_t members = (size_t)from->group_ptr[groups];
    to->group_ptr = memory_copy(from->group_ptr, (size_t)groups + 1, sizeof *to->group_ptr);
    to->group_idx = memory_copy(from->group_idx, members, sizeof *to->group_idx);
    to->group_kind = memory_copy(from->group_kind, (size_t)groups, sizeof *to->group_kind);
    to->group_k = memory_copy(from->group_k, (size_t)groups, sizeof *to->group_k);
    if (!to->group_ptr || !to->group_idx || !to->group_kind || !to->group_k) return LEHR_ENOMEM;
  }
  if (from->time_index) {
    to->time_index = memory_copy(from->time_index, (size_t)n, sizeof *to->time_index);
    if (!to->time_index) return LEHR_ENOMEM;
  }
  if (from->name && !(to->name = strdup(from->name))) return LEHR_ENOMEM;
  if (from->label) {
    to->label = calloc((size_t)n + 1, sizeof *to->label);
    if (!to->label) return LEHR_ENOMEM;
    for (int32_t i = 0; i < n; i++)
      if (from->label[i] && !(to->label[i] = strdup(from->label[i]))) return LEHR_ENOMEM;
  }
  model_refresh_view(to);
  return LEHR_OK;
}

const lehr_model_view *lehr_model_look(const lehr_model *m) { return &m->view; }

const char *lehr_model_name(const lehr_model *m) { return m->name ? m->name : ""; }

const char *lehr_model_label(const lehr_model *m, int32_t i) {
  return m->label && i >= 0 && i < m->view.n ? m->label[i] : NULL;
}

void lehr_model_free(lehr_model *m) {
  if (!m) return;
  for (int32_t i = 0; m->label && i < m->view.n; i++) free(m->label[i]);
  free(m->label);
  free(m->name);
  free(m->row);
  free(m->col);
  free(m->weight_i64);
  free(m->linear_i64);
  free(m->weight_f64);
  free(m->linear_f64);
  free(m->group_ptr);
  free(m->group_idx);
  free(m->group_k);
  free(m->group_kind);
  free(m->time_index);
  free(m);
}
