/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/queue.h - hands the items of a batch to solving threads.
 *
 * The threads read the file themselves, in turns: one fetches the next window while the others
 * solve. So N threads keep N cores busy and no more, the reading process included, and at most a
 * few windows are in memory. */
#ifndef LEHR_WORKFLOWS_BATCH_QUEUE_H
#define LEHR_WORKFLOWS_BATCH_QUEUE_H

#include "io/hdf5_batch.h"

typedef struct item_queue item_queue;

/* An item to be solved. */
typedef struct queue_item {
  int64_t index; /* in the whole input */
  const batch_window *window;
  int64_t k; /* within the window */
} queue_item;

/* What to hand out. */
typedef struct queue_plan {
  batch_reader *reader; /* used by the queue alone while it lives */
  int64_t first, end;   /* items first .. end - 1 */
  bool read_ahead;      /* fetch a window before the current one is used up */
  bool (*skip)(const void *user, int64_t index); /* items to leave out; called under a lock */
  const void *user;
} queue_plan;

lehr_status item_queue_create(const queue_plan *plan, item_queue **out, lehr_error *err);
/* The next item, in order. False at the end, after a failure, or after item_queue_cancel. Give it
 * back with item_queue_done. Any thread. */
bool item_queue_take(item_queue *q, queue_item *item);
void item_queue_done(item_queue *q, const queue_item *item);
/* No more items are handed out. Any thread. */
void item_queue_cancel(item_queue *q);
/* Frees the queue when no thread uses it any more. The reader's failure, if it had one. */
lehr_status item_queue_free(item_queue *q, lehr_error *err);

#endif
