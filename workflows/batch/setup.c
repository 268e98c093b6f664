/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/batch/setup.h"

#include "base/error.h"
#include "base/options.h"
#include "io/publish.h"
#include "lehr/version.h"
#include "solvers/choose.h"
#include "solvers/effective.h"
#include "solvers/engine_options.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

void batch_shard_block(int64_t items, int64_t shard, int64_t shards, int64_t *first,
                       int64_t *rows) {
  const int64_t each = items / shards, more = items % shards;
  *first = shard * each + (shard < more ? shard : more);
  *rows = each + (shard < more);
}

/* ---- Options ---- */

static bool is_auto(const lehr_params *p) { return !p->engine || strcmp(p->engine, "auto") == 0; }

/* The engine's own options with their effective values, or what was set where the engine is chosen
 * per item. */
static lehr_status engine_options(const batch_job *job, json_t **out, lehr_error *err) {
  const lehr_params *p = &job->params;
  *out = NULL;
  if (is_auto(p)) {
    LEHR_TRY(choose_check_options(p, err));
    json_t *given = json_array();
    for (size_t k = 0; k < p->n_options; k++)
      json_array_append_new(given, json_string(p->options[k]));
    *out = json_object();
    if (*out && p->n_options > 0) json_object_set(*out, "set", given);
    json_decref(given);
    return *out ? LEHR_OK : error_memory(err, 0);
  }
  const lehr_engine *engine = lehr_engine_find(job->context, p->engine);
  if (!engine)
    return error_set(err, LEHR_EUNAVAILABLE, "no engine called '%s'; `lehr engines` lists them",
                     p->engine);
  void *values;
  lehr_status status = engine_options_read(engine, p, &values, err);
  if (status == LEHR_OK) *out = options_object(engine->options, values);
  if (status == LEHR_OK && !*out) status = error_memory(err, 0);
  free(values);
  return status;
}

/* Everything besides seed and engine that decides the result; a time limit does, too. */
static lehr_status describe_options(batch_setup *s, lehr_error *err) {
  const lehr_params *p = &s->job->params;
  json_t *all;
  LEHR_TRY(engine_options(s->job, &all, err));
  effective_add_budget(all, p);
  s->options = json_dumps(all, JSON_PRESERVE_ORDER);
  json_decref(all);
  s->engine = is_auto(p) ? "auto" : p->engine;
  return s->options ? LEHR_OK : error_memory(err, 0);
}

/* ---- Files ---- */

static lehr_status check_output(const batch_job *job, lehr_error *err) {
  struct stat in, out;
  publication *trial;
  if (stat(job->input, &in) == 0 && stat(job->output, &out) == 0 && in.st_ino == out.st_ino &&
      in.st_dev == out.st_dev)
    return error_set(err, LEHR_EUSAGE, "%s: output and input are the same file", job->output);
  LEHR_TRY(publish_open(job->output, &trial, err));
  const bool is_file = publish_is_file(trial);
  publish_abort(trial);
  return is_file
             ? LEHR_OK
             : error_set(err, LEHR_EOUTPUT, "%s: a batch result needs a regular file", job->output);
}

static lehr_status identify(batch_setup *s, lehr_error *err) {
  char *text;
  const batch_job *job = s->job;
  LEHR_TRY(sha256_file(job->input, s->sha256, err));
  const int length = asprintf(&text, "%s\n%s\n%s\n%s\n%" PRIu64 "\n%d\n%" PRId64 "/%" PRId64,
                              LEHR_VERSION, s->sha256, s->engine, s->options, job->params.seed,
                              job->keep_reads, job->shard, job->shards);
  if (length < 0) return error_memory(err, 256);
  s->identity = XXH3_64bits(text, (size_t)length);
  free(text);
  if (asprintf(&s->journal_path, "%s.journal", job->output) < 0) {
    s->journal_path = NULL;
    return error_memory(err, strlen(job->output));
  }
  return LEHR_OK;
}

static lehr_status open_all(batch_setup *s, lehr_error *err) {
  const batch_job *job = s->job;
  if (job->shards < 1 || job->shard < 0 || job->shard >= job->shards)
    return error_set(err, LEHR_EUSAGE, "shard %" PRId64 "/%" PRId64 " does not exist", job->shard,
                     job->shards);
  LEHR_TRY(describe_options(s, err));
  LEHR_TRY(batch_reader_open(job->input, job->is_trusted, &s->reader, err));
  s->items = batch_reader_items(s->reader);
  batch_shard_block(s->items, job->shard, job->shards, &s->first, &s->rows);
  LEHR_TRY(meta_open(batch_reader_file(s->reader), "/batch/meta", s->items, &s->meta, err));
  LEHR_TRY(check_output(job, err));
  return identify(s, err);
}

lehr_status batch_setup_open(batch_setup *s, const batch_job *job, lehr_error *err) {
  *s = (batch_setup){.job = job};
  const lehr_status status = open_all(s, err);
  if (status != LEHR_OK) batch_setup_close(s);
  return status;
}

result_header batch_setup_header(const batch_setup *s) {
  return (result_header){.items = s->items,
                         .rows = s->rows,
                         .has_reads = s->job->keep_reads,
                         .shard = s->job->shard,
                         .shards = s->job->shards,
                         .seed = s->job->params.seed,
                         .engine = s->engine,
                         .options = s->options,
                         .input_sha256 = s->sha256};
}

void batch_setup_close(batch_setup *s) {
  batch_reader_close(s->reader);
  meta_free(&s->meta);
  free(s->options);
  free(s->journal_path);
  *s = (batch_setup){0};
}
