/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation fails once, and from there on: ENOMEM, nothing leaked, and success after the
 * last. The linker puts the wrappers below in place of the allocator (tests.cmake). */
#include "check.h"
#include "io/csv_series.h"
#include "io/report_html.h"
#include "io/svg.h"
#include "qubo/forecast/synthetic.h"

#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static int64_t until_failure = INT64_MAX;
static bool fails_from_there_on;

static bool refuses(void) {
  if (until_failure == INT64_MAX) return false;
  if (until_failure > 0) return --until_failure == 0;
  return fails_from_there_on;
}

void *__wrap_malloc(size_t size) { return refuses() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) {
  return refuses() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *old, size_t size) {
  return refuses() ? NULL : __real_realloc(old, size);
}
void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return refuses() ? NULL : __real_aligned_alloc(alignment, size);
}

static lehr_error error;

/* Runs `job` with failures until it succeeds. */
static void starve(lehr_status (*job)(void)) {
  for (int mode = 0; mode < 2; mode++) {
    int64_t k = 0;
    lehr_status status;
    do {
      fails_from_there_on = mode;
      until_failure = ++k;
      error = (lehr_error){0};
      status = job();
      until_failure = INT64_MAX;
      CHECK(status == LEHR_OK || (status == LEHR_ENOMEM && error.text[0]));
    } while (status != LEHR_OK && k < 1000);
    CHECK(status == LEHR_OK && k > 1);
  }
}

static lehr_status read_csv(void) {
  char text[] = "time,demand_a,demand_b,temp,holiday\n2014-04-06 01:00,1,2,3,0\n"
                "2014-04-06 02:00,1,,3,1\n2014-04-06 02:00,1,2,NA,0\n";
  const series_file_options o = {.time_zone = "Australia/Melbourne"};
  series *s;
  const lehr_status status = csv_series_parse(text, sizeof text - 1, &o, &s, &error);
  series_free(s);
  return status;
}

static lehr_status make_hours(void) {
  static const synthetic_options o = {2, 1, 2024, 1};
  series *s, *h = NULL;
  lehr_status status = synthetic_series(&o, &s, &error);
  if (status == LEHR_OK) status = series_hourly(s, 3600, &h, &error);
  series_free(s);
  series_free(h);
  return status;
}

static lehr_status draw(void) {
  static double x[500];
  for (int k = 0; k < 500; k++) x[k] = k;
  const plot_layer line = {.kind = PLOT_LINE, .label = "x", .count = 500, .x = x, .y = x};
  const plot p = {.title = "t", .layers = &line, .n_layers = 1};
  report *r = NULL;
  char *svg = NULL, *html = NULL;
  lehr_status status = svg_plot(&p, &svg, NULL, &error);
  if (status == LEHR_OK) status = report_create("t", NULL, &r, &error);
  if (status == LEHR_OK) {
    report_section(r, "s");
    report_figure(r, svg, NULL);
    status = report_finish(r, &html, NULL, &error);
  }
  free(svg);
  free(html);
  return status;
}

static void csv(void) { starve(read_csv); }
static void hours(void) { starve(make_hours); }
static void plots(void) { starve(draw); }

static const check_test tests[] = {{"CSV", csv}, {"hourly means", hours}, {"plots", plots}};
CHECK_MAIN("io/series_memory", tests)
