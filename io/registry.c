/* SPDX-License-Identifier: Apache-2.0 */
#include "io/registry.h"

#include "base/error.h"
#include "io/extension.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const model_format *const formats[] = {
#define FORMAT(name) &format_##name,
#include "io/formats.def"
#undef FORMAT
};
enum { N_FORMATS = sizeof formats / sizeof formats[0] };

const model_format *format_at(int index) {
  return index >= 0 && index < N_FORMATS ? formats[index] : NULL;
}

const model_format *format_find(const char *name) {
  for (int k = 0; k < N_FORMATS; k++)
    if (strcmp(formats[k]->name, name) == 0) return formats[k];
  return NULL;
}

/* ---- Choosing the reader ---- */

static lehr_status ambiguous(const format_match match[], format_match level, lehr_error *err) {
  char names[128] = "";
  for (int k = 0; k < N_FORMATS; k++) {
    const size_t used = strlen(names);
    if (match[k] == level)
      snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", formats[k]->name);
  }
  return error_set(err, LEHR_EINPUT, "could be %s; say which with --from", names);
}

/* The format of that extension, of those that match at least at `level`. */
static const model_format *by_extension(const char *extension, const format_match match[],
                                        format_match level) {
  for (int k = 0; k < N_FORMATS; k++)
    if (match[k] >= level && extension_in(formats[k]->extensions, extension)) return formats[k];
  return NULL;
}

/* Certain content decides; then the extension, first among formats that fit, then at all (its
 * reader will say what is wrong); then content that is likelier than all others. */
static lehr_status recognise(const char *path, const char *head, size_t size,
                             const model_format **found, lehr_error *err) {
  char extension[EXTENSION];
  format_match match[N_FORMATS], level = FORMAT_NO;
  int count = 0;
  const model_format *best = NULL;
  extension_of(path, extension);
  for (int k = 0; k < N_FORMATS; k++) {
    match[k] = formats[k]->sniff(head, size);
    if (match[k] > level) count = 0;
    if (match[k] < level || match[k] == FORMAT_NO) continue;
    level = match[k];
    best = formats[k];
    count++;
  }
  *found = count == 1 && level == FORMAT_CERTAIN ? best : NULL;
  if (!*found)
    *found = by_extension(extension, match, level == FORMAT_CERTAIN ? level : FORMAT_POSSIBLE);
  if (!*found) *found = by_extension(extension, match, FORMAT_NO);
  if (!*found && count == 1) *found = best;
  if (*found) return LEHR_OK;
  if (count > 1) return ambiguous(match, level, err);
  return error_set(err, LEHR_EINPUT, "no known model format; `lehr convert --help` lists them");
}

/* Splits "FILE#selector" unless a file of the whole name exists. *file is owned. */
static lehr_status split_selector(const char *path, char **file, const char **selector,
                                  lehr_error *err) {
  *selector = NULL;
  *file = strdup(path);
  if (!*file) return error_memory(err, strlen(path));
  char *hash = strrchr(*file, '#');
  if (hash && hash != *file && !strchr(hash, '/') && access(path, F_OK) != 0) {
    *hash = '\0';
    *selector = hash + 1;
  }
  return LEHR_OK;
}

typedef struct request {
  const char *file, *selector;
  const model_format *format; /* NULL: to be recognised */
} request;

static lehr_status read_request(request *q, lehr_model **out, lehr_objective *objective,
                                lehr_error *err) {
  text_reader *r;
  if (q->format && q->format->read_path)
    return q->format->read_path(q->file, q->selector, out, objective, err);
  LEHR_TRY(text_open(q->file, &r, err));
  lehr_status status = LEHR_OK;
  if (!q->format) {
    const char *head;
    size_t size;
    text_head(r, &head, &size);
    status = recognise(q->file, head, size, &q->format, err);
  }
  if (status == LEHR_OK && q->format->read) {
    status = q->format->read(r, q->selector, out, objective, err);
  } else if (status == LEHR_OK && q->format->read_path) {
    text_close(r);
    return q->format->read_path(q->file, q->selector, out, objective, err);
  } else if (status == LEHR_OK) {
    status = error_set(err, LEHR_EINPUT, "the %s format can only be written", q->format->name);
  }
  text_close(r);
  return status;
}

static lehr_status unknown_format(const char *name, lehr_error *err) {
  return error_set(err, LEHR_EUSAGE, "no format called '%s'; `lehr convert --help` lists them",
                   name);
}

lehr_status format_read(const char *path, const char *format, lehr_model **out,
                        lehr_objective *objective, const model_format **found, lehr_error *err) {
  lehr_objective ignored;
  char *file;
  request q = {0};
  *out = NULL;
  if (err) *err = (lehr_error){0};
  if (format && !(q.format = format_find(format))) return unknown_format(format, err);
  if (!objective) objective = &ignored;
  *objective = (lehr_objective){.factor = 1, .constant = 0};
  LEHR_TRY(split_selector(path, &file, &q.selector, err));
  q.file = file;
  const lehr_status status = read_request(&q, out, objective, err);
  if (found) *found = q.format;
  free(file);
  return status;
}

lehr_status lehr_model_read(const char *path, const char *format, lehr_model **out,
                            lehr_objective *objective, lehr_error *err) {
  return format_read(path, format, out, objective, NULL, err);
}

/* ---- Writing ---- */

const model_format *format_for_writing(const char *path) {
  char extension[EXTENSION];
  extension_of(path, extension);
  for (int k = 0; k < N_FORMATS; k++)
    if ((formats[k]->write || formats[k]->write_path) &&
        extension_in(formats[k]->extensions, extension))
      return formats[k];
  return NULL;
}

static lehr_status write_text(const lehr_model *m, const char *path, const model_format *f,
                              const char *comment, lehr_error *err) {
  publication *p;
  LEHR_TRY(publish_open(path, &p, err));
  const lehr_status status = f->write(m, comment, p, err);
  if (status == LEHR_OK) return publish_commit(p, err);
  publish_abort(p);
  return status;
}

lehr_status format_write(const lehr_model *m, const char *path, const char *format,
                         const char *comment, lehr_error *err) {
  const model_format *f = format ? format_find(format) : format_for_writing(path);
  if (err) *err = (lehr_error){0};
  if (!f && format) return unknown_format(format, err);
  if (extension_is_gzip(path))
    return error_set(err, LEHR_EUSAGE, "%s: files are read compressed, not written", path);
  if (!f)
    return error_set(err, LEHR_EUSAGE, "%s: the extension tells no format; say it with --to", path);
  if (f->write_path) return f->write_path(m, comment, path, err);
  if (!f->write) return error_set(err, LEHR_EUSAGE, "the %s format can only be read", f->name);
  return write_text(m, path, f, comment, err);
}

lehr_status lehr_model_write(const lehr_model *m, const char *path, const char *format,
                             lehr_error *err) {
  return format_write(m, path, format, "", err);
}
