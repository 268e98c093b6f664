/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/batch/queue.h"

#include "base/error.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { WINDOWS = 3 };

/* A window and who still needs it. */
typedef struct slot {
  batch_window *window; /* NULL: free */
  int64_t next;         /* item to hand out */
  int64_t busy;         /* handed out and not done */
} slot;

struct item_queue {
  batch_reader *reader;
  queue_filter filter;
  int64_t next, end; /* what to read */
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t readable, has_room;
  slot slots[WINDOWS];
  int oldest, newest; /* ring: slots oldest .. newest - 1 are to be handed out */
  bool is_read, is_cancelled;
  lehr_status status;
  lehr_error err;
};

/* ---- The reader thread ---- */

/* Waits for a free slot; NULL if nothing more is to be read. */
static slot *wait_for_room(item_queue *q) {
  for (;;) {
    while (q->next < q->end && q->filter.skip(q->filter.user, q->next)) q->next++;
    if (q->is_cancelled || q->next >= q->end) return NULL;
    slot *s = &q->slots[q->newest % WINDOWS];
    if (!s->window) return s;
    pthread_cond_wait(&q->has_room, &q->lock);
  }
}

static void *read_ahead(void *argument) {
  item_queue *q = argument;
  pthread_mutex_lock(&q->lock);
  for (slot *s = wait_for_room(q); s; s = wait_for_room(q)) {
    batch_window *window;
    const int64_t first = q->next;
    pthread_mutex_unlock(&q->lock);
    const lehr_status status = batch_reader_window(q->reader, first, q->end, &window, &q->err);
    pthread_mutex_lock(&q->lock);
    if (status != LEHR_OK) {
      q->status = status;
      break;
    }
    *s = (slot){.window = window};
    q->next = first + batch_window_count(window);
    q->newest++;
    pthread_cond_broadcast(&q->readable);
  }
  q->is_read = true;
  pthread_cond_broadcast(&q->readable);
  pthread_mutex_unlock(&q->lock);
  return NULL;
}

/* Signals are for the threads that the program knows of. */
static int start_thread(item_queue *q) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int rc = pthread_create(&q->thread, NULL, read_ahead, q);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return rc;
}

lehr_status item_queue_start(batch_reader *r, int64_t first, int64_t end, queue_filter filter,
                             item_queue **out, lehr_error *err) {
  item_queue *q = calloc(1, sizeof *q);
  *out = NULL;
  if (!q) return error_memory(err, sizeof *q);
  q->reader = r;
  q->filter = filter;
  q->next = first;
  q->end = end;
  pthread_mutex_init(&q->lock, NULL);
  pthread_cond_init(&q->readable, NULL);
  pthread_cond_init(&q->has_room, NULL);
  if (start_thread(q) != 0) {
    free(q);
    return error_set(err, LEHR_ENOMEM, "cannot start a thread");
  }
  *out = q;
  return LEHR_OK;
}

/* ---- Solving threads ---- */

static void release(item_queue *q, slot *s) {
  batch_window_free(s->window);
  *s = (slot){0};
  pthread_cond_signal(&q->has_room);
}

/* Next item of the oldest window that is not to be left out. False if the window has none. */
static bool take_from(item_queue *q, slot *s, queue_item *item) {
  const int64_t first = batch_window_first(s->window), count = batch_window_count(s->window);
  while (s->next < count && q->filter.skip(q->filter.user, first + s->next)) s->next++;
  if (s->next >= count) return false;
  *item = (queue_item){.index = first + s->next, .window = s->window, .k = s->next};
  s->next++;
  s->busy++;
  return true;
}

bool item_queue_take(item_queue *q, queue_item *item) {
  bool has_item = false;
  pthread_mutex_lock(&q->lock);
  while (!has_item && !q->is_cancelled) {
    if (q->oldest < q->newest) {
      slot *s = &q->slots[q->oldest % WINDOWS];
      has_item = take_from(q, s, item);
      if (has_item) continue;
      q->oldest++;
      if (s->busy == 0) release(q, s);
    } else if (q->is_read) {
      break;
    } else {
      pthread_cond_wait(&q->readable, &q->lock);
    }
  }
  pthread_mutex_unlock(&q->lock);
  return has_item;
}

void item_queue_done(item_queue *q, const queue_item *item) {
  pthread_mutex_lock(&q->lock);
  for (int k = 0; k < WINDOWS; k++) {
    slot *s = &q->slots[k];
    if (s->window != item->window) continue;
    s->busy--;
    const bool is_old = !(k == q->oldest % WINDOWS && q->oldest < q->newest);
    if (s->busy == 0 && s->next >= batch_window_count(s->window) && is_old) release(q, s);
  }
  pthread_mutex_unlock(&q->lock);
}

void item_queue_cancel(item_queue *q) {
  pthread_mutex_lock(&q->lock);
  q->is_cancelled = true;
  pthread_cond_broadcast(&q->readable);
  pthread_cond_broadcast(&q->has_room);
  pthread_mutex_unlock(&q->lock);
}

lehr_status item_queue_stop(item_queue *q, lehr_error *err) {
  item_queue_cancel(q);
  pthread_join(q->thread, NULL);
  const lehr_status status = q->status;
  if (status != LEHR_OK && err) *err = q->err;
  for (int k = 0; k < WINDOWS; k++) batch_window_free(q->slots[k].window);
  pthread_mutex_destroy(&q->lock);
  pthread_cond_destroy(&q->readable);
  pthread_cond_destroy(&q->has_room);
  free(q);
  return status;
}
