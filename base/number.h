/* SPDX-License-Identifier: Apache-2.0 */
/* base/number.h - numbers from and to text, strict and independent of the locale. */
#ifndef LEHR_BASE_NUMBER_H
#define LEHR_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parses a decimal number that fills text[0..length) exactly: no blanks, no hex, no inf or nan, no
 * overflow. False otherwise. */
bool number_parse_int(const char *text, size_t length, int64_t *value);
bool number_parse_real(const char *text, size_t length, double *value);

/* Like number_parse_int, and also accepts exact integers such as 2e8, 1.5e3 and 2^20. */
bool number_parse_count(const char *text, size_t length, int64_t *value);

enum { NUMBER_TEXT = 32 };
/* Shortest text that reads back as the same double, "." as decimal sign; integers get no point. */
void number_format(double value, char text[NUMBER_TEXT]);
enum { BYTES_TEXT = 24 };
/* A size for people: "232 bytes", "1.5 kB", "12 GB"; 1 kB = 1024 bytes, as --memory has it. */
void number_bytes(uint64_t bytes, char text[BYTES_TEXT]);
/* Text without an exponent that reads back as the same double (at most 1100 characters). */
size_t number_format_plain(double value, char text[], size_t size);

#endif
