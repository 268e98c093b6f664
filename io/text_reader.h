/* SPDX-License-Identifier: Apache-2.0 */
/* io/text_reader.h - lines and numbers of a text file, with the position of whatever is wrong.
 *
 * Lines end in LF or CRLF, the last one may lack its end; a byte order mark is skipped; NUL bytes
 * and lines above 1 MiB are refused. Memory: one buffer of 2 MiB at most, whatever the file. */
#ifndef LEHR_IO_TEXT_READER_H
#define LEHR_IO_TEXT_READER_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct text_reader text_reader;

/* path "-": standard input. */
lehr_status text_open(const char *path, text_reader **out, lehr_error *err);
void text_close(text_reader *r);

/* The first bytes of the file (at most 64 KiB), before anything else is read. */
void text_head(const text_reader *r, const char **head, size_t *size);
/* File name without folders, ".gz" and extension; "-" for standard input. */
const char *text_name(const text_reader *r);
/* Bytes read so far. */
int64_t text_bytes(const text_reader *r);

/* Goes to the next line; *has_line is false at the end of the file. */
lehr_status text_next_line(text_reader *r, bool *has_line, lehr_error *err);
/* The line, not terminated. */
const char *text_line(const text_reader *r, size_t *length);

/* A word: everything up to the next blank. */
typedef struct text_word {
  const char *text; /* not terminated */
  size_t length;
} text_word;

/* Next word of the line; false at its end. */
bool text_next_word(text_reader *r, text_word *word);

/* A number, as an integer where it is written as one. */
typedef struct text_number {
  bool is_int;
  int64_t i; /* if is_int */
  double f;  /* if not */
} text_number;

/* Next word as an integer of low..high. EINPUT naming `what` otherwise. */
lehr_status text_int(text_reader *r, const char *what, int64_t low, int64_t high, int64_t *value,
                     lehr_error *err);
/* Next word as a finite number; integers beyond 64 bits are ERANGE, never rounded. */
lehr_status text_value(text_reader *r, const char *what, text_number *value, lehr_error *err);
/* Whether the line has another word; does not consume it. */
bool text_has_word(text_reader *r);
/* EINPUT if anything is left on the line. */
lehr_status text_end_of_line(text_reader *r, lehr_error *err);

/* Error at the word read last. */
lehr_status text_error(const text_reader *r, lehr_error *err, lehr_status status,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Gives *err (which came from somewhere below) the position of the current line. */
lehr_status text_locate(const text_reader *r, lehr_status status, lehr_error *err);

/* Number from a word, as text_value does. */
lehr_status text_word_number(text_word word, text_number *value);
/* value * factor; ERANGE on overflow. */
lehr_status text_number_times(text_number *value, int factor, lehr_error *err);

#endif
