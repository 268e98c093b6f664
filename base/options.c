/* SPDX-License-Identifier: Apache-2.0 */
#include "base/options.h"

#include "base/error.h"
#include "base/nearest.h"
#include "base/number.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void store(const lehr_option *o, void *values, double real, int64_t integer) {
  char *place = (char *)values + o->offset;
  if (o->type == LEHR_OPTION_REAL)
    memcpy(place, &real, sizeof real);
  else
    memcpy(place, &integer, sizeof integer);
}

void options_defaults(const lehr_option_table *table, void *values) {
  if (!table) return;
  memset(values, 0, table->options_bytes);
  for (size_t k = 0; k < table->n_options; k++) {
    const lehr_option *o = &table->options[k];
    store(o, values, o->default_value, (int64_t)o->default_value);
  }
}

const lehr_option *options_find(const lehr_option_table *table, const char *name) {
  for (size_t k = 0; table && k < table->n_options; k++)
    if (strcmp(table->options[k].name, name) == 0) return &table->options[k];
  return NULL;
}

void options_put(const lehr_option_table *table, void *values, const char *name, double value) {
  const lehr_option *o = options_find(table, name);
  if (o && value >= o->low && value <= o->high) store(o, values, value, (int64_t)value);
}

enum { LONGEST_NAME = 63 };

/* Only a name that could be a slip of the pen is suggested; otherwise all are listed. */
static lehr_status unknown(const lehr_option_table *table, const char *name, lehr_error *err) {
  const lehr_option *nearest = NULL;
  char names[256] = "";
  for (size_t k = 0; table && k < table->n_options; k++) {
    const char *known = table->options[k].name;
    const size_t used = strlen(names);
    snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", known);
    if (!nearest || nearest_distance(name, known) < nearest_distance(name, nearest->name))
      nearest = &table->options[k];
  }
  if (!nearest) return error_set(err, LEHR_EUSAGE, "the engine has no options, got '%s'", name);
  if (2 * nearest_distance(name, nearest->name) <= strlen(nearest->name))
    return error_set(err, LEHR_EUSAGE, "unknown option '%s'; did you mean '%s'?", name,
                     nearest->name);
  return error_set(err, LEHR_EUSAGE, "the engine has no option '%s'; it has %s", name, names);
}

/* Index of `text` in the '|'-separated choices, or -1. */
static int64_t choice_index(const char *choices, const char *text) {
  int64_t index = 0;
  for (const char *c = choices;; index++) {
    const size_t length = strcspn(c, "|");
    if (length == strlen(text) && memcmp(c, text, length) == 0) return index;
    if (c[length] == '\0') return -1;
    c += length + 1;
  }
}

static lehr_status set_value(const lehr_option *o, void *values, const char *text,
                             lehr_error *err) {
  int64_t integer = 0;
  double real = 0;
  bool is_valid;
  if (o->type == LEHR_OPTION_CHOICE) {
    integer = choice_index(o->unit, text);
    if (integer < 0)
      return error_set(err, LEHR_EUSAGE, "%s=%s: choose one of %s", o->name, text, o->unit);
    store(o, values, 0, integer);
    return LEHR_OK;
  }
  if (o->type == LEHR_OPTION_REAL) {
    is_valid = number_parse_real(text, strlen(text), &real);
  } else {
    is_valid = number_parse_count(text, strlen(text), &integer);
    real = (double)integer;
  }
  if (!is_valid || real < o->low || real > o->high) {
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    number_format(o->low, low);
    number_format(o->high, high);
    return error_set(err, LEHR_EUSAGE, "%s=%s: expected %s %s..%s", o->name, text,
                     o->type == LEHR_OPTION_REAL ? "a number" : "an integer", low, high);
  }
  store(o, values, real, integer);
  return LEHR_OK;
}

lehr_status options_set(const lehr_option_table *table, void *values, const char *assignment,
                        lehr_error *err) {
  char name[LONGEST_NAME + 1];
  const char *equals = strchr(assignment, '=');
  if (!equals || equals == assignment)
    return error_set(err, LEHR_EUSAGE, "'%s' is not of the form key=value", assignment);
  const size_t length = (size_t)(equals - assignment);
  if (length > LONGEST_NAME) return error_set(err, LEHR_EUSAGE, "option name too long");
  memcpy(name, assignment, length);
  name[length] = '\0';
  const lehr_option *o = options_find(table, name);
  return o ? set_value(o, values, equals + 1, err) : unknown(table, name, err);
}

static json_t *value_json(const lehr_option *o, const void *values) {
  const char *place = (const char *)values + o->offset;
  double real;
  int64_t integer;
  memcpy(&real, place, sizeof real);
  memcpy(&integer, place, sizeof integer);
  if (o->type == LEHR_OPTION_REAL) return json_real(real);
  if (o->type != LEHR_OPTION_CHOICE) return json_integer(integer);
  const char *c = o->unit;
  for (int64_t k = 0; k < integer; k++) c += strcspn(c, "|") + 1;
  return json_stringn(c, strcspn(c, "|"));
}

json_t *options_object(const lehr_option_table *table, const void *values) {
  json_t *object = json_object();
  for (size_t k = 0; table && k < table->n_options; k++) {
    const lehr_option *o = &table->options[k];
    if (json_object_set_new(object, o->name, value_json(o, values)) != 0) {
      json_decref(object);
      return NULL;
    }
  }
  return object;
}
