/* SPDX-License-Identifier: Apache-2.0 */
#include "io/text_sniff.h"

#include "base/number.h"

#include <string.h>

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

static int count_numbers(const char *line, size_t length) {
  int count = 0;
  for (size_t k = 0; k < length;) {
    while (k < length && is_blank(line[k])) k++;
    const size_t from = k;
    while (k < length && !is_blank(line[k])) k++;
    double value;
    if (k == from) break;
    if (!number_parse_real(line + from, k - from, &value)) return -1;
    count++;
  }
  return count;
}

static bool contains(const char *line, size_t length, const char *phrase) {
  return memmem(line, length, phrase, strlen(phrase)) != NULL;
}

static void judge_comment(text_first_lines *lines, const char *line, size_t length) {
  if (contains(line, length, "vartype=")) lines->has_vartype = true;
  if (contains(line, length, "s_i s_j")) lines->has_spin_objective = true;
}

text_first_lines sniff_lines(const char *head, size_t size) {
  text_first_lines lines = {.is_text = memchr(head, '\0', size) == NULL};
  int data = 0;
  for (size_t k = 0; k < size && data < 3 && lines.is_text;) {
    const char *line = head + k, *newline = memchr(line, '\n', size - k);
    size_t length = newline ? (size_t)(newline - line) : size - k;
    k += length + 1;
    while (length > 0 && is_blank(*line)) line++, length--;
    if (length == 0) continue;
    if (*line == '#' || *line == '%' || *line == 'c') {
      judge_comment(&lines, line, length);
      continue;
    }
    if (data == 0 && length > 6 && memcmp(line, "p qubo", 6) == 0) lines.has_mark_p = true;
    lines.n_numbers[data++] = count_numbers(line, length);
  }
  return lines;
}

bool sniff_is_pairs(const text_first_lines *lines) {
  const int second = lines->n_numbers[1];
  return lines->is_text && lines->n_numbers[0] == 2 && (second == 0 || second == 2 || second == 3);
}
