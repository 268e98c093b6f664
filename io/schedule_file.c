/* SPDX-License-Identifier: Apache-2.0 */
#include "io/schedule_file.h"

#include "base/error.h"
#include "io/text_reader.h"

#include <stdlib.h>
#include <string.h>

static double real_of(text_number number) { return number.is_int ? (double)number.i : number.f; }

static lehr_status check(const text_reader *r, const schedule_file *s, lehr_schedule_point p,
                         lehr_error *err) {
  if (s->count == 0 && p.at != 0)
    return text_error(r, err, LEHR_EINPUT, "a schedule begins with sweep 0");
  if (s->count > 0 && !(p.at > s->points[s->count - 1].at))
    return text_error(r, err, LEHR_EINPUT, "sweeps must rise from line to line");
  if (!(p.beta >= 0)) return text_error(r, err, LEHR_EINPUT, "beta must be at least 0");
  return LEHR_OK;
}

static lehr_status add(schedule_file *s, lehr_schedule_point p, lehr_error *err) {
  /* Doubled whenever the count is a power of two. */
  if ((s->count & (s->count - 1)) == 0) {
    const size_t capacity = s->count > 0 ? 2 * s->count : 1;
    lehr_schedule_point *grown = realloc(s->points, capacity * sizeof *grown);
    if (!grown) return error_memory(err, capacity * sizeof *grown);
    s->points = grown;
  }
  s->points[s->count++] = p;
  return LEHR_OK;
}

static lehr_status read_point(text_reader *r, schedule_file *s, lehr_error *err) {
  text_number at, beta;
  LEHR_TRY(text_value(r, "a sweep", &at, err));
  LEHR_TRY(text_value(r, "beta", &beta, err));
  const lehr_schedule_point p = {real_of(at), real_of(beta)};
  LEHR_TRY(check(r, s, p, err));
  text_word comment;
  if (text_next_word(r, &comment) && comment.text[0] != '#')
    return text_error(r, err, LEHR_EINPUT, "expected two numbers, a sweep and beta");
  return add(s, p, err);
}

static lehr_status read_points(text_reader *r, schedule_file *s, lehr_error *err) {
  for (;;) {
    bool has_line;
    size_t length;
    LEHR_TRY(text_next_line(r, &has_line, err));
    if (!has_line) break;
    if (!text_has_word(r)) continue;
    const char *line = text_line(r, &length);
    if (line[strspn(line, " \t\f")] != '#') LEHR_TRY(read_point(r, s, err));
  }
  return s->count > 0 ? LEHR_OK : error_set(err, LEHR_EINPUT, "no points of a schedule");
}

lehr_status schedule_file_read(const char *path, schedule_file *out, lehr_error *err) {
  text_reader *r;
  *out = (schedule_file){0};
  LEHR_TRY(text_open(path, &r, err));
  const lehr_status status = read_points(r, out, err);
  text_close(r);
  if (status != LEHR_OK) schedule_file_free(out);
  return status;
}

void schedule_file_free(schedule_file *s) {
  free(s->points);
  *s = (schedule_file){0};
}
