/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/batch/queue.h"

#include "base/error.h"

#include <pthread.h>
#include <stdlib.h>

enum { WINDOWS = 3 };

/* A window and who still needs it. */
typedef struct slot {
  batch_window *window; /* NULL: free */
  int64_t next;         /* item to hand out */
  int64_t busy;         /* handed out and not done */
} slot;

struct item_queue {
  queue_plan plan;
  int64_t next; /* item to read */
  pthread_mutex_t lock;
  pthread_cond_t changed; /* a window came or went, or the end */
  slot slots[WINDOWS];
  batch_window *spare[WINDOWS]; /* whose memory the next windows use */
  int n_spare;
  int oldest, newest; /* ring: slots oldest .. newest - 1 are to be handed out */
  bool is_reading, is_cancelled;
  lehr_status status;
  lehr_error err;
};

lehr_status item_queue_create(const queue_plan *plan, item_queue **out, lehr_error *err) {
  item_queue *q = calloc(1, sizeof *q);
  *out = q;
  if (!q) return error_memory(err, sizeof *q);
  q->plan = *plan;
  q->next = plan->first;
  pthread_mutex_init(&q->lock, NULL);
  pthread_cond_init(&q->changed, NULL);
  return LEHR_OK;
}

static bool is_skipped(const item_queue *q, int64_t index) {
  return q->plan.skip(q->plan.user, index);
}

/* Whether the next window should be fetched now; finds its first item. */
static bool wants_window(item_queue *q) {
  const int ready = q->newest - q->oldest;
  if (q->is_reading || q->status != LEHR_OK || ready > (q->plan.read_ahead ? 1 : 0)) return false;
  while (q->next < q->plan.end && is_skipped(q, q->next)) q->next++;
  return q->next < q->plan.end && !q->slots[q->newest % WINDOWS].window;
}

/* Fetches a window; the lock is open meanwhile. */
static void fetch_window(item_queue *q) {
  slot *s = &q->slots[q->newest % WINDOWS];
  batch_window *window = q->n_spare > 0 ? q->spare[--q->n_spare] : NULL;
  q->is_reading = true;
  pthread_mutex_unlock(&q->lock);
  const queue_plan *p = &q->plan;
  lehr_status status;
  if (window)
    status = batch_reader_refill(p->reader, q->next, p->end, window, &q->err);
  else
    status = batch_reader_window(p->reader, q->next, p->end, &window, &q->err);
  pthread_mutex_lock(&q->lock);
  q->is_reading = false;
  q->status = status;
  if (status == LEHR_OK) {
    *s = (slot){.window = window};
    q->next += batch_window_count(window);
    q->newest++;
  } else {
    batch_window_free(window);
  }
  pthread_cond_broadcast(&q->changed);
}

static void release(item_queue *q, slot *s) {
  q->spare[q->n_spare++] = s->window;
  *s = (slot){0};
  pthread_cond_broadcast(&q->changed);
}

/* Next item of the oldest window that is not to be left out. False if the window has none. */
static bool take_from(item_queue *q, slot *s, queue_item *item) {
  const int64_t first = batch_window_first(s->window), count = batch_window_count(s->window);
  while (s->next < count && is_skipped(q, first + s->next)) s->next++;
  if (s->next >= count) return false;
  *item = (queue_item){.index = first + s->next, .window = s->window, .k = s->next};
  s->next++;
  s->busy++;
  return true;
}

/* Nothing is left and nothing will come. */
static bool is_over(const item_queue *q) {
  return q->is_cancelled || q->status != LEHR_OK ||
         (!q->is_reading && q->oldest == q->newest && q->next >= q->plan.end);
}

bool item_queue_take(item_queue *q, queue_item *item) {
  bool has_item = false;
  pthread_mutex_lock(&q->lock);
  while (!has_item && !is_over(q)) {
    slot *s = &q->slots[q->oldest % WINDOWS];
    if (wants_window(q)) {
      fetch_window(q);
    } else if (q->oldest == q->newest) {
      if (!is_over(q)) pthread_cond_wait(&q->changed, &q->lock);
    } else if (!(has_item = take_from(q, s, item))) {
      q->oldest++;
      if (s->busy == 0) release(q, s);
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
    const bool is_current = k == q->oldest % WINDOWS && q->oldest < q->newest;
    s->busy--;
    if (s->busy == 0 && s->next >= batch_window_count(s->window) && !is_current) release(q, s);
  }
  pthread_mutex_unlock(&q->lock);
}

void item_queue_cancel(item_queue *q) {
  pthread_mutex_lock(&q->lock);
  q->is_cancelled = true;
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
}

lehr_status item_queue_free(item_queue *q, lehr_error *err) {
  const lehr_status status = q->status;
  if (status != LEHR_OK && err) *err = q->err;
  for (int k = 0; k < WINDOWS; k++) batch_window_free(q->slots[k].window);
  for (int k = 0; k < q->n_spare; k++) batch_window_free(q->spare[k]);
  pthread_mutex_destroy(&q->lock);
  pthread_cond_destroy(&q->changed);
  free(q);
  return status;
}
