/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/team.h"

#include <omp.h>
#include <string.h>

/* With fewer sites starting the threads would take longer than a few sweeps. */
enum { FEWEST_SITES = 1 << 10, FIRST_PAUSE = 8, LONGEST_PAUSE = 1 << 12 };
/* Of a new measurement in the mean. */
static const double smoothing = 0.3;

int32_t team_size(int32_t threads, int32_t n, int type) {
  const int32_t most = WALKERS / walkers_least_share(type);
  if (n < FEWEST_SITES) return 1;
  int32_t size = 1; /* shares of equal length */
  while (2 * size <= threads && 2 * size <= most) size *= 2;
  return size;
}

uint64_t team_bytes(int32_t size, int32_t n) {
  return size > 1 ? (uint64_t)size * ((uint64_t)n * sizeof(uint64_t) + 64) : 0;
}

bool team_make(team *t, int32_t size, int32_t n, lehr_run *run) {
  *t = (team){.threads = size,
              .is_together = size > 1,
              .is_usual = size > 1,
              .left = FIRST_PAUSE,
              .pause = FIRST_PAUSE};
  for (int32_t k = 0; k < size && size > 1; k++) {
    t->spin[k] = run->alloc(run, (size_t)n * sizeof *t->spin[k]);
    if (!t->spin[k]) return false;
  }
  return true;
}

int32_t team_active(const team *t) { return t->is_together ? t->threads : 1; }

void team_note(team *t, double seconds) {
  if (t->threads == 1) return;
  double *mean = &t->seconds[t->is_together];
  *mean += *mean > 0 ? smoothing * (seconds - *mean) : seconds;
  if (t->is_together != t->is_usual) { /* the end of a trial */
    const bool is_better = seconds < t->seconds[t->is_usual];
    t->pause = is_better ? FIRST_PAUSE : t->pause < LONGEST_PAUSE ? 2 * t->pause : t->pause;
    t->is_usual ^= is_better;
    t->is_together = t->is_usual;
    t->left = t->pause;
  } else if (t->left-- == 0) {
    t->is_together = !t->is_usual;
  }
}

static void do_share(const team *t, const walkers *w, team_work work, void *context, int32_t k) {
  const int32_t type = w->model->type;
  walkers share = *w;
  share.lanes = WALKERS / t->threads;
  share.first = k * share.lanes;
  share.spin = t->spin[k];
  if (w->field)
    share.field = (char *)w->field + ((size_t)w->model->n * (size_t)share.first << type);
  memcpy(share.spin, w->spin, (size_t)w->model->n * sizeof *w->spin);
  work(context, &share, k);
}

/* The lanes of each share. */
static void join(const team *t, walkers *w) {
  const int32_t lanes = WALKERS / t->threads;
  for (int32_t i = 0; i < w->model->n; i++) {
    uint64_t spin = 0;
    for (int32_t k = 0; k < t->threads; k++)
      spin |= t->spin[k][i] & ((UINT64_C(1) << lanes) - 1) << (k * lanes);
    w->spin[i] = spin;
  }
}

void team_do(const team *t, walkers *w, team_work work, void *context) {
  if (t->threads == 1) {
    work(context, w, 0);
    return;
  }
  if (t->is_together) {
#pragma omp parallel for num_threads(t->threads) schedule(static, 1)
    for (int32_t k = 0; k < t->threads; k++) do_share(t, w, work, context, k);
  } else {
    for (int32_t k = 0; k < t->threads; k++) do_share(t, w, work, context, k);
  }
  join(t, w);
}
