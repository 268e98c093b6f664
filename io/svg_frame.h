/* SPDX-License-Identifier: Apache-2.0 */
/* io/svg_frame.h - what all plots share: the document, its title and text widths. */
#ifndef LEHR_IO_SVG_FRAME_H
#define LEHR_IO_SVG_FRAME_H

#include "io/markup.h"
#include "io/svg.h"

/* Opens the document: svg element, style (unless inline), background, title lines. */
void svg_open(markup *m, const char *title, const char *subtitle, int32_t width, int32_t height,
              bool is_inline);
void svg_close(markup *m);

/* " name=\"12.3\"" */
void svg_attribute(markup *m, const char *name, double value);
/* A text element; anchor is "start", "middle" or "end"; css_class may be NULL. */
void svg_label(markup *m, double x, double y, const char *anchor, const char *css_class,
               const char *text);
void svg_line(markup *m, const char *css_class, double x1, double y1, double x2, double y2);

/* " class=\"KIND s2\" fill=none stroke=#..." of a line, or " class=\"KIND f2\" fill=#..." of an
 * area. The attributes serve readers that ignore style sheets; the classes win elsewhere. */
void svg_stroke(markup *m, const char *kind, int32_t color);
void svg_fill(markup *m, const char *kind, int32_t color);
/* The colour in the light scheme, "#2563eb"; gray for numbers out of range. */
const char *svg_color(int32_t color);

/* Width in pixels of text at 12 px, roughly: fonts differ. */
double svg_text_width(const char *text);

#endif
