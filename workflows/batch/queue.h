/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/queue.h - hands items to solving threads while a reader thread reads ahead.
 *
 * At most a few windows of the file are in memory at a time. All functions may be called from any
 * thread. */
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

/* Which items to leave out; called under the queue's lock. */
typedef struct queue_filter {
  bool (*skip)(const void *user, int64_t index);
  const void *user;
} queue_filter;

/* Starts reading items first .. end - 1. The reader is used by the queue alone until
 * item_queue_stop. */
lehr_status item_queue_start(batch_reader *r, int64_t first, int64_t end, queue_filter filter,
                             item_queue **out, lehr_error *err);
/* The next item, in order; waits for the reader. False at the end, after a failure, or after
 * item_queue_cancel. Give it back with item_queue_done. */
bool item_queue_take(item_queue *q, queue_item *item);
void item_queue_done(item_queue *q, const queue_item *item);
/* No more items are handed out. */
void item_queue_cancel(item_queue *q);
/* Waits for the reader thread and frees the queue. The reader's failure, if it had one. */
lehr_status item_queue_stop(item_queue *q, lehr_error *err);

#endif
