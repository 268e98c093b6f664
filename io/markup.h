/* SPDX-License-Identifier: Apache-2.0 */
/* io/markup.h - growing text for SVG and HTML: escaped, with numbers that do not know the locale.
 *
 * Appending never fails visibly; when memory runs out, the text stays as it was and markup_finish
 * says so. */
#ifndef LEHR_IO_MARKUP_H
#define LEHR_IO_MARKUP_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct markup {
  char *text; /* not terminated before markup_finish */
  size_t length, capacity;
  bool is_short_of_memory;
} markup;

/* Text as it is. */
void markup_raw(markup *m, const char *text);
/* Text with & < > " ' escaped; control characters and broken UTF-8 become "?". NULL is "". */
void markup_text(markup *m, const char *text);
/* A number with exactly `decimals` (0..9) decimals, "." as decimal sign, never "-0". Magnitudes
 * are cut at 1e9; NaN is "0", for coordinates only. */
void markup_fixed(markup *m, double value, int decimals);
/* Formatted raw text of at most 1000 bytes; for integers and trusted words, not for reals. */
void markup_format(markup *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hands the terminated text over (free it) and empties m. ENOMEM if anything was lost. */
lehr_status markup_finish(markup *m, char **text, size_t *length, lehr_error *err);
void markup_discard(markup *m);

enum { MARKUP_NUMBER = 40 };
/* The number as people write it: fixed decimals, groups of three from 10000 on (narrow no-break
 * space), "n/a" for NaN. */
void markup_number(double value, int decimals, char text[MARKUP_NUMBER]);

#endif
