/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "io/result.h"
#include "io/text_reader.h"

lehr_status result_read_bits(const char *path, result_rows *rows, lehr_error *err) {
  text_reader *r;
  bool has_line = true;
  *rows = (result_rows){0};
  lehr_status status = text_open(path, &r, err);
  if (status != LEHR_OK) return status;
  while (status == LEHR_OK && has_line) {
    text_word word;
    status = text_next_line(r, &has_line, err);
    if (status != LEHR_OK || !has_line || !text_next_word(r, &word)) continue;
    const result_sample row = {
        .bits = word.text, .length = word.length, .occurrences = 1, .feasible = -1};
    status = text_locate(r, result_rows_add(rows, &row, err), err);
    if (status == LEHR_OK) status = text_end_of_line(r, err);
  }
  text_close(r);
  if (status != LEHR_OK) result_rows_free(rows);
  return status;
}
