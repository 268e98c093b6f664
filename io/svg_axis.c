/* SPDX-License-Identifier: Apache-2.0 */
#include "io/svg_axis.h"

#include "base/civil.h"
#include "io/markup.h"

#include <math.h>
#include <stdio.h>

/* ---- Numbers ---- */

/* 1, 2 or 5 times the power of ten at or above `rough`; the decimals it needs. */
static double nice_step(double rough, int *decimals) {
  double power = 1;
  *decimals = 0;
  while (power * 10 <= rough) power *= 10;
  while (power > rough && *decimals < 9) {
    power /= 10;
    ++*decimals;
  }
  static const double factors[] = {1, 2, 5};
  for (int k = 0; k < 3; k++)
    if (factors[k] * power >= rough) return factors[k] * power;
  if (*decimals > 0) --*decimals;
  return 10 * power;
}

static void number_ticks(double step, int decimals, axis_ticks *out) {
  const double first = ceil(out->low / step - 1e-9);
  for (int k = 0; k < AXIS_MAX_TICKS; k++) {
    const double value = (first + k) * step;
    if (value > out->high + 1e-9 * step) break;
    out->at[out->count] = value;
    markup_number(value, decimals, out->label[out->count]);
    out->count++;
  }
}

static void choose_numbers(bool is_padded, double pixels, axis_ticks *out) {
  const double pixels_per_tick = is_padded ? 42 : 64; /* labels are wider than high */
  int decimals;
  const double n = fmax(2, floor(pixels / pixels_per_tick));
  const double step = nice_step((out->high - out->low) / n, &decimals);
  if (is_padded) {
    out->low = floor(out->low / step + 1e-9) * step;
    out->high = ceil(out->high / step - 1e-9) * step;
  }
  number_ticks(step, decimals, out);
}

/* ---- Times ---- */

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void add_time(int64_t wall_s, int64_t step_s, int32_t offset_s, axis_ticks *out) {
  const civil_date c = civil_from_wall(wall_s);
  const double at = (double)(wall_s - offset_s);
  if (at < out->low || at > out->high || out->count == AXIS_MAX_TICKS) return;
  char *label = out->label[out->count];
  const char *month = month_names[c.month - 1];
  if (step_s >= 366 * CIVIL_DAY_S || (step_s > 27 * CIVIL_DAY_S && c.month == 1))
    snprintf(label, AXIS_LABEL, "%d", (int)c.year);
  else if (step_s > 27 * CIVIL_DAY_S)
    snprintf(label, AXIS_LABEL, "%s", month);
  else if (c.hour == 0 && c.minute == 0)
    snprintf(label, AXIS_LABEL, "%d %s", c.day, month);
  else
    snprintf(label, AXIS_LABEL, "%02d:%02d", c.hour, c.minute);
  out->at[out->count++] = at;
}

/* Firsts of every `months`-th month. */
static void month_ticks(int64_t first_wall_s, int32_t months, int32_t offset_s, axis_ticks *out) {
  const civil_date c = civil_from_wall(first_wall_s);
  int64_t month = floor_div(c.year * 12 + c.month - 1, months) * months;
  for (int k = 0; k < AXIS_MAX_TICKS; k++, month += months) {
    const int64_t day = civil_days(floor_div(month, 12), (int32_t)floor_mod(month, 12) + 1, 1);
    add_time(day * CIVIL_DAY_S, months * 28 * (int64_t)CIVIL_DAY_S, offset_s, out);
  }
}

static void choose_times(int32_t offset_s, double pixels, axis_ticks *out) {
  enum { PIXELS_PER_TICK = 76, HOUR = 3600, DAY = 86400 };
  static const int64_t steps[] = {900,       1800, HOUR,    2 * HOUR, 3 * HOUR, 6 * HOUR,
                                  12 * HOUR, DAY,  2 * DAY, 7 * DAY,  14 * DAY};
  static const int32_t months[] = {1, 2, 3, 6, 12, 24, 60, 120, 600};
  const double rough = (out->high - out->low) / fmax(2, pixels / PIXELS_PER_TICK);
  const int64_t low = (int64_t)floor(out->low) + offset_s;
  for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
    if ((double)steps[k] < rough) continue;
    const int64_t week = steps[k] >= 7 * DAY ? 4 * DAY : 0; /* Mondays: 1970-01-05 */
    int64_t at = floor_div(low - week, steps[k]) * steps[k] + week;
    for (int n = 0; n < 2 * AXIS_MAX_TICKS; n++, at += steps[k])
      add_time(at, steps[k], offset_s, out);
    return;
  }
  for (size_t k = 0; k < sizeof months / sizeof months[0]; k++) {
    if (months[k] * 30.4 * DAY < rough && k + 1 < sizeof months / sizeof months[0]) continue;
    month_ticks(low, months[k], offset_s, out);
    return;
  }
}

void axis_choose(const plot_axis *axis, double low, double high, double pixels, bool is_padded,
                 axis_ticks *out) {
  if (axis->has_range) {
    low = axis->low;
    high = axis->high;
  } else if (axis->has_zero) {
    low = fmin(low, 0);
    high = fmax(high, 0);
  }
  if (!(high > low)) { /* one value: room on both sides */
    const double room = fmax(fabs(low) * 0.1, 1);
    low -= room;
    high += room;
  }
  out->low = low;
  out->high = high;
  out->count = 0;
  if (axis->scale == PLOT_TIMES && low >= (double)CIVIL_FIRST_S && high <= (double)CIVIL_LAST_S)
    choose_times(axis->offset_s, pixels, out);
  else
    choose_numbers(is_padded && !axis->has_range, pixels, out);
}
