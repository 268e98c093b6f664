/* SPDX-License-Identifier: Apache-2.0 */
#include "io/text_notes.h"

#include "base/error.h"

#include <stdint.h>
#include <string.h>

void notes_init(text_notes *notes) { *notes = (text_notes){.variables = -1}; }

static bool is_word(text_word w, const char *text) {
  return w.length == strlen(text) && memcmp(w.text, text, w.length) == 0;
}

static bool contains(text_word line, const char *phrase) {
  return memmem(line.text, line.length, phrase, strlen(phrase)) != NULL;
}

static bool is_separator(char c) { return c == ' ' || c == '\t' || c == '=' || c == ':'; }

/* The part of *rest before the next separator. */
static text_word take(text_word *rest) {
  size_t k = 0;
  while (k < rest->length && is_separator(rest->text[k])) k++;
  const size_t from = k;
  while (k < rest->length && !is_separator(rest->text[k])) k++;
  const text_word word = {rest->text + from, k - from};
  *rest = (text_word){rest->text + k, rest->length - k};
  return word;
}

static void learn(text_notes *notes, text_word line) {
  if (contains(line, "0-based") || contains(line, "1-based")) {
    notes->has_base = true;
    notes->base = contains(line, "1-based");
  }
  const text_word key = take(&line), value = take(&line);
  if (take(&line).length > 0) return; /* a sentence, not a fact */
  text_number number;
  if (is_word(key, "vartype")) {
    notes->has_vartype = is_word(value, "SPIN") || is_word(value, "BINARY");
    notes->vartype = is_word(value, "SPIN") ? LEHR_SPIN : LEHR_BINARY;
  } else if (is_word(key, "offset") && text_word_number(value, &number) == LEHR_OK) {
    notes->has_offset = true;
    notes->offset = number;
  } else if (is_word(key, "variables") && text_word_number(value, &number) == LEHR_OK) {
    if (number.is_int && number.i >= 0 && number.i < INT32_MAX) notes->variables = number.i;
  }
}

lehr_status notes_next_line(text_notes *notes, text_reader *r, const char *marks, bool *has_line,
                            lehr_error *err) {
  for (;;) {
    LEHR_TRY(text_next_line(r, has_line, err));
    if (!*has_line || text_has_word(r)) {
      size_t length;
      const char *line = *has_line ? text_line(r, &length) : "";
      while (*has_line && (*line == ' ' || *line == '\t' || *line == '\f')) line++, length--;
      if (!*has_line || !*line || !strchr(marks, *line)) return LEHR_OK;
      learn(notes, (text_word){line + 1, length - 1});
    }
  }
}
