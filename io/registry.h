/* SPDX-License-Identifier: Apache-2.0 */
/* io/registry.h - the model file formats, one row each (io/formats.def).
 *
 * lehr_model_read sniffs the content, then looks at the extension. A text format reads from a
 * text_reader (any source, decompressed); a format that needs the file itself (HDF5) has
 * read_path. A row without reader or writer is one-way. */
#ifndef LEHR_IO_REGISTRY_H
#define LEHR_IO_REGISTRY_H

#include "io/publish.h"
#include "io/text_reader.h"
#include "lehr/file.h"

/* How sure a format is that a file is its own. */
typedef enum format_match {
  FORMAT_NO,
  FORMAT_POSSIBLE,
  FORMAT_LIKELY,
  FORMAT_CERTAIN
} format_match;

typedef struct model_format {
  const char *name;       /* as in --from */
  const char *extensions; /* without dots, separated by blanks; the first one is preferred */
  const char *summary;    /* one line */
  /* Judges the first bytes of the decompressed content. size may be 0. */
  format_match (*sniff)(const char *head, size_t size);
  /* selector: what stood behind '#' in the path, NULL if nothing did. objective is never NULL and
   * preset to energy itself. */
  lehr_status (*read)(text_reader *r, const char *selector, lehr_model **out,
                      lehr_objective *objective, lehr_error *err);
  lehr_status (*read_path)(const char *path, const char *selector, lehr_model **out,
                           lehr_objective *objective, lehr_error *err);
  /* EINPUT where the format cannot hold the model exactly. comment: lines without mark, or "". */
  lehr_status (*write)(const lehr_model *m, const char *comment, publication *p, lehr_error *err);
  lehr_status (*write_path)(const lehr_model *m, const char *comment, const char *path,
                            lehr_error *err);
} model_format;

#define FORMAT(name) extern const model_format format_##name;
#include "io/formats.def"
#undef FORMAT

/* Rows in order; NULL past the end. */
const model_format *format_at(int index);
/* Row of that name or NULL. */
const model_format *format_find(const char *name);
/* Row for the extension of path (".gz" and "#k" ignored) that can write; NULL if there is none. */
const model_format *format_for_writing(const char *path);

/* lehr_model_write with comment lines where the format has them. */
lehr_status format_write(const lehr_model *m, const char *path, const char *format,
                         const char *comment, lehr_error *err);
/* lehr_model_read that also tells which format it was (nullable). */
lehr_status format_read(const char *path, const char *format, lehr_model **out,
                        lehr_objective *objective, const model_format **found, lehr_error *err);

#endif
