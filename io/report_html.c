/* SPDX-License-Identifier: Apache-2.0 */
#include "io/report_html.h"

#include "base/error.h"
#include "base/memory.h"
#include "io/markup.h"
#include "io/svg.h"

#include <stdlib.h>

struct report {
  markup m;
  bool has_section;
};

static const char style[] =
    ":root{color-scheme:light dark;--bg:#f8fafc;--card:#fff;--ink:#0f172a;--soft:#475569;"
    "--line:#e2e8f0;--mark:#eff6ff;--accent:#2563eb}\n"
    "@media (prefers-color-scheme:dark){:root{--bg:#020617;--card:#0f172a;--ink:#f1f5f9;"
    "--soft:#94a3b8;--line:#1e293b;--mark:#172554;--accent:#60a5fa}}\n"
    "*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);"
    "font:15px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}\n"
    "main{max-width:860px;margin:0 auto;padding:40px 20px 64px}"
    "header{border-bottom:3px solid var(--accent);padding-bottom:16px;margin-bottom:28px}"
    "h1{font-size:28px;line-height:1.2;margin:0;letter-spacing:-.01em}"
    "header p{margin:6px 0 0;color:var(--soft)}"
    "h2{font-size:19px;margin:36px 0 12px;letter-spacing:-.005em}p{margin:0 0 14px}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;"
    "margin:0 0 20px}.cards div{background:var(--card);border:1px solid var(--line);"
    "border-radius:10px;padding:14px 16px}.cards b{display:block;font-size:24px;line-height:1.25;"
    "font-variant-numeric:tabular-nums;letter-spacing:-.01em}.cards span,.cards "
    "small{display:block;"
    "color:var(--soft);font-size:13px}\n"
    ".scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);"
    "border-radius:10px;margin:0 0 20px}table{border-collapse:collapse;width:100%;font-size:14px;"
    "font-variant-numeric:tabular-nums}caption{caption-side:bottom;text-align:left;"
    "color:var(--soft);font-size:13px;padding:8px 14px 10px}th,td{padding:8px 14px;"
    "text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}"
    "th{font-weight:600;color:var(--soft);font-size:13px}"
    "th:first-child,td:first-child{text-align:left}tbody tr:last-child td{border-bottom:0}"
    "tr.hl td{background:var(--mark);font-weight:600}\n"
    "figure{margin:0 0 20px;background:var(--card);border:1px solid var(--line);"
    "border-radius:10px;padding:8px;overflow:hidden}figure svg{display:block;width:100%;"
    "height:auto}figcaption{color:var(--soft);font-size:13px;padding:4px 8px 6px}\n"
    "details{margin:0 0 16px}summary{cursor:pointer;color:var(--accent);font-weight:600;"
    "padding:6px 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0 0 "
    "20px;font-size:14px}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;"
    "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}\n"
    "@media print{body{background:#fff}main{max-width:none;padding:0}figure,.scroll,.cards "
    "div{break-inside:avoid}}\n";

static void element(report *r, const char *name, const char *text) {
  markup_format(&r->m, "<%s>", name);
  markup_text(&r->m, text);
  markup_format(&r->m, "</%s>\n", name);
}

lehr_status report_create(const char *title, const char *subtitle, report **out, lehr_error *err) {
  report *r = memory_array(1, sizeof *r);
  *out = r;
  if (!r) return error_memory(err, sizeof *r);
  markup_raw(&r->m, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'\"/>\n");
  element(r, "title", title);
  markup_raw(&r->m, "<style>\n");
  markup_raw(&r->m, style);
  markup_raw(&r->m, svg_style());
  markup_raw(&r->m, "</style>\n</head>\n<body>\n<main>\n<header>\n");
  element(r, "h1", title);
  if (subtitle) element(r, "p", subtitle);
  markup_raw(&r->m, "</header>\n");
  return LEHR_OK;
}

void report_section(report *r, const char *heading) {
  if (r->has_section) markup_raw(&r->m, "</section>\n");
  r->has_section = true;
  markup_raw(&r->m, "<section>\n");
  element(r, "h2", heading);
}

void report_paragraph(report *r, const char *text) { element(r, "p", text); }

void report_cards(report *r, const report_card cards[], int32_t count) {
  markup_raw(&r->m, "<div class=\"cards\">\n");
  for (int32_t k = 0; k < count; k++) {
    markup_raw(&r->m, "<div>\n");
    element(r, "span", cards[k].label);
    element(r, "b", cards[k].value);
    if (cards[k].note) element(r, "small", cards[k].note);
    markup_raw(&r->m, "</div>\n");
  }
  markup_raw(&r->m, "</div>\n");
}

static void add_row(report *r, const char *const cells[], int32_t n_columns, const char *name) {
  for (int32_t j = 0; j < n_columns; j++) {
    markup_format(&r->m, "<%s>", name);
    markup_text(&r->m, cells[j]);
    markup_format(&r->m, "</%s>", name);
  }
  markup_raw(&r->m, "</tr>\n");
}

void report_add_table(report *r, const report_table *t) {
  markup_raw(&r->m, "<div class=\"scroll\">\n<table>\n");
  if (t->caption) element(r, "caption", t->caption);
  markup_raw(&r->m, "<thead>\n<tr>");
  add_row(r, t->head, t->n_columns, "th");
  markup_raw(&r->m, "</thead>\n<tbody>\n");
  for (int64_t k = 0; k < t->n_rows; k++) {
    markup_raw(&r->m, k == t->highlight ? "<tr class=\"hl\">" : "<tr>");
    add_row(r, t->cells + k * t->n_columns, t->n_columns, "td");
  }
  markup_raw(&r->m, "</tbody>\n</table>\n</div>\n");
}

void report_figure(report *r, const char *svg, const char *caption) {
  markup_raw(&r->m, "<figure>\n");
  markup_raw(&r->m, svg);
  if (caption) element(r, "figcaption", caption);
  markup_raw(&r->m, "</figure>\n");
}

void report_details_begin(report *r, const char *summary) {
  markup_raw(&r->m, "<details>\n");
  element(r, "summary", summary);
}

void report_details_end(report *r) { markup_raw(&r->m, "</details>\n"); }

void report_facts(report *r, const char *const pairs[][2], int32_t count) {
  markup_raw(&r->m, "<dl>\n");
  for (int32_t k = 0; k < count; k++) {
    element(r, "dt", pairs[k][0]);
    element(r, "dd", pairs[k][1]);
  }
  markup_raw(&r->m, "</dl>\n");
}

lehr_status report_finish(report *r, char **html, size_t *length, lehr_error *err) {
  if (r->has_section) markup_raw(&r->m, "</section>\n");
  markup_raw(&r->m, "</main>\n</body>\n</html>\n");
  const lehr_status status = markup_finish(&r->m, html, length, err);
  report_discard(r);
  return status;
}

void report_discard(report *r) {
  if (!r) return;
  markup_discard(&r->m);
  free(r);
}
