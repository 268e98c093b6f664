/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/plugin_check.h"

#include "base/error.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_NAME = 31, MAX_TEXT = 400, MAX_OPTIONS = 256, MAX_OPTION_BYTES = 1 << 16 };
static const double largest_integer = 9007199254740992.0; /* 2^53 */

static bool is_lower(char c) { return 'a' <= c && c <= 'z'; }

/* Lower-case letters, digits and `joint`, a letter first. */
static bool is_name(const char *text, char joint) {
  if (!text || !is_lower(text[0])) return false;
  const size_t length = strnlen(text, MAX_NAME + 1);
  for (size_t k = 0; k < length; k++) {
    const char c = text[k];
    if (!is_lower(c) && !('0' <= c && c <= '9') && c != joint) return false;
  }
  return length <= MAX_NAME;
}

/* One line of bounded length that cannot command a terminal. */
static bool is_line(const char *text) {
  if (!text) return false;
  const size_t length = strnlen(text, MAX_TEXT + 1);
  for (size_t k = 0; k < length; k++)
    if ((unsigned char)text[k] < 0x20 || text[k] == 0x7f) return false;
  return length <= MAX_TEXT;
}

/* Names that need no escapes anywhere, separated by '|'. */
static bool are_choices(const char *names) {
  return strspn(names, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.|") ==
         strlen(names);
}

static double count_choices(const char *names) {
  double count = 1;
  for (const char *c = names; *c; c++) count += *c == '|';
  return count;
}

static bool has_valid_range(const lehr_option *o) {
  if (!isfinite(o->low) || !isfinite(o->high) || !isfinite(o->default_value)) return false;
  if (o->default_value < o->low || o->default_value > o->high) return false;
  if (o->type == LEHR_OPTION_REAL) return true;
  if (o->low < -largest_integer || o->high > largest_integer) return false;
  if (o->default_value != floor(o->default_value)) return false;
  if (o->type == LEHR_OPTION_FLAG) return o->low == 0 && o->high == 1;
  if (o->type == LEHR_OPTION_CHOICE)
    return o->low == 0 && o->high == count_choices(o->unit) - 1 && o->unit[0] != '\0';
  return true;
}

static lehr_status check_option(const lehr_option_table *t, size_t k, lehr_error *err) {
  const lehr_option *o = &t->options[k];
  if (!is_name(o->name, '_'))
    return error_set(err, LEHR_EUNAVAILABLE, "option %zu has a malformed name", k);
  for (size_t before = 0; before < k; before++)
    if (strcmp(t->options[before].name, o->name) == 0)
      return error_set(err, LEHR_EUNAVAILABLE, "two options are called '%s'", o->name);
  if ((unsigned)o->type > LEHR_OPTION_CHOICE)
    return error_set(err, LEHR_EUNAVAILABLE, "option '%s' is of an unknown type", o->name);
  if (o->offset % 8 != 0 || o->offset > t->options_bytes || t->options_bytes - o->offset < 8)
    return error_set(err, LEHR_EUNAVAILABLE, "option '%s' lies outside its struct", o->name);
  if (!is_line(o->unit) || !is_line(o->help))
    return error_set(err, LEHR_EUNAVAILABLE, "option '%s' has no valid unit or help", o->name);
  if (o->type == LEHR_OPTION_CHOICE && !are_choices(o->unit))
    return error_set(err, LEHR_EUNAVAILABLE, "option '%s' has malformed choices", o->name);
  if (!has_valid_range(o))
    return error_set(err, LEHR_EUNAVAILABLE, "option '%s' has a default outside its range",
                     o->name);
  return LEHR_OK;
}

static lehr_status check_options(const lehr_option_table *t, lehr_error *err) {
  if (!t) return LEHR_OK;
  if (t->struct_size < sizeof *t)
    return error_set(err, LEHR_EUNAVAILABLE, "its option table is too small");
  if (t->n_options > MAX_OPTIONS || t->options_bytes > MAX_OPTION_BYTES ||
      (t->n_options > 0 && !t->options))
    return error_set(err, LEHR_EUNAVAILABLE, "its option table is malformed");
  for (size_t k = 0; k < t->n_options; k++) LEHR_TRY(check_option(t, k, err));
  return LEHR_OK;
}

lehr_status plugin_check(const lehr_engine *engine, lehr_error *err) {
  /* A newer plugin may have more fields behind ours, never fewer than version 1 began with. */
  const size_t least = offsetof(lehr_engine, prepare);
  if (engine->struct_size < least)
    return error_set(err, LEHR_EUNAVAILABLE, "its lehr_engine has %zu bytes, at least %zu expected",
                     engine->struct_size, least);
  if (engine->abi != LEHR_PLUGIN_ABI)
    return error_set(err, LEHR_EUNAVAILABLE, "made for plugin interface %u, this is %u",
                     (unsigned)engine->abi, LEHR_PLUGIN_ABI);
  if (!is_name(engine->name, '-'))
    return error_set(err, LEHR_EUNAVAILABLE, "its engine has a malformed name");
  if (!is_line(engine->summary))
    return error_set(err, LEHR_EUNAVAILABLE, "its engine has no valid summary");
  if (!engine->plan || !engine->run)
    return error_set(err, LEHR_EUNAVAILABLE, "its engine lacks plan() or run()");
  if (engine_prepares(engine) && !engine->discard)
    return error_set(err, LEHR_EUNAVAILABLE, "its engine has prepare() without discard()");
  return check_options(engine->options, err);
}
