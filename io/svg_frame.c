/* SPDX-License-Identifier: Apache-2.0 */
#include "io/svg_frame.h"

void svg_attribute(markup *m, const char *name, double value) {
  markup_format(m, " %s=\"", name);
  markup_fixed(m, value, 1);
  markup_raw(m, "\"");
}

void svg_label(markup *m, double x, double y, const char *anchor, const char *css_class,
               const char *text) {
  markup_raw(m, "<text");
  svg_attribute(m, "x", x);
  svg_attribute(m, "y", y);
  markup_format(m, " text-anchor=\"%s\"", anchor);
  if (css_class) markup_format(m, " class=\"%s\"", css_class);
  markup_raw(m, ">");
  markup_text(m, text);
  markup_raw(m, "</text>\n");
}

void svg_line(markup *m, const char *css_class, double x1, double y1, double x2, double y2) {
  markup_format(m, "<line class=\"%s\" stroke=\"#cbd5e1\"", css_class);
  svg_attribute(m, "x1", x1);
  svg_attribute(m, "y1", y1);
  svg_attribute(m, "x2", x2);
  svg_attribute(m, "y2", y2);
  markup_raw(m, "/>\n");
}

static int32_t valid(int32_t color) {
  return color >= 0 && color < PLOT_COLORS ? color : PLOT_GRAY;
}

void svg_stroke(markup *m, const char *kind, int32_t color) {
  markup_format(m, " class=\"%s s%d\" fill=\"none\" stroke=\"%s\"", kind, valid(color),
                svg_color(color));
}

void svg_fill(markup *m, const char *kind, int32_t color) {
  markup_format(m, " class=\"%s f%d\" fill=\"%s\"", kind, valid(color), svg_color(color));
}

void svg_open(markup *m, const char *title, const char *subtitle, int32_t width, int32_t height,
              bool is_inline) {
  markup_format(m,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lp\" viewBox=\"0 0 %d %d\" "
                "width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\" "
                "role=\"img\">\n<title>",
                width, height, width, height);
  markup_text(m, title);
  markup_raw(m, "</title>\n");
  if (!is_inline) {
    markup_raw(m, "<style>\n");
    markup_raw(m, svg_style());
    markup_raw(m, "</style>\n");
  }
  markup_format(m, "<rect class=\"bg\" fill=\"#ffffff\" width=\"%d\" height=\"%d\"/>\n", width,
                height);
  svg_label(m, 16, 24, "start", "tt", title);
  if (subtitle) svg_label(m, 16, 42, "start", NULL, subtitle);
}

void svg_close(markup *m) { markup_raw(m, "</svg>\n"); }

double svg_text_width(const char *text) {
  double width = 0;
  for (; *text; text++) {
    const unsigned char c = (unsigned char)*text;
    if ((c & 0xc0) == 0x80) continue; /* inside a character */
    width += c == 'i' || c == 'l' || c == '.' || c == ' ' ? 3.8 : c >= 'A' && c <= 'Z' ? 8.4 : 7.1;
  }
  return width;
}
