/* SPDX-License-Identifier: Apache-2.0 */
/* base/text_cursor.h - reading a short text from left to right, as the grammars of dates and time
 * zones want it. Not zero-terminated. Nothing is read at or behind `end`. */
#ifndef LEHR_BASE_TEXT_CURSOR_H
#define LEHR_BASE_TEXT_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

typedef struct text_cursor {
  const char *at, *end;
} text_cursor;

/* Steps over `expected` if it comes next. */
bool text_take(text_cursor *c, char expected);
/* Steps over at least `least` and at most `most` (<= 9) digits; false if there are fewer. */
bool text_take_digits(text_cursor *c, int least, int most, int32_t *value);

#endif
