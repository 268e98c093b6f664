/* SPDX-License-Identifier: Apache-2.0 */
#include "io/svg_frame.h"

#include <math.h>
#include <stdio.h>

enum { ROW = 28, BAR = 18, FOOT = 14 };

static double widest_name(const bar_chart *b) {
  double width = 0;
  for (int64_t k = 0; k < b->count; k++) width = fmax(width, svg_text_width(b->names[k]));
  return width;
}

static double largest_value(const bar_chart *b) {
  double largest = 0;
  for (int64_t k = 0; k < b->count; k++)
    if (isfinite(b->values[k])) largest = fmax(largest, b->values[k]);
  return largest > 0 ? largest : 1;
}

static void draw_bar(markup *m, const bar_chart *b, int64_t k, double left, double y,
                     double length) {
  char number[MARKUP_NUMBER], text[MARKUP_NUMBER + 16];
  markup_number(b->values[k], b->decimals, number);
  snprintf(text, sizeof text, "%s%s%.10s", number, b->unit ? "\xe2\x80\xaf" : "",
           b->unit ? b->unit : "");
  svg_label(m, left - 10, y + 13, "end", NULL, b->names[k]);
  markup_raw(m, "<rect");
  svg_fill(m, "br", b->colors ? b->colors[k] : 0);
  markup_format(m, " rx=\"2\" height=\"%d\"", BAR);
  svg_attribute(m, "x", left);
  svg_attribute(m, "y", y);
  svg_attribute(m, "width", fmax(length, 1));
  markup_raw(m, "/>\n");
  svg_label(m, left + length + 8, y + 13, "start", "vl", text);
}

lehr_status svg_bars(const bar_chart *b, char **svg, size_t *length, lehr_error *err) {
  enum { ROOM_FOR_NUMBER = 90 };
  markup m = {0};
  const int32_t width = b->width < 200 ? 760 : b->width;
  const double top = b->subtitle ? 58 : 40;
  const int32_t height = (int32_t)(top + ROW * (double)b->count + FOOT);
  const double left = fmin(widest_name(b) + 26, width / 2.0);
  const double scale = (width - left - ROOM_FOR_NUMBER) / largest_value(b);
  svg_open(&m, b->title, b->subtitle, width, height, b->is_inline);
  for (int64_t k = 0; k < b->count; k++) {
    const double value = isfinite(b->values[k]) ? fmax(b->values[k], 0) : 0;
    draw_bar(&m, b, k, left, top + ROW * (double)k, value * scale);
  }
  svg_close(&m);
  return markup_finish(&m, svg, length, err);
}
