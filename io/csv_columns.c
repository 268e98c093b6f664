/* SPDX-License-Identifier: Apache-2.0 */
#include "io/csv_columns.h"

#include "base/error.h"
#include "base/number.h"
#include "io/load_unit.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- Words ---- */

static bool is_word(const csv_field *f, const char *word) {
  return f->length == strlen(word) && strncasecmp(f->text, word, f->length) == 0;
}

static bool has_prefix(const csv_field *f, const char *prefix) {
  const size_t n = strlen(prefix);
  return f->length >= n && strncasecmp(f->text, prefix, n) == 0;
}

static bool has_suffix(const csv_field *f, const char *suffix) {
  const size_t n = strlen(suffix);
  return f->length >= n && strncasecmp(f->text + f->length - n, suffix, n) == 0;
}

static bool contains(const csv_field *f, const char *part) {
  const size_t n = strlen(part);
  for (size_t k = 0; k + n <= f->length; k++)
    if (strncasecmp(f->text + k, part, n) == 0) return true;
  return false;
}

static const char *unit_of(const csv_field *f) { return load_unit_of_name(f->text, f->length); }

/* The unit that all load columns carry in their names, else MW. */
static const char *guess_unit(const csv_field header[], const csv_columns *c) {
  const char *common = unit_of(&header[c->load[0]]);
  for (int32_t k = 1; k < c->n_loads; k++)
    if (unit_of(&header[c->load[k]]) != common) return "MW";
  return common ? common : "MW";
}

/* ---- Finding ---- */

static void list_columns(const csv_field header[], int32_t count, char text[], size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (int32_t k = 0; k < count && used < size; k++)
    used += (size_t)snprintf(text + used, size - used, "%s%.*s", k ? ", " : "",
                             (int)(header[k].length < 40 ? header[k].length : 40), header[k].text);
}

/* A column by its name, or by its number from 1 if no name matches. */
static lehr_status find_column(const csv_field header[], int32_t count, const char *name,
                               int32_t *out, lehr_error *err) {
  int64_t number;
  for (int32_t k = 0; k < count; k++) {
    if (header[k].length != strlen(name) || memcmp(header[k].text, name, header[k].length) != 0)
      continue;
    *out = k;
    return LEHR_OK;
  }
  if (number_parse_int(name, strlen(name), &number) && number >= 1 && number <= count) {
    *out = (int32_t)number - 1;
    return LEHR_OK;
  }
  char names[160];
  list_columns(header, count, names, sizeof names);
  return error_set(err, LEHR_EUSAGE, "no column '%.40s'; there are: %s", name, names);
}

static lehr_status find_named(const csv_field header[], int32_t count, const char *const names[],
                              int32_t n_names, int32_t out[], lehr_error *err) {
  if (n_names > CSV_MAX_SERIES)
    return error_set(err, LEHR_EUSAGE, "more than %d columns asked for", CSV_MAX_SERIES);
  for (int32_t k = 0; k < n_names; k++)
    LEHR_TRY(find_column(header, count, names[k], &out[k], err));
  return LEHR_OK;
}

static int32_t guess_time(const csv_field header[], int32_t count) {
  static const char *const names[] = {"time_utc",   "utc",      "datetime_utc", "timestamp_utc",
                                      "time",       "datetime", "timestamp",    "date_time",
                                      "time_local", "date"};
  for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
    for (int32_t k = 0; k < count; k++)
      if (is_word(&header[k], names[n])) return k;
  return 0;
}

static bool is_demand(const csv_field *f) { return has_prefix(f, "demand"); }
static bool is_load(const csv_field *f) { return contains(f, "load"); }
static bool is_megawatt(const csv_field *f) { return is_word(f, "mw") || has_suffix(f, "_mw"); }
static bool is_temperature(const csv_field *f) { return has_prefix(f, "temp"); }
static bool is_any(const csv_field *f) { return f->length > 0; }

/* Unused columns that match, up to CSV_MAX_SERIES of them. */
static int32_t collect(const csv_field header[], const csv_columns *c,
                       bool (*matches)(const csv_field *), int32_t out[]) {
  int32_t n = 0;
  for (int32_t k = 0; k < c->n_fields && n < CSV_MAX_SERIES; k++) {
    bool is_used = k == c->time || k == c->holiday;
    for (int32_t j = 0; j < c->n_temperatures; j++) is_used |= c->temperature[j] == k;
    if (!is_used && matches(&header[k])) out[n++] = k;
  }
  return n;
}

static lehr_status guess_loads(const csv_field header[], csv_columns *c, lehr_error *err) {
  static bool (*const tiers[])(const csv_field *) = {is_demand, is_load, is_megawatt, is_any};
  for (int tier = 0; tier < 4; tier++) {
    c->n_loads = collect(header, c, tiers[tier], c->load);
    if (c->n_loads == 1 || (c->n_loads > 0 && tiers[tier] != is_any)) return LEHR_OK;
  }
  char names[160];
  list_columns(header, c->n_fields, names, sizeof names);
  return error_set(err, LEHR_EUSAGE, "which column is the load? Name it (--load-column): %s",
                   names);
}

/* ---- Names ---- */

static csv_field without_prefix(csv_field f, const char *prefix) {
  const size_t n = strlen(prefix);
  if (!has_prefix(&f, prefix) || f.length == n) return f;
  return (csv_field){f.text + n, f.length - n, f.column};
}

static csv_field without_suffix(csv_field f, const char *suffix) {
  const size_t n = strlen(suffix);
  if (has_suffix(&f, suffix) && f.length > n) f.length -= n;
  return f;
}

static lehr_status set_name(csv_field f, series_name name, lehr_error *err) {
  if (f.length >= SERIES_NAME)
    return error_set(err, LEHR_EINPUT, "column name of more than %d bytes", SERIES_NAME - 1);
  memcpy(name, f.text, f.length);
  name[f.length] = '\0';
  return LEHR_OK;
}

static lehr_status name_columns(const csv_field header[], csv_columns *c, lehr_error *err) {
  for (int32_t k = 0; k < c->n_loads; k++) {
    csv_field f = header[c->load[k]];
    const char *unit = unit_of(&f);
    if (unit) f.length -= strlen(unit) + 1;
    LEHR_TRY(set_name(without_prefix(without_prefix(f, "demand_"), "load_"), c->zone[k], err));
  }
  for (int32_t k = 0; k < c->n_temperatures; k++) {
    csv_field f = header[c->temperature[k]];
    c->is_fahrenheit[k] = has_suffix(&f, "_f") || has_suffix(&f, "_degf");
    static const char *const suffixes[] = {"_c", "_degc", "_f", "_degf"};
    for (int j = 0; j < 4; j++) f = without_suffix(f, suffixes[j]);
    f = without_prefix(without_prefix(f, "temp_"), "temperature_");
    LEHR_TRY(set_name(f, c->station[k], err));
  }
  return LEHR_OK;
}

lehr_status csv_columns_choose(const csv_field header[], int32_t count,
                               const series_file_options *o, csv_columns *c, lehr_error *err) {
  *c = (csv_columns){.n_fields = count, .holiday = -1};
  c->time = guess_time(header, count);
  if (o->time_column) LEHR_TRY(find_column(header, count, o->time_column, &c->time, err));
  if (o->holiday_column) {
    LEHR_TRY(find_column(header, count, o->holiday_column, &c->holiday, err));
  } else {
    for (int32_t k = 0; k < count; k++)
      if (is_word(&header[k], "holiday") || is_word(&header[k], "is_holiday") ||
          is_word(&header[k], "holidays"))
        c->holiday = k;
  }
  if (o->n_temperature_columns > 0) {
    LEHR_TRY(find_named(header, count, o->temperature_columns, o->n_temperature_columns,
                        c->temperature, err));
    c->n_temperatures = o->n_temperature_columns;
  } else {
    c->n_temperatures = collect(header, c, is_temperature, c->temperature);
  }
  if (o->n_load_columns > 0) {
    LEHR_TRY(find_named(header, count, o->load_columns, o->n_load_columns, c->load, err));
    c->n_loads = o->n_load_columns;
  } else {
    LEHR_TRY(guess_loads(header, c, err));
  }
  c->unit = o->unit ? o->unit : guess_unit(header, c);
  if (load_unit_factor(c->unit, 3600) == 0)
    return error_set(err, LEHR_EUSAGE, "unknown unit '%.20s': MW, kW, GW, MWh, kWh or GWh",
                     c->unit);
  return name_columns(header, c, err);
}
