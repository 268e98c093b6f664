/* SPDX-License-Identifier: Apache-2.0 */
#include "io/csv_time.h"

#include "base/civil.h"
#include "base/error.h"

#include <inttypes.h>
#include <stdlib.h>

/* Distance of neighbouring times in an array of stamps. */
enum { STRIDE = sizeof(csv_stamp) / sizeof(int64_t) };
_Static_assert(sizeof(csv_stamp) % sizeof(int64_t) == 0, "stamps are made of whole words");

static int compare_stamps(const void *a, const void *b) {
  const csv_stamp *s = a, *t = b;
  if (s->time_s != t->time_s) return s->time_s < t->time_s ? -1 : 1;
  return (s->row > t->row) - (s->row < t->row);
}

static lehr_status skipped(const csv_stamp *s, const series_file_options *o, lehr_error *err) {
  char text[CIVIL_TEXT];
  civil_format(s->time_s, 0, text);
  return error_at(err, LEHR_EINPUT, s->line, s->column,
                  "%.19s was skipped in %.40s when clocks went forward%s", text, o->time_zone,
                  o->is_interval_end ? "" : " (hour-ending times need --interval-end)");
}

/* Interval start of stamp k in UTC; `previous` is that of the row before, `repeats` whether its
 * wall clock showed the same. */
static lehr_status to_utc(csv_stamp *s, int64_t previous, bool repeats, const time_zone *tz,
                          const series_file_options *o, lehr_error *err) {
  if (s->is_utc) return LEHR_OK;
  if (!tz)
    return error_at(err, LEHR_EUSAGE, s->line, s->column,
                    "timestamps have no UTC offset: name their time zone (--tz)");
  int64_t utc[2];
  const int count = time_zone_to_utc(tz, s->time_s, utc);
  if (count == 0) return skipped(s, o, err);
  const bool take_later = count == 2 && (o->is_unsorted ? repeats : utc[0] <= previous);
  s->time_s = utc[take_later];
  return LEHR_OK;
}

static lehr_status check_order(const csv_stamp *before, const csv_stamp *s, lehr_error *err) {
  char text[CIVIL_TEXT];
  if (s->time_s > before->time_s) return LEHR_OK;
  civil_format(s->time_s, 0, text);
  if (s->time_s == before->time_s)
    return error_at(err, LEHR_EINPUT, s->line, s->column,
                    "second row for %s (first in line %" PRId64 ")", text, before->line);
  return error_at(err, LEHR_EINPUT, s->line, s->column,
                  "%s comes before line %" PRId64 " (--sort takes rows in any order)", text,
                  before->line);
}

lehr_status csv_times_resolve(csv_stamp s[], int64_t count, const time_zone *tz,
                              const series_file_options *o, time_grid *grid, lehr_error *err) {
  if (count == 0) return error_set(err, LEHR_EINPUT, "no rows below the header");
  if (o->is_unsorted) qsort(s, (size_t)count, sizeof *s, compare_stamps);
  const int64_t step_s = time_grid_step(&s[0].time_s, STRIDE, count);
  if (step_s == 0) return error_set(err, LEHR_EINPUT, "the rows do not tell the length of a step");
  *grid = (time_grid){.step_s = step_s};
  int64_t previous = INT64_MIN, previous_wall = INT64_MIN;
  for (int64_t k = 0; k < count; k++) {
    if (o->is_interval_end) s[k].time_s -= step_s;
    const int64_t wall = s[k].time_s;
    LEHR_TRY(to_utc(&s[k], previous, wall == previous_wall, tz, o, err));
    previous = s[k].time_s;
    previous_wall = wall;
    if (k > 0 && !o->is_unsorted) LEHR_TRY(check_order(&s[k - 1], &s[k], err));
  }
  if (o->is_unsorted) {
    qsort(s, (size_t)count, sizeof *s, compare_stamps);
    for (int64_t k = 1; k < count; k++) LEHR_TRY(check_order(&s[k - 1], &s[k], err));
  }
  int64_t bad;
  const lehr_status status = time_grid_fit(&s[0].time_s, STRIDE, count, grid, &bad, err);
  if (status != LEHR_OK && bad >= 0 && err) {
    err->line = s[bad].line;
    err->column = s[bad].column;
  }
  return status;
}
