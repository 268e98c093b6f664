/* SPDX-License-Identifier: Apache-2.0 */
/* io/text_sniff.h - the first lines of a text, for formats to judge. */
#ifndef LEHR_IO_TEXT_SNIFF_H
#define LEHR_IO_TEXT_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

typedef struct text_first_lines {
  bool is_text;
  int n_numbers[3];        /* words on the first data lines, -1: not all numbers, 0: no line */
  bool has_mark_p;         /* the first data line begins with "p qubo" */
  bool has_vartype;        /* a comment says "vartype=" */
  bool has_spin_objective; /* a comment speaks of s_i s_j */
} text_first_lines;

/* Lines that begin with '#', 'c' or '%' are comments. */
text_first_lines sniff_lines(const char *head, size_t size);

/* Whether the lines are "n m" and then "i j" or "i j w". */
bool sniff_is_pairs(const text_first_lines *lines);

#endif
