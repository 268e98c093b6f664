/* SPDX-License-Identifier: Apache-2.0 */
/* From a builder's entries to compressed rows: exact or real form, two counting sorts, merging,
 * mirroring. O(n + entries). */
#include "base/error.h"
#include "base/memory.h"
#include "qubo/builder.h"
#include "qubo/energy.h"
#include "qubo/model.h"
#include "qubo/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The entries as the model will hold them: exact (integers under scale) or real. */
typedef struct form {
  bool is_exact;
  double scale;
  number *value; /* [n_entries] */
} form;

static lehr_status choose_form(const lehr_builder *b, form *f, lehr_error *err) {
  const size_t count = (size_t)b->n_entries;
  f->value = memory_array(count, sizeof *f->value);
  if (!f->value) return error_memory(err, count * sizeof *f->value);
  for (size_t k = 0; k < count; k++) f->value[k] = b->entries[k].value;
  f->is_exact = !b->is_real;
  f->scale = 1;
  if (b->is_real && scale_find(&f->value->f, b->n_entries, &f->scale)) {
    f->is_exact = true;
    for (size_t k = 0; k < count; k++) {
      int64_t integer;
      if (!scale_integer(f->value[k].f, f->scale, &integer))
        return error_set(err, LEHR_EINTERNAL, "scale does not fit");
      f->value[k].i = integer;
    }
  }
  if (f->is_exact) {
    f->scale *= b->scale;
  } else if (b->scale != 1) {
    for (size_t k = 0; k < count; k++) {
      f->value[k].f *= b->scale;
      if (!isfinite(f->value[k].f)) return error_set(err, LEHR_ERANGE, "scaled value overflows");
    }
  }
  return LEHR_OK;
}

/* Upper triangle in row order with ascending columns; equal pairs not yet merged. */
typedef struct triangle {
  int64_t count;
  int64_t *row; /* [n+1] */
  int32_t *col;
  number *value;
} triangle;

/* Two stable counting sorts: by column, then by row. O(n + entries). */
static lehr_status sort_couplings(const lehr_builder *b, const form *f, triangle *t,
                                  lehr_error *err) {
  const size_t n = (size_t)b->n;
  int64_t count = 0;
  for (int64_t k = 0; k < b->n_entries; k++) count += b->entries[k].i < b->entries[k].j;
  t->count = count;
  t->row = memory_array(n + 1, sizeof *t->row);
  t->col = memory_array((size_t)count, sizeof *t->col);
  t->value = memory_array((size_t)count, sizeof *t->value);
  int64_t *next = memory_array(n + 1, sizeof *next);
  int64_t *by_col = memory_array((size_t)count, sizeof *by_col);
  lehr_status status = LEHR_OK;
  if (!t->row || !t->col || !t->value || !next || !by_col) {
    status = error_memory(err, (uint64_t)count * 28 + n * 16);
    goto done;
  }
  for (int64_t k = 0; k < b->n_entries; k++) {
    const entry *e = &b->entries[k];
    if (e->i >= e->j) continue;
    next[e->j + 1]++;
    t->row[e->i + 1]++;
  }
  for (size_t v = 0; v < n; v++) {
    next[v + 1] += next[v];
    t->row[v + 1] += t->row[v];
  }
  for (int64_t k = 0; k < b->n_entries; k++)
    if (b->entries[k].i < b->entries[k].j) by_col[next[b->entries[k].j]++] = k;
  memcpy(next, t->row, (n + 1) * sizeof *next);
  for (int64_t s = 0; s < count; s++) {
    const entry *e = &b->entries[by_col[s]];
    const int64_t place = next[e->i]++;
    t->col[place] = e->j;
    t->value[place] = f->value[by_col[s]];
  }
done:
  free(next);
  free(by_col);
  return status;
}

static lehr_status add_number(bool is_exact, number *sum, number v, lehr_error *err) {
  if (is_exact) {
    if (__builtin_add_overflow(sum->i, v.i, &sum->i))
      return error_set(err, LEHR_ERANGE, "sum of coefficients outside the 64-bit range");
  } else {
    sum->f += v.f;
    if (!isfinite(sum->f)) return error_set(err, LEHR_ERANGE, "sum of coefficients overflows");
  }
  return LEHR_OK;
}

/* Sums equal pairs in the order they were added and drops pairs that vanish. */
static lehr_status merge_pairs(const lehr_builder *b, bool is_exact, triangle *t, lehr_error *err) {
  int64_t out = 0;
  for (int32_t i = 0; i < b->n; i++) {
    const int64_t end = t->row[i + 1];
    int64_t k = t->row[i];
    t->row[i] = out;
    while (k < end) {
      const int32_t j = t->col[k];
      number sum = t->value[k++];
      for (; k < end && t->col[k] == j; k++) LEHR_TRY(add_number(is_exact, &sum, t->value[k], err));
      if (is_exact ? sum.i == 0 : sum.f == 0) continue;
      t->col[out] = j;
      t->value[out++] = sum;
    }
  }
  t->row[b->n] = out;
  t->count = out;
  return LEHR_OK;
}

static void put_weight(lehr_model *m, int64_t place, number v) {
  if (m->weight_i64)
    m->weight_i64[place] = v.i;
  else
    m->weight_f64[place] = v.f;
}

/* Mirrors the upper triangle; both halves of each row come out ascending. */
static void fill_rows(const triangle *t, lehr_model *m) {
  const int32_t n = m->view.n;
  for (int32_t i = 0; i < n; i++) {
    m->row[i + 1] += t->row[i + 1] - t->row[i];
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) m->row[t->col[k] + 1]++;
  }
  for (int32_t i = 0; i < n; i++) m->row[i + 1] += m->row[i];
  /* row[i] is the next free place of row i while filling; rows are shifted back afterwards. */
  for (int32_t i = 0; i < n; i++) {
    for (int64_t k = t->row[i]; k < t->row[i + 1]; k++) {
      const int32_t j = t->col[k];
      const int64_t own = m->row[i]++, mirrored = m->row[j]++;
      m->col[own] = j;
      m->col[mirrored] = i;
      put_weight(m, own, t->value[k]);
      put_weight(m, mirrored, t->value[k]);
    }
  }
  for (int32_t i = n; i > 0; i--) m->row[i] = m->row[i - 1];
  if (n > 0) m->row[0] = 0;
}

static lehr_status fill_linear(const lehr_builder *b, const form *f, lehr_model *m,
                               lehr_error *err) {
  number offset = f->is_exact ? (number){.i = 0} : (number){.f = 0};
  for (int64_t k = 0; k < b->n_entries; k++) {
    const entry *e = &b->entries[k];
    if (e->i < e->j) continue;
    if (e->i < 0) {
      LEHR_TRY(add_number(f->is_exact, &offset, f->value[k], err));
      continue;
    }
    number *place = f->is_exact ? (number *)&m->linear_i64[e->i] : (number *)&m->linear_f64[e->i];
    LEHR_TRY(add_number(f->is_exact, place, f->value[k], err));
  }
  if (f->is_exact) {
    m->view.offset_i64 = offset.i;
    m->view.offset_f64 = scale_real(offset.i, f->scale);
  } else {
    m->view.offset_f64 = offset.f;
  }
  m->view.scale = f->is_exact ? f->scale : 1;
  return LEHR_OK;
}

static lehr_status copy_groups(const lehr_builder *b, lehr_model *m) {
  if (b->n_groups == 0) return LEHR_OK;
  const size_t groups = (size_t)b->n_groups;
  m->view.n_groups = (int32_t)b->n_groups;
  m->group_ptr = memory_array(groups + 1, sizeof *m->group_ptr);
  m->group_idx = memory_copy(b->members, (size_t)b->n_members, sizeof *m->group_idx);
  m->group_kind = memory_array(groups, sizeof *m->group_kind);
  m->group_k = memory_array(groups, sizeof *m->group_k);
  uint8_t *seen = memory_array((size_t)b->n, 1);
  lehr_status status = LEHR_ENOMEM;
  if (m->group_ptr && m->group_idx && m->group_kind && m->group_k && seen) {
    for (size_t g = 0; g < groups; g++) {
      m->group_ptr[g] = b->groups[g].first;
      m->group_kind[g] = (int8_t)b->groups[g].kind;
      m->group_k[g] = b->groups[g].k;
    }
    m->group_ptr[groups] = b->n_members;
    for (int64_t k = 0; k < b->n_members; k++) {
      if (seen[b->members[k]]) m->view.groups_disjoint = 0;
      seen[b->members[k]] = 1;
    }
    status = LEHR_OK;
  }
  free(seen);
  return status;
}

static lehr_status copy_names(const lehr_builder *b, lehr_model *m) {
  if (b->name && !(m->name = strdup(b->name))) return LEHR_ENOMEM;
  if (b->time_index) {
    m->time_index = memory_copy(b->time_index, (size_t)b->n, sizeof *m->time_index);
    if (!m->time_index) return LEHR_ENOMEM;
  }
  if (!b->label) return LEHR_OK;
  m->label = calloc((size_t)b->n + 1, sizeof *m->label);
  if (!m->label) return LEHR_ENOMEM;
  for (int32_t i = 0; i < b->n; i++)
    if (b->label[i] && !(m->label[i] = strdup(b->label[i]))) return LEHR_ENOMEM;
  return LEHR_OK;
}

static lehr_status build(const lehr_builder *b, form *f, triangle *t, lehr_model **out,
                         lehr_error *err) {
  LEHR_TRY(choose_form(b, f, err));
  LEHR_TRY(sort_couplings(b, f, t, err));
  LEHR_TRY(merge_pairs(b, f->is_exact, t, err));
  lehr_model *m = model_alloc(b->vartype, b->n, t->count, f->is_exact);
  *out = m;
  if (!m) return error_memory(err, (uint64_t)t->count * 24);
  fill_rows(t, m);
  LEHR_TRY(fill_linear(b, f, m, err));
  if (copy_groups(b, m) != LEHR_OK || copy_names(b, m) != LEHR_OK) return error_memory(err, 0);
  model_refresh_view(m);
  return energy_check_range(&m->view, err);
}

lehr_status lehr_builder_finish(const lehr_builder *b, lehr_model **out, lehr_error *err) {
  form f = {0};
  triangle t = {0};
  *out = NULL;
  const lehr_status status = build(b, &f, &t, out, err);
  if (status != LEHR_OK) {
    lehr_model_free(*out);
    *out = NULL;
  }
  free(f.value);
  free(t.row);
  free(t.col);
  free(t.value);
  return status;
}
