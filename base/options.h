/* SPDX-License-Identifier: Apache-2.0 */
/* base/options.h - engine options: one table row per option feeds parsing, help, JSON and checks.
 *
 * An engine writes its rows once in an options.def:
 *   OPT(sweeps, INT, 1000, 1, 9e15, "sweeps", "Monte Carlo sweeps per replica")
 * OPTION_MEMBER makes the struct from it, and option_table.inc the table. */
#ifndef LEHR_BASE_OPTIONS_H
#define LEHR_BASE_OPTIONS_H

#include "lehr/plugin.h"

#include <stdbool.h>
#include <stddef.h>

#define OPTION_C_INT int64_t
#define OPTION_C_REAL double
#define OPTION_C_FLAG int64_t
#define OPTION_C_CHOICE int64_t
/* Use as rows of a struct: #define OPT OPTION_MEMBER */
#define OPTION_MEMBER(name, type, dflt, lo, hi, unit, help) OPTION_C_##type name;
/* Row of a const lehr_option[]; define OPTION_STRUCT to the struct's type first. */
#define OPTION_ROW(name_, type_, dflt_, lo_, hi_, unit_, help_)                                    \
  {.name = #name_,                                                                                 \
   .type = LEHR_OPTION_##type_,                                                                    \
   .offset = offsetof(OPTION_STRUCT, name_),                                                       \
   .default_value = (dflt_),                                                                       \
   .low = (lo_),                                                                                   \
   .high = (hi_),                                                                                  \
   .unit = (unit_),                                                                                \
   .help = (help_)},

/* Fills values (table->options_bytes bytes) with the defaults. table may be NULL. */
void options_defaults(const lehr_option_table *table, void *values);

/* Applies one "key=value". EUSAGE with the nearest option name for unknown keys, and with the
 * range for bad values. */
lehr_status options_set(const lehr_option_table *table, void *values, const char *assignment,
                        lehr_error *err);

/* The row of that name or NULL. */
const lehr_option *options_find(const lehr_option_table *table, const char *name);

/* Sets one option to a number (CHOICE: index). Unknown names and numbers out of range change
 * nothing. */
void options_put(const lehr_option_table *table, void *values, const char *name, double value);

/* A value that stands beside an option table: an integer or a real number. */
typedef struct option_value {
  const char *name;
  bool is_real;
  double real;
  int64_t integer;
} option_value;

/* Effective values as the text of a JSON object in table order, e.g. {"sweeps": 1000}; `extra`
 * values take the place of options of their name or follow them. NULL when memory is short; free()
 * it. */
char *options_json(const lehr_option_table *table, const void *values, const option_value extra[],
                   size_t n_extra);
/* The same without extra values as a jansson object of the caller's. */
struct json_t *options_object(const lehr_option_table *table, const void *values);

#endif
