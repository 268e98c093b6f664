/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/number.h"
#include "io/csv_series.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name as (part of) a header field; quoted where RFC 4180 asks for it. */
static void put_column(FILE *out, const char *prefix, const char *name, const char *suffix) {
  const bool is_quoted = strpbrk(name, ",;\"\t") != NULL;
  fputs(is_quoted ? ",\"" : ",", out);
  fputs(prefix, out);
  for (; *name; name++) {
    if (*name == '"') fputc('"', out);
    fputc(*name, out);
  }
  fputs(suffix, out);
  if (is_quoted) fputc('"', out);
}

static void put_header(FILE *out, const series *s) {
  fputs("time_utc", out);
  for (int32_t z = 0; z < s->n_zones; z++)
    put_column(out, strcmp(s->zone[z], "demand") == 0 ? "" : "demand_", s->zone[z], "_mw");
  for (int32_t k = 0; k < s->n_stations; k++)
    put_column(out, strcmp(s->station[k], "temp") == 0 ? "" : "temp_", s->station[k], "_c");
  if (s->has_holiday) fputs(",holiday", out);
  fputc('\n', out);
}

static void put_value(FILE *out, double value) {
  char text[NUMBER_TEXT] = "";
  if (!isnan(value)) number_format(value, text);
  fputc(',', out);
  fputs(text, out);
}

static void put_row(FILE *out, const series *s, int64_t t) {
  char text[CIVIL_TEXT];
  civil_format(s->start_s + t * s->step_s, 0, text);
  fputs(text, out);
  for (int32_t z = 0; z < s->n_zones; z++) put_value(out, s->demand[t * s->n_zones + z]);
  for (int32_t k = 0; k < s->n_stations; k++) put_value(out, s->temperature[t * s->n_stations + k]);
  if (s->has_holiday) fputs(s->holiday[t] ? ",1" : ",0", out);
  fputc('\n', out);
}

lehr_status csv_series_format(const series *s, char **text, size_t *length, lehr_error *err) {
  *text = NULL;
  FILE *out = open_memstream(text, length);
  if (!out) return error_memory(err, 0);
  put_header(out, s);
  for (int64_t t = 0; t < s->n_steps; t++) put_row(out, s, t);
  const bool is_complete = !ferror(out);
  if (fclose(out) == 0 && is_complete) return LEHR_OK;
  free(*text);
  *text = NULL;
  return error_set(err, LEHR_ENOMEM, "out of memory for the text of a series");
}
