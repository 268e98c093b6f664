/* SPDX-License-Identifier: Apache-2.0 */
/* io/text_model.h - what the readers and writers of text models share. */
#ifndef LEHR_IO_TEXT_MODEL_H
#define LEHR_IO_TEXT_MODEL_H

#include "io/publish.h"
#include "io/text_notes.h"
#include "lehr/model.h"

/* ---- Reading ---- */

/* EINPUT where a text of so many bytes may not declare n variables: 2^20, and 8 per byte beyond.
 * A variable costs 32 bytes while the model is built, so that a number in a header costs 35 MB and
 * a tenth of a second at most, and a file with entries what it is worth. */
lehr_status text_check_variables(const text_reader *r, int64_t n, lehr_error *err);

/* Adds factor * value * x_i x_j (linear for i == j); errors get the current line. */
lehr_status text_add(lehr_builder *b, const text_reader *r, const int32_t at[2], text_number value,
                     lehr_error *err);
lehr_status text_add_linear(lehr_builder *b, const text_reader *r, int32_t i, text_number value,
                            lehr_error *err);
lehr_status text_add_offset(lehr_builder *b, text_number value, lehr_error *err);

/* Names the model after the file, checks its size against what was read, builds it and frees b
 * whatever comes of it. n as given to lehr_builder_create. */
lehr_status text_finish(lehr_builder *b, const text_reader *r, int64_t n, lehr_model **out,
                        lehr_error *err);

/* ---- Writing ---- */

enum { TEXT_NUMBER = 1200 };

/* Decimal text of the coefficient at position k of the weights or linear terms, times factor
 * (a power of two, possibly negative), exactly. ERANGE where decimal digits cannot hold it. */
lehr_status text_format(const lehr_model_view *m, int64_t exact, double real, double factor,
                        char text[TEXT_NUMBER], lehr_error *err);
/* The model over `vartype`, *owned to be freed by the caller; EINPUT if it has groups. */
lehr_status text_writable(const lehr_model *m, lehr_vartype vartype, const char *format_name,
                          lehr_model **owned, lehr_error *err);
/* printf into p. */
lehr_status text_print(publication *p, lehr_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "MARK line" for every line of comment. */
lehr_status text_print_comment(publication *p, const char *mark, const char *comment,
                               lehr_error *err);
/* "i j value" lines: linear terms times linear_factor as i i, each coupling once times
 * pair_factor; indices from `base`. */
typedef struct text_terms {
  int base;
  double linear_factor, pair_factor;
} text_terms;
lehr_status text_print_terms(publication *p, const lehr_model_view *m, text_terms terms,
                             lehr_error *err);
/* Linear terms that are not zero. */
int64_t text_count_linear(const lehr_model_view *m);
/* "MARK offset = value" where the offset (times factor) is not zero. */
lehr_status text_print_offset(publication *p, const char *mark, const lehr_model_view *m,
                              double factor, lehr_error *err);

#endif
