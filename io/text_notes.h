/* SPDX-License-Identifier: Apache-2.0 */
/* io/text_notes.h - facts that text models carry in comment lines.
 *
 * "key = value", "key : value" or "key value" behind the comment mark: offset (of the file's own
 * objective), variables, vartype (BINARY or SPIN). The phrases "0-based" and "1-based" set the
 * index base. Everything else in comments is ignored. */
#ifndef LEHR_IO_TEXT_NOTES_H
#define LEHR_IO_TEXT_NOTES_H

#include "io/text_reader.h"
#include "lehr/model.h"

typedef struct text_notes {
  bool has_offset, has_vartype, has_base;
  text_number offset;
  int64_t variables; /* -1: not told */
  lehr_vartype vartype;
  int base;
} text_notes;

void notes_init(text_notes *notes);

/* Goes to the next line that is neither blank nor begins with one of `marks`; comments go into
 * notes. */
lehr_status notes_next_line(text_notes *notes, text_reader *r, const char *marks, bool *has_line,
                            lehr_error *err);

#endif
