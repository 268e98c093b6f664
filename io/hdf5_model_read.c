/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "io/hdf5_model.h"
#include "io/hdf5_model_source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void model_source_path(char path[MODEL_SOURCE_PATH], const char *group, const char *name) {
  snprintf(path, MODEL_SOURCE_PATH, "%s%s", group, name);
}

lehr_status model_source_fail(const model_source *s, const char *name, const char *what) {
  return error_set(s->err, LEHR_EINPUT, "%s: %s%s %s", h5_reader_path(s->r), s->group, name, what);
}

lehr_status model_source_has(const model_source *s, const char *base, const char *name,
                             bool *is_there) {
  char path[MODEL_SOURCE_PATH];
  h5_kind kind;
  model_source_path(path, base, name);
  LEHR_TRY(h5_kind_of(s->r, path, &kind, s->err));
  *is_there = kind != H5_NOTHING;
  return LEHR_OK;
}

/* ---- Scalars ---- */

static lehr_status read_real(const model_source *s, const char *name, double fallback,
                             double *out) {
  char path[MODEL_SOURCE_PATH];
  bool is_there;
  *out = fallback;
  LEHR_TRY(model_source_has(s, s->group, name, &is_there));
  if (!is_there) return LEHR_OK;
  model_source_path(path, s->group, name);
  LEHR_TRY(h5_read_scalar(s->r, path, H5_REAL64, out, s->err));
  return isfinite(*out) ? LEHR_OK : model_source_fail(s, name, "is not finite");
}

/* index of the text in the '|'-free list a, b */
static lehr_status read_choice(const model_source *s, const char *name, const char *first,
                               const char *second, bool *is_second) {
  char path[MODEL_SOURCE_PATH], *text;
  bool is_there;
  *is_second = false;
  LEHR_TRY(model_source_has(s, s->group, name, &is_there));
  if (!is_there) return LEHR_OK;
  model_source_path(path, s->group, name);
  LEHR_TRY(h5_read_string(s->r, path, &text, s->err));
  *is_second = strcmp(text, second) == 0;
  const bool is_known = *is_second || strcmp(text, first) == 0;
  free(text);
  return is_known ? LEHR_OK : model_source_fail(s, name, "has an unknown value");
}

/* The integer offset where there is one beside the double (it may not fit a double). */
static lehr_status add_offset(const model_source *s) {
  char path[MODEL_SOURCE_PATH];
  bool is_there;
  double offset;
  int64_t exact;
  LEHR_TRY(model_source_has(s, s->extra, "/offset_int", &is_there));
  if (is_there) {
    model_source_path(path, s->extra, "/offset_int");
    LEHR_TRY(h5_read_scalar(s->r, path, H5_INT64, &exact, s->err));
    if (exact == INT64_MIN) return model_source_fail(s, "/form/offset", "is too large");
    return lehr_builder_add_offset_int(s->builder, s->is_max ? -exact : exact, s->err);
  }
  LEHR_TRY(read_real(s, "/form/offset", 0, &offset));
  return lehr_builder_add_offset(s->builder, s->is_max ? -offset : offset, s->err);
}

/* ---- The whole ---- */

static lehr_status fill_builder(model_source *s, double scale) {
  LEHR_TRY(model_source_read_labels(s));
  LEHR_TRY(model_source_add_terms(s, "linear", false));
  LEHR_TRY(model_source_add_terms(s, "quadratic", true));
  LEHR_TRY(add_offset(s));
  LEHR_TRY(model_source_read_name(s));
  LEHR_TRY(model_source_read_groups(s));
  LEHR_TRY(model_source_read_time_index(s));
  if (lehr_builder_set_scale(s->builder, scale) != LEHR_OK)
    return model_source_fail(s, "/form/scale", "is not positive");
  return LEHR_OK;
}

lehr_status hdf5_model_read(h5_reader *r, const char *group, const char *extra, lehr_model **out,
                            lehr_objective *objective, lehr_error *err) {
  model_source s = {.r = r, .group = group, .extra = extra, .err = err};
  char path[MODEL_SOURCE_PATH];
  int64_t n;
  bool is_spin;
  double scale;
  *out = NULL;
  model_source_path(path, group, "/form/dimension");
  LEHR_TRY(h5_read_scalar(r, path, H5_INT64, &n, err));
  if (n < 0 || n >= INT32_MAX) return model_source_fail(&s, "/form/dimension", "is out of range");
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
static lehr_status locate(h5_reader *r, const char *selector, char group[MODEL_SOURCE_PATH],
                          char extra[MODEL_SOURCE_PATH], lehr_error *err) {
  h5_kind kind;
  model_source_path(group, "", "/model");
  model_source_path(extra, "", "/lehr");
  if (!selector) return LEHR_OK;
  snprintf(group, MODEL_SOURCE_PATH, "/models/%s/model", selector);
  snprintf(extra, MODEL_SOURCE_PATH, "/models/%s/lehr", selector);
  LEHR_TRY(h5_kind_of(r, group, &kind, err));
  if (kind == H5_NOTHING) snprintf(group, MODEL_SOURCE_PATH, "/models/%s", selector);
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
  char group[MODEL_SOURCE_PATH], extra[MODEL_SOURCE_PATH];
  *out = NULL;
  LEHR_TRY(h5_open(path, false, &r, err));
  lehr_status status = selector ? LEHR_OK : refuse_other_kinds(r, err);
  if (status == LEHR_OK) status = locate(r, selector, group, extra, err);
  if (status == LEHR_OK) status = hdf5_model_read(r, group, extra, out, objective, err);
  h5_close(r);
  return status;
}
