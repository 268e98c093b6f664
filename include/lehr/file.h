/* SPDX-License-Identifier: Apache-2.0 */
/* lehr/file.h - reading and writing model files.
 *
 * Formats are recognised by content, then by extension; `lehr convert --help` lists them. Files
 * ending in .gz are decompressed on the way in. Readers trust nothing they read. */
#ifndef LEHR_FILE_H
#define LEHR_FILE_H

#include "lehr/model.h"

LEHR_BEGIN_DECLS

/* How the file's own objective follows from the minimised energy:
 * objective = factor * energy + constant (e.g. rudy: the cut is -energy; OR-Library files state
 * a maximum). */
typedef struct lehr_objective {
  double factor;
  double constant;
} lehr_objective;

/* Reads a model. format NULL: found out; "-" as path: standard input. objective is nullable. */
LEHR_API lehr_status lehr_model_read(const char *path, const char *format, lehr_model **out,
                                     lehr_objective *objective, lehr_error *err) LEHR_MUST_CHECK;

/* Writes a model atomically: the old file stays until the new one is complete. format NULL: from
 * the extension. EINPUT if the format cannot hold the model exactly, with the reason. */
LEHR_API lehr_status lehr_model_write(const lehr_model *m, const char *path, const char *format,
                                      lehr_error *err) LEHR_MUST_CHECK;

LEHR_END_DECLS

#endif
