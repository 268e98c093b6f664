/* SPDX-License-Identifier: Apache-2.0 */
/* cli/output.h - printing results: to standard output, or published as a whole file. */
#ifndef LEHR_CLI_OUTPUT_H
#define LEHR_CLI_OUTPUT_H

#include "lehr/status.h"

#include <jansson.h>
#include <stdio.h>

/* Writes text to path (NULL: standard output). */
lehr_status output_text(const char *text, const char *path, lehr_error *err);
/* errno of the first text that standard output did not take, 0 if there was none. A text larger
 * than the stream's buffer leaves nothing there that would fail again when the stream is closed. */
int output_failure(void);

/* Text that is printed piece by piece. Use: output_begin, fprintf(b.stream, ...), output_end. */
typedef struct output_buffer {
  FILE *stream;
  char *text;
  size_t size;
} output_buffer;
lehr_status output_begin(output_buffer *b, lehr_error *err);
/* Writes what was printed to path (NULL: standard output) and releases b. */
lehr_status output_end(output_buffer *b, const char *path, lehr_error *err);

/* A file's name as a JSON string; bytes that are no UTF-8 become U+FFFD. NULL when memory is short.
 */
json_t *output_name(const char *name);
/* Writes value, indented, keys in their order, and a newline. Takes the reference; NULL (jansson
 * had no memory) is ENOMEM. */
lehr_status output_json(json_t *value, const char *path, lehr_error *err);

#endif
