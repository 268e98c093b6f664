/* SPDX-License-Identifier: Apache-2.0 */
/* Results as CSV (RFC 4180): energy,num_occurrences,bits - one row per distinct sample. */
#include "base/error.h"
#include "base/number.h"
#include "io/result.h"
#include "io/text_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char header[] = "energy,num_occurrences,bits";

static lehr_status write_row(const result *r, int64_t row, char bits[], publication *p,
                             lehr_error *err) {
  char text[RESULT_NUMBER], count[32];
  result_energy_text(r, row, text);
  snprintf(count, sizeof count, ",%" PRId64 ",", lehr_sampleset_occurrences(r->set, row));
  LEHR_TRY(result_bits_text(r, row, bits, err));
  LEHR_TRY(publish_write(p, text, strlen(text), err));
  LEHR_TRY(publish_write(p, count, strlen(count), err));
  LEHR_TRY(publish_write(p, bits, strlen(bits), err));
  return publish_write(p, "\n", 1, err);
}

static lehr_status write_csv(const result *r, publication *p, lehr_error *err) {
  const size_t size = (size_t)lehr_sampleset_variables(r->set) + 1;
  char *bits = malloc(size);
  if (!bits) return error_memory(err, size);
  lehr_status status = publish_write(p, header, strlen(header), err);
  if (status == LEHR_OK) status = publish_write(p, "\n", 1, err);
  for (int64_t k = 0; k < result_kept(r) && status == LEHR_OK; k++)
    status = write_row(r, k, bits, p, err);
  free(bits);
  return status;
}

/* Splits a line at its two commas. */
static bool split(const char *line, size_t length, text_word part[3]) {
  for (int k = 0; k < 3; k++) {
    const char *comma = length > 0 ? memchr(line, ',', length) : NULL;
    if ((k < 2) != (comma != NULL)) return false;
    part[k] = (text_word){line, comma ? (size_t)(comma - line) : length};
    line += part[k].length + 1;
    length -= comma ? part[k].length + 1 : part[k].length;
  }
  return true;
}

static lehr_status parse_row(const text_reader *r, result_sample *row, lehr_error *err) {
  size_t length;
  text_word part[3];
  const char *line = text_line(r, &length);
  if (!split(line, length, part))
    return text_error(r, err, LEHR_EINPUT, "expected energy,num_occurrences,bits");
  text_number energy;
  if (text_word_number(part[0], &energy) != LEHR_OK ||
      !number_parse_int(part[1].text, part[1].length, &row->occurrences))
    return text_error(r, err, LEHR_EINPUT, "expected numbers before the bits");
  row->is_int = energy.is_int;
  row->energy_int = energy.is_int ? energy.i : 0;
  row->energy = energy.is_int ? (double)energy.i : energy.f;
  row->feasible = -1;
  row->bits = part[2].text;
  row->length = part[2].length;
  return LEHR_OK;
}

static lehr_status read_lines(text_reader *r, result_rows *rows, lehr_error *err) {
  bool has_line;
  size_t length;
  LEHR_TRY(text_next_line(r, &has_line, err));
  const char *line = has_line ? text_line(r, &length) : "";
  if (!has_line || length != strlen(header) || memcmp(line, header, length) != 0)
    return text_error(r, err, LEHR_EINPUT, "the header \"%s\" is missing", header);
  for (;;) {
    result_sample row;
    LEHR_TRY(text_next_line(r, &has_line, err));
    if (!has_line) return LEHR_OK;
    LEHR_TRY(parse_row(r, &row, err));
    LEHR_TRY(text_locate(r, result_rows_add(rows, &row, err), err));
  }
}

static lehr_status read_csv(const char *path, result_rows *rows, lehr_error *err) {
  text_reader *r;
  LEHR_TRY(text_open(path, &r, err));
  const lehr_status status = read_lines(r, rows, err);
  text_close(r);
  return status;
}

const result_format result_csv = {
    .name = "csv", .extensions = "csv", .write = write_csv, .read_path = read_csv};
