/* SPDX-License-Identifier: Apache-2.0 */
#include "io/svg_axis.h"
#include "io/svg_frame.h"

#include <math.h>
#include <stdio.h>

/* Where the data rectangle lies, and what it shows. */
typedef struct canvas {
  const plot *p;
  markup *m;
  double left, right, top, bottom;
  axis_ticks x, y;
} canvas;

static double to_x(const canvas *c, double x) {
  return c->left + (x - c->x.low) / (c->x.high - c->x.low) * (c->right - c->left);
}

static double to_y(const canvas *c, double y) {
  return c->bottom - (y - c->y.low) / (c->y.high - c->y.low) * (c->bottom - c->top);
}

/* ---- Ranges ---- */

typedef struct range {
  double low, high;
} range;

static void include(range *r, double value) {
  if (!isfinite(value)) return;
  r->low = fmin(r->low, value);
  r->high = fmax(r->high, value);
}

static void include_layer(const plot_layer *l, range *x, range *y) {
  range own = {HUGE_VAL, -HUGE_VAL};
  for (int64_t k = 0; k < l->count; k++) {
    if (l->x) {
      include(&own, l->x[k] - (l->kind == PLOT_BARS ? l->bar_width / 2 : 0));
      include(&own, l->x[k] + (l->kind == PLOT_BARS ? l->bar_width / 2 : 0));
    }
    if (l->y) include(y, l->y[k]);
    if (l->kind == PLOT_BAND) include(y, l->y2[k]);
    if (l->kind == PLOT_BARS) include(y, 0);
  }
  const double margin = l->kind == PLOT_POINTS ? (own.high - own.low) * 0.02 : 0; /* whole dots */
  include(x, own.low - margin);
  include(x, own.high + margin);
}

static bool find_ranges(canvas *c) {
  range x = {HUGE_VAL, -HUGE_VAL}, y = x;
  for (int32_t k = 0; k < c->p->n_layers; k++) include_layer(&c->p->layers[k], &x, &y);
  if (x.low > x.high && c->p->x.has_range) x = (range){c->p->x.low, c->p->x.high};
  if (x.low > x.high || y.low > y.high) return false;
  axis_choose(&c->p->y, y.low, y.high, c->bottom - c->top, true, &c->y);
  axis_choose(&c->p->x, x.low, x.high, c->right - c->left, false, &c->x);
  return true;
}

/* ---- Frame ---- */

static void draw_axes(const canvas *c) {
  for (int32_t k = 0; k < c->y.count; k++) {
    const double y = to_y(c, c->y.at[k]);
    svg_line(c->m, "gr", c->left, y, c->right, y);
    svg_label(c->m, c->left - 8, y + 4, "end", NULL, c->y.label[k]);
  }
  svg_line(c->m, "ax", c->left, c->bottom, c->right, c->bottom);
  for (int32_t k = 0; k < c->x.count; k++) {
    const double x = to_x(c, c->x.at[k]);
    svg_line(c->m, "ax", x, c->bottom, x, c->bottom + 4);
    svg_label(c->m, x, c->bottom + 18, "middle", NULL, c->x.label[k]);
  }
  if (c->p->y.label) svg_label(c->m, 16, c->top - 16, "start", NULL, c->p->y.label);
  if (c->p->x.label)
    svg_label(c->m, (c->left + c->right) / 2, c->bottom + 36, "middle", NULL, c->p->x.label);
}

/* <path ... d=" of a line layer; thin is " th" or "". */
static void open_path(const canvas *c, const plot_layer *l, const char *thin) {
  char kind[16];
  snprintf(kind, sizeof kind, "ln%s%s", l->is_dashed ? " da" : "", thin);
  markup_raw(c->m, "<path");
  svg_stroke(c->m, kind, l->color);
  markup_raw(c->m, " d=\"");
}

/* Bands of one colour are taken as nested, widest first: each shows through the ones before. */
static double nested_opacity(const canvas *c, const plot_layer *l) {
  double through = 1;
  for (const plot_layer *k = c->p->layers; k <= l; k++)
    if (k->kind == PLOT_BAND && k->color == l->color) through *= 0.8;
  return 1 - through;
}

static void draw_swatch(const canvas *c, const plot_layer *l, double x, double y) {
  if (l->kind == PLOT_LINE || l->kind == PLOT_RULE) {
    open_path(c, l, "");
    markup_raw(c->m, "M");
    markup_fixed(c->m, x, 1);
    markup_raw(c->m, " ");
    markup_fixed(c->m, y - 4, 1);
    markup_raw(c->m, "h18\"/>\n");
    return;
  }
  static const char *const classes[] = {
      [PLOT_BAND] = "bd", [PLOT_BARS] = "br", [PLOT_POINTS] = "pt"};
  markup_raw(c->m, "<rect");
  svg_fill(c->m, classes[l->kind], l->color);
  if (l->kind == PLOT_BAND) {
    markup_raw(c->m, " style=\"fill-opacity:");
    markup_fixed(c->m, nested_opacity(c, l), 2);
    markup_raw(c->m, "\"");
  }
  svg_attribute(c->m, "x", x);
  svg_attribute(c->m, "y", y - 9);
  markup_raw(c->m, " width=\"18\" height=\"10\" rx=\"2\"/>\n");
}

/* Entries from the left; returns how many lines they take. With draw == false only counts. */
static int legend(const canvas *c, double top, bool draw) {
  double x = 16;
  int lines = 0;
  for (int32_t k = 0; k < c->p->n_layers; k++) {
    const plot_layer *l = &c->p->layers[k];
    if (!l->label) continue;
    const double width = 24 + svg_text_width(l->label) + 20;
    if (lines == 0) lines = 1;
    if (x > 16 && x + width > c->p->width - 16) {
      x = 16;
      lines++;
    }
    const double y = top + 18 * (lines - 1) + 12;
    if (draw) {
      draw_swatch(c, l, x, y);
      svg_label(c->m, x + 24, y, "start", NULL, l->label);
    }
    x += width;
  }
  return lines;
}

/* ---- Layers ---- */

static void draw_path_point(const canvas *c, char command, double x, double y) {
  markup_format(c->m, "%c", command);
  markup_fixed(c->m, to_x(c, x), 1);
  markup_raw(c->m, " ");
  markup_fixed(c->m, to_y(c, y), 1);
}

static bool is_point(const plot_layer *l, int64_t k) {
  return isfinite(l->x[k]) && isfinite(l->y[k]) && (l->kind != PLOT_BAND || isfinite(l->y2[k]));
}

static void draw_line(const canvas *c, const plot_layer *l) {
  bool is_open = false;
  const bool is_dense = (double)l->count > 2 * (c->right - c->left);
  open_path(c, l, is_dense ? " th" : "");
  for (int64_t k = 0; k < l->count; k++) {
    const bool here = is_point(l, k);
    if (here) draw_path_point(c, is_open ? 'L' : 'M', l->x[k], l->y[k]);
    is_open = here;
  }
  markup_raw(c->m, "\"/>\n");
}

/* Each unbroken run becomes one closed outline: lower edge out, upper edge back. */
static void draw_band(const canvas *c, const plot_layer *l) {
  markup_raw(c->m, "<path");
  svg_fill(c->m, "bd", l->color);
  markup_raw(c->m, " fill-opacity=\".2\" d=\"");
  for (int64_t first = 0, end; first < l->count; first = end) {
    end = first + 1;
    if (!is_point(l, first)) continue;
    while (end < l->count && is_point(l, end)) end++;
    for (int64_t k = first; k < end; k++)
      draw_path_point(c, k > first ? 'L' : 'M', l->x[k], l->y[k]);
    for (int64_t k = end - 1; k >= first; k--) draw_path_point(c, 'L', l->x[k], l->y2[k]);
    markup_raw(c->m, "Z");
  }
  markup_raw(c->m, "\"/>\n");
}

static void open_group(const canvas *c, const plot_layer *l, const char *kind) {
  markup_raw(c->m, "<g");
  svg_fill(c->m, kind, l->color);
  markup_raw(c->m, ">\n");
}

static void draw_bars(const canvas *c, const plot_layer *l) {
  open_group(c, l, "br");
  for (int64_t k = 0; k < l->count; k++) {
    if (!is_point(l, k)) continue;
    const double a = to_x(c, l->x[k] - l->bar_width / 2), b = to_x(c, l->x[k] + l->bar_width / 2);
    const double gap = fmin(1, (b - a) / 6), y = to_y(c, l->y[k]), zero = to_y(c, 0);
    markup_raw(c->m, "<rect");
    svg_attribute(c->m, "x", a + gap);
    svg_attribute(c->m, "y", fmin(y, zero));
    svg_attribute(c->m, "width", fmax(b - a - 2 * gap, 0.5));
    svg_attribute(c->m, "height", fabs(y - zero));
    markup_raw(c->m, "/>\n");
  }
  markup_raw(c->m, "</g>\n");
}

static void draw_points(const canvas *c, const plot_layer *l) {
  open_group(c, l, "pt");
  for (int64_t k = 0; k < l->count; k++) {
    if (!is_point(l, k)) continue;
    markup_raw(c->m, "<circle r=\"2.5\"");
    svg_attribute(c->m, "cx", to_x(c, l->x[k]));
    svg_attribute(c->m, "cy", to_y(c, l->y[k]));
    markup_raw(c->m, "/>\n");
  }
  markup_raw(c->m, "</g>\n");
}

static void draw_rule(const canvas *c, const plot_layer *l) {
  const bool is_vertical = l->x != NULL;
  const double at = is_vertical ? to_x(c, l->x[0]) : to_y(c, l->y[0]);
  open_path(c, l, "");
  markup_raw(c->m, "M");
  markup_fixed(c->m, is_vertical ? at : c->left, 1);
  markup_raw(c->m, " ");
  markup_fixed(c->m, is_vertical ? c->top : at, 1);
  markup_raw(c->m, is_vertical ? "V" : "H");
  markup_fixed(c->m, is_vertical ? c->bottom : c->right, 1);
  markup_raw(c->m, "\"/>\n");
}

static void draw_layer(const canvas *c, const plot_layer *l) {
  static void (*const draw[])(const canvas *, const plot_layer *) = {[PLOT_LINE] = draw_line,
                                                                     [PLOT_BAND] = draw_band,
                                                                     [PLOT_BARS] = draw_bars,
                                                                     [PLOT_POINTS] = draw_points,
                                                                     [PLOT_RULE] = draw_rule};
  if (l->count > 0) draw[l->kind](c, l);
}

/* Layers are clipped to the data rectangle where an axis has a range of its own. The clip path's
 * name must be unlike those of other plots on the page; its position makes it so only within one
 * plot, so nested svg elements clip instead: they need no name. */
static void draw_layers(const canvas *c) {
  markup_raw(c->m, "<svg");
  svg_attribute(c->m, "x", c->left);
  svg_attribute(c->m, "y", c->top);
  svg_attribute(c->m, "width", c->right - c->left);
  svg_attribute(c->m, "height", c->bottom - c->top);
  markup_raw(c->m, " viewBox=\"");
  const double box[] = {c->left, c->top, c->right - c->left, c->bottom - c->top};
  for (int k = 0; k < 4; k++) {
    if (k > 0) markup_raw(c->m, " ");
    markup_fixed(c->m, box[k], 1);
  }
  markup_raw(c->m, "\">\n");
  for (int32_t k = 0; k < c->p->n_layers; k++) draw_layer(c, &c->p->layers[k]);
  markup_raw(c->m, "</svg>\n");
}

lehr_status svg_plot(const plot *given, char **svg, size_t *length, lehr_error *err) {
  plot p = *given;
  markup m = {0};
  if (p.width < 200) p.width = 760;
  if (p.height < 120) p.height = 340;
  canvas c = {.p = &p, .m = &m, .left = 64, .right = p.width - 20};
  const double head = p.subtitle ? 48 : 30;
  c.top = head + 18 * legend(&c, head, false) + (p.y.label ? 34 : 14);
  c.bottom = p.height - (p.x.label ? 46 : 28);
  svg_open(&m, p.title, p.subtitle, p.width, p.height, p.is_inline);
  if (find_ranges(&c)) {
    legend(&c, head, true);
    draw_axes(&c);
    draw_layers(&c);
  } else {
    svg_label(&m, p.width / 2.0, p.height / 2.0, "middle", NULL, "no data");
  }
  svg_close(&m);
  return markup_finish(&m, svg, length, err);
}
