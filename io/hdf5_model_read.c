/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_model.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 512 };
static const int64_t entries_limit = INT64_C(1) << 40; /* memory ends before */
/* Above so many variables a model must list them: a number alone is cheap to write. */
static const int32_t unlisted_limit = 1 << 20;

/* A model being read. */
typedef struct source {
  h5_reader *r;
  const char *group, *extra;
  lehr_builder *builder;
  int32_t n;
  bool is_max;
  lehr_error *err;
} source;

/* Coefficients with their positions. */
typedef struct terms {
  int64_t count;
  int64_t *i, *j; /* 1-based; j NULL for linear terms */
  int64_t *exact; /* one of these two */
  double *real;
} terms;

static void path_of(char path[PATH_BYTES], const char *group, const char *name) {
  snprintf(path, PATH_BYTES, "%s%s", group, name);
}

static lehr_status fail(const source *s, const char *name, const char *what) {
  return error_set(s->err, LEHR_EINPUT, "%s: %s%s %s", h5_reader_path(s->r), s->group, name, what);
}

static lehr_status has(const source *s, const char *base, const char *name, bool *is_there) {
  char path[PATH_BYTES];
  h5_kind kind;
  path_of(path, base, name);
  LEHR_TRY(h5_kind_of(s->r, path, &kind, s->err));
  *is_there = kind != H5_NOTHING;
  return LEHR_OK;
}

/* ---- Terms ---- */

static void free_terms(terms *t) {
  free(t->i);
  free(t->j);
  free(t->exact);
  free(t->real);
}

static lehr_status read_column(const source *s, const char *name, h5_type type, int64_t *count,
                               void **out) {
  char path[PATH_BYTES];
  int64_t found;
  path_of(path, s->group, name);
  LEHR_TRY(h5_read_array(s->r, path, type, entries_limit, out, &found, s->err));
  if (*count >= 0 && found != *count) return fail(s, name, "differs in length from its positions");
  *count = found;
  return LEHR_OK;
}

static lehr_status read_terms(const source *s, const char *kind, bool is_quadratic, terms *t) {
  char name[64], path[PATH_BYTES];
  h5_shape shape;
  t->count = -1;
  snprintf(name, sizeof name, "/form/%s/i", kind);
  LEHR_TRY(read_column(s, name, H5_INT64, &t->count, (void **)&t->i));
  if (is_quadratic) {
    snprintf(name, sizeof name, "/form/%s/j", kind);
    LEHR_TRY(read_column(s, name, H5_INT64, &t->count, (void **)&t->j));
  }
  snprintf(name, sizeof name, "/form/%s/v", kind);
  path_of(path, s->group, name);
  LEHR_TRY(h5_shape_of(s->r, path, &shape, s->err));
  if (shape.type <= H5_INT64) return read_column(s, name, H5_INT64, &t->count, (void **)&t->exact);
  return read_column(s, name, H5_REAL64, &t->count, (void **)&t->real);
}

static lehr_status add_term(const source *s, const terms *t, int64_t k) {
  const int64_t i = t->i[k], j = t->j ? t->j[k] : i;
  if (i < 1 || i > s->n || j < 1 || j > s->n)
    return error_set(s->err, LEHR_EINPUT, "%s: %s: variable %" PRId64 " outside 1..%" PRId32,
                     h5_reader_path(s->r), s->group, i < 1 || i > s->n ? i : j, s->n);
  const int32_t a = (int32_t)(i - 1), b = (int32_t)(j - 1);
  if (t->real) {
    const double v = s->is_max ? -t->real[k] : t->real[k];
    return t->j ? lehr_builder_add(s->builder, a, b, v, s->err)
                : lehr_builder_add_linear(s->builder, a, v, s->err);
  }
  if (t->exact[k] == INT64_MIN)
    return error_set(s->err, LEHR_ERANGE, "%s: coefficient %" PRId64 " is too large",
                     h5_reader_path(s->r), t->exact[k]);
  const int64_t v = s->is_max ? -t->exact[k] : t->exact[k];
  return t->j ? lehr_builder_add_int(s->builder, a, b, v, s->err)
              : lehr_builder_add_linear_int(s->builder, a, v, s->err);
}

static lehr_status add_terms(const source *s, const char *kind, bool is_quadratic) {
  terms t = {0};
  lehr_status status = read_terms(s, kind, is_quadratic, &t);
  for (int64_t k = 0; status == LEHR_OK && k < t.count; k++) status = add_term(s, &t, k);
  free_terms(&t);
  return status;
}

/* ---- Scalars ---- */

static lehr_status read_real(const source *s, const char *name, double fallback, double *out) {
  char path[PATH_BYTES];
  bool is_there;
  *out = fallback;
  LEHR_TRY(has(s, s->group, name, &is_there));
  if (!is_there) return LEHR_OK;
  path_of(path, s->group, name);
  LEHR_TRY(h5_read_scalar(s->r, path, H5_REAL64, out, s->err));
  return isfinite(*out) ? LEHR_OK : fail(s, name, "is not finite");
}

/* index of the text in the '|'-free list a, b */
static lehr_status read_choice(const source *s, const char *name, const char *first,
                               const char *second, bool *is_second) {
  char path[PATH_BYTES], *text;
  bool is_there;
  *is_second = false;
  LEHR_TRY(has(s, s->group, name, &is_there));
  if (!is_there) return LEHR_OK;
  path_of(path, s->group, name);
  LEHR_TRY(h5_read_string(s->r, path, &text, s->err));
  *is_second = strcmp(text, second) == 0;
  const bool is_known = *is_second || strcmp(text, first) == 0;
  free(text);
  return is_known ? LEHR_OK : fail(s, name, "has an unknown value");
}

/* The integer offset where there is one beside the double (it may not fit a double). */
static lehr_status add_offset(const source *s) {
  char path[PATH_BYTES];
  bool is_there;
  double offset;
  int64_t exact;
  LEHR_TRY(has(s, s->extra, "/offset_int", &is_there));
  if (is_there) {
    path_of(path, s->extra, "/offset_int");
    LEHR_TRY(h5_read_scalar(s->r, path, H5_INT64, &exact, s->err));
    if (exact == INT64_MIN) return fail(s, "/form/offset", "is too large");
    return lehr_builder_add_offset_int(s->builder, s->is_max ? -exact : exact, s->err);
  }
  LEHR_TRY(read_real(s, "/form/offset", 0, &offset));
  return lehr_builder_add_offset(s->builder, s->is_max ? -offset : offset, s->err);
}

/* ---- Labels, names, structure ---- */

static lehr_status set_labels(const source *s, char *const labels[]) {
  for (int32_t i = 0; i < s->n; i++)
    if (lehr_builder_set_label(s->builder, i, labels[i]) != LEHR_OK)
      return error_memory(s->err, strlen(labels[i]));
  return LEHR_OK;
}

/* Labels that are just 0..n-1 are none. */
static lehr_status set_number_labels(const source *s, const int64_t labels[]) {
  char text[32];
  bool is_plain = true;
  for (int32_t i = 0; i < s->n; i++) is_plain &= labels[i] == i;
  for (int32_t i = 0; !is_plain && i < s->n; i++) {
    snprintf(text, sizeof text, "%" PRId64, labels[i]);
    if (lehr_builder_set_label(s->builder, i, text) != LEHR_OK) return error_memory(s->err, 32);
  }
  return LEHR_OK;
}

static lehr_status read_labels(const source *s) {
  char path[PATH_BYTES];
  bool is_there;
  h5_shape shape;
  LEHR_TRY(has(s, s->group, "/variables", &is_there));
  if (!is_there && s->n > unlisted_limit)
    return fail(s, "/variables", "is missing for so many variables");
  if (!is_there) return LEHR_OK;
  path_of(path, s->group, "/variables");
  LEHR_TRY(h5_shape_of(s->r, path, &shape, s->err));
  if (shape.rank != 1 || shape.dims[0] != s->n)
    return fail(s, "/variables", "does not have one label per variable");
  lehr_status status;
  if (shape.type == H5_STRING) {
    char **labels;
    LEHR_TRY(h5_read_strings(s->r, path, 0, s->n, &labels, s->err));
    status = set_labels(s, labels);
    free(labels);
  } else {
    int64_t *labels, count;
    LEHR_TRY(h5_read_array(s->r, path, H5_INT64, s->n, (void **)&labels, &count, s->err));
    status = set_number_labels(s, labels);
    free(labels);
  }
  return status;
}

static lehr_status read_name(const source *s) {
  char path[PATH_BYTES], *text;
  bool is_there;
  LEHR_TRY(has(s, s->group, "/metadata", &is_there));
  if (!is_there) return LEHR_OK;
  path_of(path, s->group, "/metadata");
  LEHR_TRY(h5_read_string(s->r, path, &text, s->err));
  json_t *metadata = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  free(text);
  const char *name = json_string_value(json_object_get(metadata, "name"));
  const lehr_status status = name ? lehr_builder_set_name(s->builder, name) : LEHR_OK;
  json_decref(metadata);
  return status;
}

typedef struct group_columns {
  int64_t *ptr, n_ptr;
  int32_t *idx, *kind, *k;
  int64_t n_idx, n_kind, n_k;
} group_columns;

static lehr_status read_group_columns(const source *s, group_columns *g) {
  char path[PATH_BYTES];
  bool has_k;
  path_of(path, s->extra, "/group_ptr");
  LEHR_TRY(h5_read_array(s->r, path, H5_INT64, entries_limit, (void **)&g->ptr, &g->n_ptr, s->err));
  path_of(path, s->extra, "/group_idx");
  LEHR_TRY(h5_read_array(s->r, path, H5_INT32, entries_limit, (void **)&g->idx, &g->n_idx, s->err));
  path_of(path, s->extra, "/group_kind");
  LEHR_TRY(
      h5_read_array(s->r, path, H5_INT32, entries_limit, (void **)&g->kind, &g->n_kind, s->err));
  LEHR_TRY(has(s, s->extra, "/group_k", &has_k));
  if (!has_k) return LEHR_OK;
  path_of(path, s->extra, "/group_k");
  return h5_read_array(s->r, path, H5_INT32, entries_limit, (void **)&g->k, &g->n_k, s->err);
}

static lehr_status add_groups(const source *s, const group_columns *g) {
  const int64_t count = g->n_ptr - 1;
  if (count < 0 || g->n_kind != count || (g->k && g->n_k != count) || g->ptr[0] != 0 ||
      g->ptr[count] != g->n_idx)
    return error_set(s->err, LEHR_EINPUT, "%s: the group columns in %s contradict each other",
                     h5_reader_path(s->r), s->extra);
  for (int64_t m = 0; m < count; m++) {
    if (g->ptr[m + 1] < g->ptr[m] || g->ptr[m + 1] > g->n_idx)
      return error_set(s->err, LEHR_EINPUT, "%s: %s/group_ptr is not ascending",
                       h5_reader_path(s->r), s->extra);
    LEHR_TRY(lehr_builder_add_group(s->builder, (lehr_group_kind)g->kind[m], g->idx + g->ptr[m],
                                    g->ptr[m + 1] - g->ptr[m], g->k ? g->k[m] : 1, s->err));
  }
  return LEHR_OK;
}

static lehr_status read_groups(const source *s) {
  bool is_there;
  group_columns g = {0};
  LEHR_TRY(has(s, s->extra, "/lowrank", &is_there));
  if (is_there)
    return error_set(s->err, LEHR_EUNAVAILABLE, "%s: low-rank terms cannot be read yet",
                     h5_reader_path(s->r));
  LEHR_TRY(has(s, s->extra, "/group_ptr", &is_there));
  if (!is_there) return LEHR_OK;
  lehr_status status = read_group_columns(s, &g);
  if (status == LEHR_OK) status = add_groups(s, &g);
  free(g.ptr);
  free(g.idx);
  free(g.kind);
  free(g.k);
  return status;
}

static lehr_status read_time_index(const source *s) {
  char path[PATH_BYTES];
  bool is_there;
  int32_t *index;
  int64_t count;
  LEHR_TRY(has(s, s->extra, "/time_index", &is_there));
  if (!is_there) return LEHR_OK;
  path_of(path, s->extra, "/time_index");
  LEHR_TRY(h5_read_array(s->r, path, H5_INT32, s->n, (void **)&index, &count, s->err));
  lehr_status status = LEHR_OK;
  if (count != s->n)
    status = error_set(s->err, LEHR_EINPUT, "%s: %s does not have one value per variable",
                       h5_reader_path(s->r), path);
  else if (lehr_builder_set_time_index(s->builder, index) != LEHR_OK)
    status = error_memory(s->err, (uint64_t)count * 4);
  free(index);
  return status;
}

/* ---- The whole ---- */

static lehr_status fill_builder(source *s, double scale) {
  LEHR_TRY(read_labels(s));
  LEHR_TRY(add_terms(s, "linear", false));
  LEHR_TRY(add_terms(s, "quadratic", true));
  LEHR_TRY(add_offset(s));
  LEHR_TRY(read_name(s));
  LEHR_TRY(read_groups(s));
  LEHR_TRY(read_time_index(s));
  if (lehr_builder_set_scale(s->builder, scale) != LEHR_OK)
    return fail(s, "/form/scale", "is not positive");
  return LEHR_OK;
}

lehr_status hdf5_model_read(h5_reader *r, const char *group, const char *extra, lehr_model **out,
                            lehr_objective *objective, lehr_error *err) {
  source s = {.r = r, .group = group, .extra = extra, .err = err};
  char path[PATH_BYTES];
  int64_t n;
  bool is_spin;
  double scale;
  *out = NULL;
  path_of(path, group, "/form/dimension");
  LEHR_TRY(h5_read_scalar(r, path, H5_INT64, &n, err));
  if (n < 0 || n >= INT32_MAX) return fail(&s, "/form/dimension", "is out of range");
  s.n = (int32_t)n;
  LEHR_TRY(read_choice(&s, "/form/sense", "min", "max", &s.is_max));
  LEHR_TRY(read_choice(&s, "/form/domain", "bool", "spin", &is_spin));
  LEHR_TRY(read_real(&s, "/form/scale", 1, &scale));
  if (lehr_builder_create(is_spin ? LEHR_SPIN : LEHR_BINARY, s.n, &s.builder) != LEHR_OK)
    return error_memory(err, (uint64_t)n);
  lehr_status status = fill_builder(&s, scale);
  if (status == LEHR_OK) status = lehr_builder_finish(s.builder, out, err);
  lehr_builder_free(s.builder);
  if (objective) *objective = (lehr_objective){.factor = s.is_max ? -1 : 1};
  return status;
}

/* The groups of one model in an archive, with or without a level "model". */
static lehr_status locate(h5_reader *r, const char *selector, char group[PATH_BYTES],
                          char extra[PATH_BYTES], lehr_error *err) {
  h5_kind kind;
  path_of(group, "", "/model");
  path_of(extra, "", "/lehr");
  if (!selector) return LEHR_OK;
  snprintf(group, PATH_BYTES, "/models/%s/model", selector);
  snprintf(extra, PATH_BYTES, "/models/%s/lehr", selector);
  LEHR_TRY(h5_kind_of(r, group, &kind, err));
  if (kind == H5_NOTHING) snprintf(group, PATH_BYTES, "/models/%s", selector);
  return LEHR_OK;
}

/* People hand in the other kinds of lehr's files; tell them where those go. */
static lehr_status refuse_other_kinds(h5_reader *r, lehr_error *err) {
  static const struct {
    const char *group, *hint;
  } kinds[] = {{"/batch", "a batch of many models; `lehr batch` solves them"},
               {"/models", "an archive of many models; add #NAME for one, or use `lehr batch`"},
               {"/result", "the result of a batch; `lehr verify` checks it"}};
  h5_kind kind;
  LEHR_TRY(h5_kind_of(r, "/model", &kind, err));
  if (kind != H5_NOTHING) return LEHR_OK;
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    LEHR_TRY(h5_kind_of(r, kinds[k].group, &kind, err));
    if (kind == H5_GROUP_OBJECT)
      return error_set(err, LEHR_EINPUT, "%s: holds %s", h5_reader_path(r), kinds[k].hint);
  }
  return LEHR_OK;
}

lehr_status hdf5_model_read_file(const char *path, const char *selector, lehr_model **out,
                                 lehr_objective *objective, lehr_error *err) {
  h5_reader *r;
  char group[PATH_BYTES], extra[PATH_BYTES];
  *out = NULL;
  LEHR_TRY(h5_open(path, false, &r, err));
  lehr_status status = selector ? LEHR_OK : refuse_other_kinds(r, err);
  if (status == LEHR_OK) status = locate(r, selector, group, extra, err);
  if (status == LEHR_OK) status = hdf5_model_read(r, group, extra, out, objective, err);
  h5_close(r);
  return status;
}
