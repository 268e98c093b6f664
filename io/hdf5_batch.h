/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_batch.h - many models in one HDF5 file: flat columns in /batch, or one QUBin group per
 * model in /models/<name> (docs/batch.md).
 *
 * Both are read in windows of neighbouring items, so memory does not grow with the file. An item
 * whose numbers contradict each other does not spoil the file: building its model fails, with the
 * reason. Columns that contradict each other do. */
#ifndef LEHR_IO_HDF5_BATCH_H
#define LEHR_IO_HDF5_BATCH_H

#include "io/hdf5_util.h"
#include "lehr/model.h"

/* ---- Reading ---- */

typedef struct batch_reader batch_reader;
typedef struct batch_window batch_window;

lehr_status batch_reader_open(const char *path, bool is_trusted, batch_reader **out,
                              lehr_error *err);
/* Number of models in the file. */
int64_t batch_reader_items(const batch_reader *r);
/* The reader below, for what is not columns of models (e.g. /batch/meta). */
h5_reader *batch_reader_file(batch_reader *r);
void batch_reader_close(batch_reader *r);

/* Reads items first, first + 1, ... below `end`: at least one, at most some thousand, as many as
 * fit a few megabytes. Memory belongs to the window, which is independent of the reader. */
lehr_status batch_reader_window(batch_reader *r, int64_t first, int64_t end, batch_window **out,
                                lehr_error *err);
/* The same into a window that is needed no more, whose memory is used again. After a failure it can
 * only be freed or refilled. */
lehr_status batch_reader_refill(batch_reader *r, int64_t first, int64_t end, batch_window *w,
                                lehr_error *err);
int64_t batch_window_first(const batch_window *w);
int64_t batch_window_count(const batch_window *w);
/* Name of item k of the window (0 <= k < count). */
const char *batch_window_name(const batch_window *w, int64_t k);
/* Builds the model of item k, without its name, once per item. EINPUT or ERANGE with the reason.
 * Different items may be built by different threads at the same time. */
lehr_status batch_window_model(const batch_window *w, int64_t k, lehr_model **out, lehr_error *err);
void batch_window_free(batch_window *w);

/* ---- Writing ---- */

typedef struct batch_writer batch_writer;

/* What the whole batch will hold; the columns are made with exactly these sizes. */
typedef struct batch_totals {
  int64_t items;
  int64_t linear;  /* sum of n */
  int64_t quad;    /* sum of couplings */
  int64_t groups;  /* sum of groups; 0: no group columns */
  int64_t members; /* sum of group members */
  bool is_exact;   /* all models exact: int64 columns; else float64 ones */
} batch_totals;

/* Adds one model's sizes to the totals (start from {.is_exact = true}). */
void batch_totals_add(batch_totals *t, const lehr_model *m);

/* Starts a batch file; models follow in order. title goes to the root attribute. */
lehr_status batch_writer_create(const char *path, const char *title, const batch_totals *totals,
                                batch_writer **out, lehr_error *err);
/* Appends a model; name NULL: item-000000, item-000001, ... */
void batch_writer_add(batch_writer *w, const lehr_model *m, const char *name);
/* The writer below, for /batch/meta and attributes. */
h5_writer *batch_writer_file(batch_writer *w);
/* Completes and publishes; returns the first failure. Frees w. */
lehr_status batch_writer_publish(batch_writer *w, lehr_error *err);
void batch_writer_discard(batch_writer *w);

#endif
