/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include "base/error.h"
#include "base/utf8.h"
#include "io/publish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failure;

int output_failure(void) { return failure; }

lehr_status output_text(const char *text, const char *path, lehr_error *err) {
  if (path) {
    fflush(stdout);
    return publish_bytes(path, text, strlen(text), err);
  }
  /* Failures of standard output are found and told once, at exit. */
  if (fputs(text, stdout) == EOF && failure == 0) failure = errno;
  return LEHR_OK;
}

lehr_status output_begin(output_buffer *b, lehr_error *err) {
  *b = (output_buffer){0};
  b->stream = open_memstream(&b->text, &b->size);
  return b->stream ? LEHR_OK : error_memory(err, 0);
}

lehr_status output_end(output_buffer *b, const char *path, lehr_error *err) {
  const bool is_complete = !ferror(b->stream);
  const lehr_status status = fclose(b->stream) == 0 && is_complete ? output_text(b->text, path, err)
                                                                   : error_memory(err, b->size);
  free(b->text);
  return status;
}

json_t *output_name(const char *name) {
  char *text = utf8_repaired(name);
  json_t *value = text ? json_string(text) : NULL;
  free(text);
  return value;
}

lehr_status output_json(json_t *value, const char *path, lehr_error *err) {
  char *dump = value ? json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) : NULL;
  char *text = NULL;
  json_decref(value);
  const int length = dump ? asprintf(&text, "%s\n", dump) : -1;
  free(dump);
  if (length < 0) return error_memory(err, 0);
  const lehr_status status = output_text(text, path, err);
  free(text);
  return status;
}
