/* SPDX-License-Identifier: Apache-2.0 */
#include "io/csv_series.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "io/byte_source.h"
#include "io/csv_columns.h"
#include "io/csv_table.h"
#include "io/csv_time.h"
#include "io/load_unit.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything between the text and the series. */
typedef struct csv_load {
  const series_file_options *options;
  csv_table table;
  csv_field *fields; /* [CSV_MAX_FIELDS] */
  csv_columns columns;
  int64_t count, capacity; /* rows */
  csv_stamp *stamps;       /* [capacity] */
  double *values;          /* [capacity][n_loads + n_temperatures] NaN = missing */
  int8_t *holiday;         /* [capacity] */
  time_zone *tz;
} csv_load;

static int64_t width(const csv_load *l) { return l->columns.n_loads + l->columns.n_temperatures; }

/* ---- Fields ---- */

static lehr_status bad_field(const csv_load *l, const csv_field *f, const char *what,
                             lehr_error *err) {
  return error_at(err, LEHR_EINPUT, l->table.line, f->column, "'%.*s' is not %s",
                  (int)(f->length < 60 ? f->length : 60), f->text, what);
}

static lehr_status read_stamp(csv_load *l, const csv_field *f, lehr_error *err) {
  civil_stamp stamp;
  if (!civil_parse(f->text, f->length, &stamp))
    return bad_field(l, f, "a timestamp such as 2014-01-31 22:30:00", err);
  l->stamps[l->count] = (csv_stamp){.time_s = stamp.wall_s - stamp.offset_s,
                                    .line = l->table.line,
                                    .column = f->column,
                                    .row = l->count,
                                    .is_utc = stamp.has_offset};
  return LEHR_OK;
}

static bool is_missing(const csv_field *f) {
  return f->length == 0 || (f->length == 2 && memcmp(f->text, "NA", 2) == 0);
}

/* A decimal comma is the only comma that a number may have. */
static bool parse_number(const csv_field *f, bool has_comma, double *value) {
  char copy[64];
  if (!has_comma || !memchr(f->text, ',', f->length))
    return number_parse_real(f->text, f->length, value);
  if (f->length > sizeof copy || memchr(f->text, '.', f->length)) return false;
  memcpy(copy, f->text, f->length);
  *(char *)memchr(copy, ',', f->length) = '.';
  return number_parse_real(copy, f->length, value);
}

static lehr_status read_value(csv_load *l, const csv_field *f, double *value, lehr_error *err) {
  *value = NAN;
  if (is_missing(f)) return LEHR_OK;
  if (!parse_number(f, l->table.separator != ',', value)) return bad_field(l, f, "a number", err);
  if (fabs(*value) > SERIES_LIMIT) return bad_field(l, f, "of a credible size", err);
  return LEHR_OK;
}

static lehr_status read_holiday(csv_load *l, const csv_field *f, int8_t *holiday, lehr_error *err) {
  static const struct {
    const char *text;
    int8_t value;
  } words[] = {{"0", 0},     {"1", 1},     {"", 0},     {"NA", 0},   {"false", 0},
               {"False", 0}, {"FALSE", 0}, {"true", 1}, {"True", 1}, {"TRUE", 1}};
  for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
    if (f->length != strlen(words[k].text) || memcmp(f->text, words[k].text, f->length) != 0)
      continue;
    *holiday = words[k].value;
    return LEHR_OK;
  }
  return bad_field(l, f, "a holiday mark (0 or 1)", err);
}

/* ---- Rows ---- */

static bool has_timestamp(const csv_field fields[], int32_t count) {
  civil_stamp stamp;
  for (int32_t k = 0; k < count; k++)
    if (civil_parse(fields[k].text, fields[k].length, &stamp)) return true;
  return false;
}

static lehr_status read_header(csv_load *l, lehr_error *err) {
  int32_t count;
  LEHR_TRY(csv_next(&l->table, l->fields, CSV_MAX_FIELDS, &count, err));
  if (count == 0) return error_set(err, LEHR_EINPUT, "the file is empty");
  if (count < 2)
    return error_at(err, LEHR_EINPUT, l->table.line, 0,
                    "a header with a time and a load column is expected in the first line");
  if (has_timestamp(l->fields, count))
    return error_at(err, LEHR_EINPUT, l->table.line, 0,
                    "the first line must name the columns, but holds a timestamp");
  return csv_columns_choose(l->fields, count, l->options, &l->columns, err);
}

static lehr_status read_row(csv_load *l, int32_t count, lehr_error *err) {
  const csv_columns *c = &l->columns;
  if (count != c->n_fields)
    return error_at(err, LEHR_EINPUT, l->table.line, 0,
                    "%" PRId32 " fields, but the header has %" PRId32, count, c->n_fields);
  double *values = l->values + l->count * width(l);
  LEHR_TRY(read_stamp(l, &l->fields[c->time], err));
  for (int32_t k = 0; k < c->n_loads; k++)
    LEHR_TRY(read_value(l, &l->fields[c->load[k]], &values[k], err));
  for (int32_t k = 0; k < c->n_temperatures; k++) {
    double *value = &values[c->n_loads + k];
    LEHR_TRY(read_value(l, &l->fields[c->temperature[k]], value, err));
    if (c->is_fahrenheit[k]) *value = (*value - 32) / 1.8;
  }
  l->holiday[l->count] = 0;
  if (c->holiday >= 0)
    LEHR_TRY(read_holiday(l, &l->fields[c->holiday], &l->holiday[l->count], err));
  l->count++;
  return LEHR_OK;
}

/* Room for one more row: arrays grow with the rows that were read, not with what a file claims. */
static lehr_status reserve(csv_load *l, lehr_error *err) {
  if (l->count < l->capacity) return LEHR_OK;
  const size_t capacity = l->capacity ? 2 * (size_t)l->capacity : 4096;
  const size_t row_bytes = (size_t)width(l) * sizeof *l->values;
  csv_stamp *stamps = realloc(l->stamps, capacity * sizeof *stamps);
  if (stamps) l->stamps = stamps;
  double *values = realloc(l->values, capacity * row_bytes);
  if (values) l->values = values;
  int8_t *holiday = realloc(l->holiday, capacity);
  if (holiday) l->holiday = holiday;
  if (!stamps || !values || !holiday)
    return error_memory(err, capacity * (row_bytes + sizeof *stamps));
  l->capacity = (int64_t)capacity;
  return LEHR_OK;
}

static lehr_status read_rows(csv_load *l, lehr_error *err) {
  int32_t count;
  for (;;) {
    LEHR_TRY(csv_next(&l->table, l->fields, CSV_MAX_FIELDS, &count, err));
    if (count == 0) return LEHR_OK;
    LEHR_TRY(reserve(l, err));
    LEHR_TRY(read_row(l, count, err));
  }
}

/* ---- Series ---- */

/* Puts the rows where their times say; steps without a row stay missing. */
static void place_rows(const csv_load *l, series *s) {
  const csv_columns *c = &l->columns;
  const double factor = load_unit_factor(c->unit, s->step_s);
  for (int64_t k = 0; k < l->count; k++) {
    const int64_t t = series_index(s, l->stamps[k].time_s), row = l->stamps[k].row;
    const double *values = l->values + row * width(l);
    for (int32_t z = 0; z < c->n_loads; z++) {
      if (isnan(values[z])) continue;
      s->demand[t * s->n_zones + z] = values[z] * factor;
      s->demand_flag[t * s->n_zones + z] = SERIES_MEASURED;
    }
    for (int32_t j = 0; j < c->n_temperatures; j++)
      s->temperature[t * s->n_stations + j] = values[c->n_loads + j];
    s->holiday[t] = l->holiday[row];
  }
}

static lehr_status build(csv_load *l, series **out, lehr_error *err) {
  const csv_columns *c = &l->columns;
  time_grid grid;
  LEHR_TRY(csv_times_resolve(l->stamps, l->count, l->tz, l->options, &grid, err));
  LEHR_TRY(series_create(grid.n_steps, c->n_loads, c->n_temperatures, grid.step_s, out, err));
  series *s = *out;
  s->start_s = grid.start_s;
  s->has_holiday = c->holiday >= 0;
  memcpy(s->zone, c->zone, (size_t)c->n_loads * sizeof *c->zone);
  memcpy(s->station, c->station, (size_t)c->n_temperatures * sizeof *c->station);
  if (l->options->time_zone) strncpy(s->time_zone, l->options->time_zone, SERIES_NAME - 1);
  place_rows(l, s);
  return series_check(s, err);
}

static lehr_status load(csv_load *l, char *text, size_t length, series **out, lehr_error *err) {
  const char *zone = l->options->time_zone;
  if (zone) LEHR_TRY(time_zone_open(zone, &l->tz, err));
  if (zone && strlen(zone) >= SERIES_NAME)
    return error_set(err, LEHR_EUSAGE, "name of the time zone is too long");
  LEHR_TRY(csv_open(text, length, &l->table, err));
  LEHR_TRY(read_header(l, err));
  LEHR_TRY(read_rows(l, err));
  return build(l, out, err);
}

lehr_status csv_series_parse(char *text, size_t length, const series_file_options *options,
                             series **out, lehr_error *err) {
  static const series_file_options defaults = {0};
  lehr_status status = LEHR_ENOMEM;
  *out = NULL;
  csv_load *l = memory_array(1, sizeof *l);
  if (l) l->options = options ? options : &defaults;
  if (l) l->fields = memory_array(CSV_MAX_FIELDS, sizeof *l->fields);
  if (l && l->fields)
    status = load(l, text, length, out, err);
  else
    error_memory(err, CSV_MAX_FIELDS * sizeof(csv_field));
  if (l) {
    time_zone_free(l->tz);
    free(l->fields);
    free(l->stamps);
    free(l->values);
    free(l->holiday);
    free(l);
  }
  if (status != LEHR_OK) {
    series_free(*out);
    *out = NULL;
  }
  return status;
}

/* ---- Files ---- */

/* The whole source, at most 1 GiB. */
static lehr_status read_all(byte_source *source, char **text, size_t *length, lehr_error *err) {
  const size_t limit = (size_t)1 << 30;
  size_t capacity = 0, used = 0, got = 1;
  while (got > 0) {
    if (used == capacity) {
      capacity = capacity ? 2 * capacity : (size_t)1 << 20;
      if (capacity > limit)
        return error_set(err, LEHR_EINPUT, "more than %zu MiB of text", limit >> 20);
      char *grown = realloc(*text, capacity);
      if (!grown) return error_memory(err, capacity);
      *text = grown;
    }
    LEHR_TRY(byte_source_read(source, *text + used, capacity - used, &got, err));
    used += got;
  }
  *length = used;
  return LEHR_OK;
}

lehr_status csv_series_read(const char *path, const series_file_options *options, series **out,
                            lehr_error *err) {
  byte_source *source = NULL;
  char *text = NULL;
  size_t length = 0;
  *out = NULL;
  LEHR_TRY(byte_source_open(path, &source, err));
  lehr_status status = read_all(source, &text, &length, err);
  byte_source_close(source);
  if (status == LEHR_OK) status = csv_series_parse(text, length, options, out, err);
  free(text);
  return status;
}
