/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "io/markup.h"
#include "io/report_html.h"
#include "io/svg.h"

#include <stdlib.h>

/* Whether tags nest and attributes are quoted: enough XML to catch what a writer gets wrong. */
static bool is_well_formed(const char *text) {
  const char *open[64];
  size_t length[64];
  int depth = 0;
  for (const char *at = strchr(text, '<'); at; at = strchr(at, '<')) {
    const char *name = at + 1 + (at[1] == '/'), *end = strchr(at, '>');
    if (!end || memchr(at + 1, '<', (size_t)(end - at - 1))) return false;
    int quotes = 0;
    for (const char *c = at; c < end; c++) quotes += *c == '"';
    if (quotes % 2 != 0) return false;
    const size_t n = strcspn(name, " \n/>");
    if (at[1] == '/') {
      if (depth-- == 0 || length[depth] != n || memcmp(open[depth], name, n) != 0) return false;
    } else if (at[1] != '!' && end[-1] != '/') {
      if (depth == 64) return false;
      open[depth] = name;
      length[depth++] = n;
    }
    at = end;
  }
  return depth == 0;
}

static char *render(const plot *p) {
  char *svg = NULL;
  size_t length = 0;
  REQUIRE_OK(svg_plot(p, &svg, &length, NULL));
  CHECK_INT(strlen(svg), length);
  CHECK(is_well_formed(svg));
  CHECK(!strstr(svg, "nan") && !strstr(svg, "inf"));
  return svg;
}

static void writes_numbers(void) {
  static const struct {
    double value;
    int decimals;
    const char *plain, *shown;
  } cases[] = {{0, 0, "0", "0"},
               {-0.04, 1, "0.0", "0.0"},
               {12.345, 2, "12.35", "12.35"},
               {-1.5, 1, "-1.5",
                "\xe2\x88\x92"
                "1.5"},
               {9999, 0, "9999", "9999"},
               {1234567.5, 1, "1234567.5",
                "1\xe2\x80\xaf"
                "234\xe2\x80\xaf"
                "567.5"},
               {1e300, 0, "1000000000",
                "1\xe2\x80\xaf"
                "000\xe2\x80\xaf"
                "000\xe2\x80\xaf"
                "000"}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    markup m = {0};
    char *text, shown[MARKUP_NUMBER];
    markup_fixed(&m, cases[k].value, cases[k].decimals);
    REQUIRE_OK(markup_finish(&m, &text, NULL, NULL));
    CHECK_TEXT(text, cases[k].plain);
    free(text);
    markup_number(cases[k].value, cases[k].decimals, shown);
    CHECK_TEXT(shown, cases[k].shown);
  }
  char shown[MARKUP_NUMBER];
  markup_number(NAN, 1, shown);
  CHECK_TEXT(shown, "n/a");
}

static void escapes(void) {
  markup m = {0};
  char *text;
  markup_text(&m, "<script>\"&'");
  markup_text(&m, "Zürich");
  markup_text(&m, "\xff\n");
  markup_text(&m, NULL);
  REQUIRE_OK(markup_finish(&m, &text, NULL, NULL));
  CHECK_TEXT(text, "&lt;script&gt;&quot;&amp;&#39;Zürich??");
  free(text);
}

static void draws_all_kinds(void) {
  static const double x[] = {0, 1, 2, 3, 4}, y[] = {1, NAN, 3, 2, 5}, high[] = {2, 3, 4, 3, 6};
  static const double at = 2.5;
  const plot_layer layers[] = {
      {.kind = PLOT_BAND, .label = "band", .count = 5, .x = x, .y = y, .y2 = high},
      {.kind = PLOT_LINE, .label = "a <line>", .count = 5, .x = x, .y = y, .color = 1},
      {.kind = PLOT_BARS, .count = 5, .x = x, .y = y, .bar_width = 0.8, .color = 2},
      {.kind = PLOT_POINTS, .count = 5, .x = x, .y = y, .color = 3},
      {.kind = PLOT_RULE, .label = "rule", .count = 1, .x = &at, .color = 99, .is_dashed = true},
      {.kind = PLOT_RULE, .count = 1, .y = &at},
      {.kind = PLOT_LINE, .count = 0}};
  const plot p = {.title = "All & everything",
                  .subtitle = "one \"plot\"",
                  .x = {.label = "x"},
                  .y = {.label = "y", .has_zero = true},
                  .layers = layers,
                  .n_layers = 7};
  char *svg = render(&p), *again = render(&p);
  CHECK_TEXT(svg, again);
  CHECK_CONTAINS(svg, "All &amp; everything");
  CHECK_CONTAINS(svg, "a &lt;line&gt;");
  CHECK_CONTAINS(svg, "prefers-color-scheme");
  int bars = 0;
  for (const char *c = svg; (c = strstr(c, "<circle")); c++) bars++;
  CHECK_INT(bars, 4); /* the missing one is not drawn */
  free(svg);
  free(again);
}

static void shows_round_times(void) {
  static const struct {
    double days;
    const char *labels[2];
  } spans[] = {{0.1, {">1 Jan<", ">00:30<"}}, {3, {">1 Jan<", ">12:00<"}},
               {40, {">6 Jan<", ">20 Jan<"}}, {365, {">2014<", ">Mar<"}},
               {4000, {">2016<", ">2024<"}},  {300000, {">2050<", ">2800<"}}};
  for (size_t k = 0; k < sizeof spans / sizeof spans[0]; k++) {
    const double x[] = {1388498400, 1388498400 + spans[k].days * 86400}, y[] = {1, 2};
    const plot_layer line = {.kind = PLOT_LINE, .count = 2, .x = x, .y = y};
    const plot p = {.title = "t",
                    .x = {.scale = PLOT_TIMES, .offset_s = 36000},
                    .layers = &line,
                    .n_layers = 1,
                    .is_inline = true};
    char *svg = render(&p);
    for (int j = 0; j < 2; j++) CHECK_CONTAINS(svg, spans[k].labels[j]);
    CHECK(!strstr(svg, "<style>"));
    free(svg);
  }
}

static void tells_nested_bands_apart(void) {
  static const double x[] = {0, 1}, low[] = {0, 0}, high[] = {1, 1};
  const plot_layer layers[] = {
      {.kind = PLOT_BAND, .label = "90 %", .count = 2, .x = x, .y = low, .y2 = high},
      {.kind = PLOT_BAND, .label = "50 %", .count = 2, .x = x, .y = low, .y2 = high}};
  const plot p = {.title = "t", .layers = layers, .n_layers = 2};
  char *svg = render(&p);
  CHECK_CONTAINS(svg, "fill-opacity:0.20");
  CHECK_CONTAINS(svg, "fill-opacity:0.36");
  free(svg);
}

static void wraps_long_legends(void) {
  static const double x[] = {0, 1};
  plot_layer layers[12];
  for (int k = 0; k < 12; k++)
    layers[k] = (plot_layer){
        .kind = PLOT_LINE, .label = "a model with a rather long name", .count = 2, .x = x, .y = x};
  const plot p = {.title = "t", .height = 400, .layers = layers, .n_layers = 12};
  char *svg = render(&p);
  CHECK_CONTAINS(svg, "y=\"60.0\""); /* the second line */
  free(svg);
}

static void survives_odd_data(void) {
  static const double none[] = {NAN, INFINITY}, same[] = {5, 5}, huge[] = {-1e300, 1e300};
  static const double tiny[] = {1e-300, 2e-300}, *const odd[] = {none, same, huge, tiny};
  for (size_t a = 0; a < 4; a++) {
    for (size_t b = 0; b < 4; b++) {
      for (int scale = 0; scale < 2; scale++) {
        const plot_layer line = {.kind = PLOT_LINE, .count = 2, .x = odd[a], .y = odd[b]};
        const plot p = {
            .title = "", .x = {.scale = (plot_scale)scale}, .layers = &line, .n_layers = 1};
        char *svg = render(&p);
        if (odd[a] == none || odd[b] == none) CHECK_CONTAINS(svg, "no data");
        free(svg);
      }
    }
  }
}

static void ranks_bars(void) {
  static const char *const names[] = {"selected", "a much longer name & more"};
  static const double values[] = {2.4, NAN};
  const bar_chart b = {
      .title = "MAPE", .count = 2, .names = names, .values = values, .decimals = 2, .unit = "%"};
  char *svg;
  REQUIRE_OK(svg_bars(&b, &svg, NULL, NULL));
  CHECK(is_well_formed(svg));
  CHECK_CONTAINS(svg, "2.40\xe2\x80\xaf%");
  CHECK_CONTAINS(svg, "n/a");
  free(svg);
}

static void reports(void) {
  report *r;
  char *html;
  size_t length;
  static const char *const head[] = {"Model", "MAPE"}, *const cells[] = {"a<b", "1", "c", NULL};
  static const char *const facts[][2] = {{"seed", "1"}, {"input", "x&y"}};
  const report_card card = {"label", "2.4 %", NULL};
  const report_table table = {"caption", head, cells, 2, 2, 1};
  REQUIRE_OK(report_create("A <report>", "of tests", &r, NULL));
  report_section(r, "One");
  report_paragraph(r, "1 < 2");
  report_cards(r, &card, 1);
  report_add_table(r, &table);
  report_section(r, "Two");
  report_figure(r, "<svg></svg>", "caption");
  report_details_begin(r, "more");
  report_facts(r, facts, 2);
  report_details_end(r);
  REQUIRE_OK(report_finish(r, &html, &length, NULL));
  CHECK_INT(strlen(html), length);
  CHECK(is_well_formed(html));
  CHECK_CONTAINS(html, "A &lt;report&gt;");
  CHECK_CONTAINS(html, "<tr class=\"hl\">");
  CHECK_CONTAINS(html, "default-src 'none'");
  CHECK(!strstr(html, "http://") && !strstr(html, "https://") && !strstr(html, "<script"));
  free(html);
  report_discard(NULL);
}

static const check_test tests[] = {{"numbers", writes_numbers},
                                   {"escaping", escapes},
                                   {"all layers", draws_all_kinds},
                                   {"times", shows_round_times},
                                   {"nested bands", tells_nested_bands_apart},
                                   {"long legends", wraps_long_legends},
                                   {"odd data", survives_odd_data},
                                   {"ranked bars", ranks_bars},
                                   {"reports", reports}};
CHECK_MAIN("io/svg", tests)
