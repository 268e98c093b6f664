/* SPDX-License-Identifier: Apache-2.0 */
/* tests/plugins/plugin_fixture.h - plugins in scratch folders, and a model to run them on. */
#ifndef LEHR_TESTS_PLUGINS_PLUGIN_FIXTURE_H
#define LEHR_TESTS_PLUGINS_PLUGIN_FIXTURE_H

#include "check.h"
#include "lehr/lehr.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 512 };

/* Path of build/.../NAME.lehr.so. */
static inline const char *evil_path(const char *name) {
  static char path[PATH_BYTES];
  snprintf(path, sizeof path, "%s/%s.lehr.so", EVIL_FOLDER, name);
  return path;
}

/* A new folder that only the caller may write to. */
static inline void make_scratch(char path[PATH_BYTES]) {
  snprintf(path, PATH_BYTES, "/tmp/lehr-plugins-XXXXXX");
  REQUIRE(mkdtemp(path) != NULL);
}

static inline void remove_scratch(const char *path) {
  char command[PATH_BYTES + 16];
  snprintf(command, sizeof command, "rm -rf %s", path);
  CHECK_INT(system(command), 0);
}

/* Copies the first `bytes` bytes of a file (all with SIZE_MAX); mode 0644. */
static inline void copy_file(const char *from, const char *to, size_t bytes) {
  FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
  REQUIRE(in != NULL && out != NULL);
  for (int c; bytes > 0 && (c = getc(in)) != EOF; bytes--) putc(c, out);
  fclose(in);
  REQUIRE(fclose(out) == 0);
  REQUIRE(chmod(to, 0644) == 0);
}

/* min x0 + x1 - 3 x0 x1, times factor: lowest at 11 with -factor. */
static inline lehr_model *two_bits(double factor) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 2, &b));
  REQUIRE_OK(lehr_builder_add_linear(b, 0, factor, NULL));
  REQUIRE_OK(lehr_builder_add_linear(b, 1, factor, NULL));
  REQUIRE_OK(lehr_builder_add(b, 0, 1, -3 * factor, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

/* Loads a plugin into a context of its own; the status, and the reason in *err. */
static inline lehr_status try_load(const char *path, lehr_error *err) {
  lehr_context *ctx;
  *err = (lehr_error){0};
  REQUIRE_OK(lehr_context_create(&ctx));
  const int32_t before = lehr_engine_count(ctx);
  const lehr_status status = lehr_context_load_plugin(ctx, path, err);
  CHECK_INT(lehr_engine_count(ctx), before + (status == LEHR_OK));
  lehr_context_free(ctx);
  return status;
}

#endif
