/* SPDX-License-Identifier: Apache-2.0 */
/* io/report_html.h - a report as one self-contained HTML page: sections, key figures, tables,
 * plots, foldable details and a provenance block.
 *
 * No scripts, no fonts, no images from elsewhere: a content policy in the page forbids them. All
 * text is escaped; only report_figure() takes markup, from io/svg.h. Same calls, same bytes: a
 * report has no clock of its own. Light and dark, on screen and on paper. */
#ifndef LEHR_IO_REPORT_HTML_H
#define LEHR_IO_REPORT_HTML_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct report report;

/* Starts a page. subtitle may be NULL. ENOMEM. */
lehr_status report_create(const char *title, const char *subtitle, report **out, lehr_error *err);

/* A new section; closes the one before. */
void report_section(report *r, const char *heading);
void report_paragraph(report *r, const char *text);

/* A row of key figures. note may be NULL. */
typedef struct report_card {
  const char *label, *value, *note;
} report_card;
void report_cards(report *r, const report_card cards[], int32_t count);

/* cells[row * n_columns + column]; the first column is left-aligned, the others right. NULL is an
 * empty cell. */
typedef struct report_table {
  const char *caption;     /* may be NULL */
  const char *const *head; /* [n_columns] */
  const char *const *cells;
  int32_t n_columns;
  int64_t n_rows;
  int64_t highlight; /* row to stress, -1 for none */
} report_table;
void report_add_table(report *r, const report_table *t);

/* A plot made with is_inline. caption may be NULL. */
void report_figure(report *r, const char *svg, const char *caption);

/* Everything between goes into a fold that is closed at first. */
void report_details_begin(report *r, const char *summary);
void report_details_end(report *r);

/* Names and values, e.g. what the report was made from: input, checksum, seed, version. */
void report_facts(report *r, const char *const pairs[][2], int32_t count);

/* Completes the page; free(*html). Frees r in any case. ENOMEM if anything was lost. */
lehr_status report_finish(report *r, char **html, size_t *length, lehr_error *err);
/* NULL is accepted. */
void report_discard(report *r);

#endif
