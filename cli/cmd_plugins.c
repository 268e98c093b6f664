/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr plugins`: every plugin file that was found, and why it was refused where it was. */
#include "base/error.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/plugins_path.h"
#include "cli/solve_options.h"
#include "lehr/plugin.h"

#include <stdio.h>

typedef struct listing {
  lehr_context *ctx;
  json_t *rows;
} listing;

/* The last engine of the context is the one that was just loaded. */
static const lehr_engine *newest(const lehr_context *ctx) {
  return lehr_engine_at(ctx, lehr_engine_count(ctx) - 1);
}

static void add_row(void *user, const plugin_attempt *a) {
  listing *l = user;
  json_t *row = json_pack("{so, sb}", "path", output_name(a->path), "loaded", a->status == LEHR_OK);
  if (a->status == LEHR_OK) {
    json_object_set_new(row, "engine", json_string(newest(l->ctx)->name));
    json_object_set_new(row, "summary", json_string(newest(l->ctx)->summary));
  } else {
    json_object_set_new(row, "reason", output_name(a->reason));
  }
  json_array_append_new(l->rows, row);
}

static void print_rows(FILE *out, const json_t *rows) {
  size_t k;
  json_t *row;
  json_array_foreach(rows, k, row) {
    const char *path = json_string_value(json_object_get(row, "path"));
    const char *engine = json_string_value(json_object_get(row, "engine"));
    if (engine)
      fprintf(out, "%s\n    engine %s: %s\n", path, engine,
              json_string_value(json_object_get(row, "summary")));
    else
      fprintf(out, "%s\n    refused: %s\n", path,
              json_string_value(json_object_get(row, "reason")));
  }
  if (json_array_size(rows) == 0) fprintf(out, "no plugins found\n");
}

static lehr_status print_text(const json_t *rows, const char *path, lehr_error *err) {
  output_buffer b;
  LEHR_TRY(output_begin(&b, err));
  print_rows(b.stream, rows);
  return output_end(&b, path, err);
}

int cmd_plugins(int argc, char **argv) {
  static const struct argp_child children[] = {{&plugin_options_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      .parser = parse_no_arguments,
      .doc = "Lists the engine plugins of --plugin, LEHR_PLUGIN_PATH and the library folder, and "
             "says why one was refused.",
      .children = children};
  solve_options o;
  listing l = {NULL, NULL};
  lehr_error err = {0};
  solve_options_init(&o);
  command_line_parse(&argp, argc, argv, &o);
  lehr_status status = lehr_context_create(&l.ctx);
  l.rows = json_array();
  if (status == LEHR_OK)
    status = plugins_load(l.ctx, o.plugins.items, o.plugins.count, add_row, &l, &err);
  if (status == LEHR_OK && o.files.format == OUTPUT_JSON)
    status = output_json(json_pack("{ss, sO}", "schema", "lehr.plugins/1", "plugins", l.rows),
                         o.files.output, &err);
  else if (status == LEHR_OK)
    status = print_text(l.rows, o.files.output, &err);
  json_decref(l.rows);
  lehr_context_free(l.ctx);
  solve_options_free(&o);
  return status == LEHR_OK ? 0 : command_fail(NULL, status, &err);
}
