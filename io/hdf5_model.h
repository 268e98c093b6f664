/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_model.h - one model as QUBin (QUBOTools.jl) with lehr's additions (docs/formats.md).
 *
 * Exact models are stored as int64 coefficients and a scale and come back bit for bit. */
#ifndef LEHR_IO_HDF5_MODEL_H
#define LEHR_IO_HDF5_MODEL_H

#include "io/hdf5_util.h"
#include "lehr/file.h"

/* Reads the QUBin group `group` ("/model", "/models/NAME"); groups and hints are looked for in
 * `extra` ("/lehr", "/models/NAME/lehr"), which may be absent. objective is set (factor -1 for
 * models that state a maximum). */
lehr_status hdf5_model_read(h5_reader *r, const char *group, const char *extra, lehr_model **out,
                            lehr_objective *objective, lehr_error *err);

/* The same for a model file; selector NULL or the NAME of one of /models. Guarded reading. */
lehr_status hdf5_model_read_file(const char *path, const char *selector, lehr_model **out,
                                 lehr_objective *objective, lehr_error *err);

/* Writes /model and /lehr. */
void hdf5_model_put(h5_writer *w, const lehr_model *m);
/* Bytes that hdf5_model_put takes at most. */
uint64_t hdf5_model_bytes(const lehr_model *m);
/* comment: the root attribute "source". */
lehr_status hdf5_model_write_file(const lehr_model *m, const char *comment, const char *path,
                                  lehr_error *err);

#endif
