/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_model_source.h - a QUBin group while a model is read from it; shared by
 * hdf5_model_read.c (the whole), hdf5_model_terms.c and hdf5_model_extras.c. */
#ifndef LEHR_IO_HDF5_MODEL_SOURCE_H
#define LEHR_IO_HDF5_MODEL_SOURCE_H

#include "io/hdf5_util.h"
#include "lehr/model.h"

enum { MODEL_SOURCE_PATH = 512 };
/* Of columns whose length nothing else limits: memory ends before. */
#define MODEL_SOURCE_ENTRIES (INT64_C(1) << 40)

typedef struct model_source {
  h5_reader *r;
  const char *group, *extra; /* hdf5_model_read */
  lehr_builder *builder;
  int32_t n;
  bool is_max; /* the file maximises: everything is negated */
  lehr_error *err;
} model_source;

void model_source_path(char path[MODEL_SOURCE_PATH], const char *group, const char *name);
/* EINPUT: "FILE: GROUP/NAME what". */
lehr_status model_source_fail(const model_source *s, const char *name, const char *what);
/* Whether there is an object `name` in the group `base`. */
lehr_status model_source_has(const model_source *s, const char *base, const char *name,
                             bool *is_there);

/* kind: "linear" or "quadratic". */
lehr_status model_source_add_terms(const model_source *s, const char *kind, bool is_quadratic);

/* Each takes what is there into the builder, or nothing. */
lehr_status model_source_read_labels(const model_source *s);
lehr_status model_source_read_name(const model_source *s);
lehr_status model_source_read_groups(const model_source *s);
lehr_status model_source_read_time_index(const model_source *s);

#endif
