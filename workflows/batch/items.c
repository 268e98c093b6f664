/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/batch/items.h"

#include "base/clock.h"
#include "base/cpu.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "qubo/sampleset.h"
#include "workflows/batch/queue.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Shared by the solving threads; what changes is under the lock. */
typedef struct crew {
  const batch_setup *setup;
  journal *journal;
  item_queue *queue;
  batch_outcome *outcome;
  pthread_mutex_t lock;
  uint64_t key;          /* of the batch */
  int32_t inner_threads; /* for one item */
  double start_s, last_progress_s;
  lehr_status status;
  lehr_error *err;
} crew;

/* ---- One item ---- */

/* What one item leaves behind. */
typedef struct solved {
  lehr_model *model;
  lehr_sampleset *set;
  double *read_energy;
  int64_t *read_count;
  lehr_error err;
  bool was_stopped;
} solved;

static void release(solved *s) {
  lehr_model_free(s->model);
  lehr_sampleset_free(s->set);
  free(s->read_energy);
  free(s->read_count);
}

static lehr_status solve(const crew *c, const queue_item *item, solved *s) {
  lehr_params params = c->setup->job->params;
  LEHR_TRY(batch_window_model(item->window, item->k, &s->model, &s->err));
  params.seed = philox_subkey(c->key, (uint64_t)item->index);
  params.threads = c->inner_threads;
  params.progress = NULL;
  params.improved = NULL;
  params.brief = 1;
  LEHR_TRY(lehr_solve(c->setup->job->context, s->model, &params, &s->set, &s->err));
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(s->set, &info);
  s->was_stopped = info.stop_reason == LEHR_STOP_STOPPED;
  return LEHR_OK;
}

static lehr_status take_reads(solved *s, result_row *row) {
  const int64_t count = lehr_sampleset_size(s->set);
  s->read_energy = memory_array((size_t)count, sizeof *s->read_energy);
  s->read_count = memory_array((size_t)count, sizeof *s->read_count);
  if (!s->read_energy || !s->read_count) return LEHR_ENOMEM;
  for (int64_t k = 0; k < count; k++) {
    s->read_energy[k] = lehr_sampleset_energy(s->set, k);
    s->read_count[k] = lehr_sampleset_occurrences(s->set, k);
  }
  row->n_reads = count;
  row->read_energy = s->read_energy;
  row->read_count = s->read_count;
  return LEHR_OK;
}

static lehr_status fill_row(const crew *c, solved *s, journal_entry *entry) {
  lehr_result_info info = {.struct_size = sizeof info};
  result_row *row = &entry->row;
  lehr_sampleset_info(s->set, &info);
  row->status = (int8_t)info.status;
  row->proven = info.proven != 0;
  if (info.has_bound) row->bound = info.bound;
  if (lehr_sampleset_size(s->set) == 0) return LEHR_OK;
  row->energy = lehr_sampleset_energy(s->set, 0);
  row->feasible = lehr_sampleset_feasible(s->set, 0) != 0;
  row->bits = sampleset_packed(s->set, 0);
  row->bits_bytes = (int64_t)s->set->row_bytes;
  entry->is_exact = lehr_model_look(s->model)->is_exact;
  if (entry->is_exact) row->energy_int = lehr_sampleset_energy_int(s->set, 0);
  return c->setup->job->keep_reads ? take_reads(s, row) : LEHR_OK;
}

/* ---- The crew ---- */

static void give_up(crew *c, lehr_status status, const lehr_error *why) {
  if (c->status == LEHR_OK) {
    c->status = status;
    if (c->err && why) *c->err = *why;
  }
  item_queue_cancel(c->queue);
}

static void report(crew *c) {
  const batch_job *job = c->setup->job;
  const double now = clock_wall();
  if (!job->progress || now - c->last_progress_s < 0.2) return;
  c->last_progress_s = now;
  const batch_progress p = {.done = journal_count(c->journal),
                            .total = c->setup->rows,
                            .failed = journal_failed(c->journal),
                            .elapsed_s = now - c->start_s};
  job->progress(job->user, &p);
}

static void note_failure(batch_outcome *outcome, const result_row *row) {
  if (row->failed_reason[0] == '\0' || outcome->failure[0]) return;
  snprintf(outcome->failure, sizeof outcome->failure, "%s: %s", row->name, row->failed_reason);
}

static void record(crew *c, const journal_entry *entry) {
  lehr_error err = {0};
  pthread_mutex_lock(&c->lock);
  const lehr_status status =
      c->status == LEHR_OK ? journal_append(c->journal, entry, &err) : c->status;
  if (status != LEHR_OK) {
    give_up(c, status, &err);
  } else {
    c->outcome->solved++;
    note_failure(c->outcome, &entry->row);
    report(c);
  }
  pthread_mutex_unlock(&c->lock);
}

/* Whether another machine, or this one later, might have done better. Such failures must not become
 * results, which depend on input, options and seed only. */
static bool is_of_machine(lehr_status status) {
  return status == LEHR_ENOMEM || status == LEHR_EIO || status == LEHR_EBUSY ||
         status == LEHR_EOUTPUT || status == LEHR_EPERMISSION;
}

static void stop_at(crew *c, const result_row *row, lehr_status status, const char *reason) {
  lehr_error why;
  error_set(&why, status, "%s: %s", row->name, reason);
  pthread_mutex_lock(&c->lock);
  give_up(c, status, &why);
  pthread_mutex_unlock(&c->lock);
}

static bool is_stopped(const crew *c) {
  const volatile int32_t *stop = c->setup->job->params.stop;
  return stop && __atomic_load_n(stop, __ATOMIC_RELAXED);
}

static void work_on(crew *c, const queue_item *item) {
  solved s = {0};
  const double start_s = clock_wall();
  journal_entry entry = {.index = item->index,
                         .row = {.name = batch_window_name(item->window, item->k),
                                 .failed_reason = "",
                                 .energy = NAN,
                                 .energy_int = INT64_MIN,
                                 .bound = NAN}};
  lehr_status status = solve(c, item, &s);
  if (status == LEHR_OK && !s.was_stopped) status = fill_row(c, &s, &entry);
  entry.seconds = clock_wall() - start_s;
  if (status != LEHR_OK)
    entry.row.failed_reason = s.err.text[0] ? s.err.text : lehr_status_text(status);
  if (is_of_machine(status))
    stop_at(c, &entry.row, status, entry.row.failed_reason);
  else if (!s.was_stopped)
    record(c, &entry);
  release(&s);
}

static void crew_member(crew *c) {
  queue_item item;
  while (!is_stopped(c) && item_queue_take(c->queue, &item)) {
    work_on(c, &item);
    item_queue_done(c->queue, &item);
  }
}

static bool is_done(const void *user, int64_t index) {
  const crew *c = user;
  return journal_has(c->journal, index);
}

lehr_status batch_solve_items(batch_setup *s, journal *j, batch_outcome *outcome, lehr_error *err) {
  const int64_t left = s->rows - journal_count(j);
  const int32_t threads = s->job->params.threads > 0 ? s->job->params.threads : cpu_count();
  crew c = {.setup = s,
            .journal = j,
            .outcome = outcome,
            .key = philox_key(s->job->params.seed, "batch"),
            .start_s = clock_wall(),
            .err = err};
  const int32_t members = left < threads ? (left < 1 ? 1 : (int32_t)left) : threads;
  c.inner_threads = threads / members;
  outcome->threads = threads;
  const queue_plan plan = {.reader = s->reader,
                           .first = s->first,
                           .end = s->first + s->rows,
                           .read_ahead = members > 1,
                           .skip = is_done,
                           .user = &c};
  LEHR_TRY(item_queue_create(&plan, &c.queue, err));
  pthread_mutex_init(&c.lock, NULL);
#pragma omp parallel num_threads(members)
  crew_member(&c);
  const lehr_status read = item_queue_free(c.queue, c.status == LEHR_OK ? err : NULL);
  pthread_mutex_destroy(&c.lock);
  if (c.status != LEHR_OK) return c.status;
  outcome->was_interrupted = is_stopped(&c) && journal_count(j) < s->rows;
  return outcome->was_interrupted ? LEHR_OK : read;
}
