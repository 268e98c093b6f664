/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "workflows/forecast/select_run.h"

#include <stdlib.h>

static void selection_free(selection *s) {
  if (!s) return;
  free(s->chosen);
  free(s);
}

void select_report_free(select_report *r) {
  if (!r) return;
  selection_free(r->choice);
  free(r->explained);
  free(r);
}

static select_report *report_alloc(int32_t n_blocks, int32_t most) {
  select_report *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->n_blocks = n_blocks;
  r->explained = memory_array((size_t)n_blocks, sizeof *r->explained);
  r->choice = calloc(1, sizeof *r->choice);
  if (r->choice) {
    r->choice->most = most;
    r->choice->chosen = memory_array(24 * (size_t)most, sizeof *r->choice->chosen);
  }
  if (r->explained && r->choice && r->choice->chosen) return r;
  select_report_free(r);
  return NULL;
}

static lehr_status make_report(const select_run *s, int32_t task, lehr_error *err) {
  const block *blocks = &s->blocks[task * s->blocks_per_zone];
  const int32_t most = blocks[0].problem.k;
  select_report *r = report_alloc(s->blocks_per_zone, most);
  if (!r) return error_memory(err, 24 * (uint64_t)most * sizeof(int32_t));
  r->rounds = s->rounds;
  for (int32_t k = 0; k < r->n_blocks; k++) r->explained[k] = blocks[k].best_explained;
  for (int32_t h = 0; h < 24; h++) {
    const block *b = &blocks[h / s->o->block_hours];
    for (int32_t i = 0; i < b->problem.p; i++)
      if (b->best[i]) r->choice->chosen[(int64_t)h * most + r->choice->k[h]++] = i;
  }
  s->tasks[task].report = r;
  return LEHR_OK;
}

lehr_status select_make_reports(const select_run *s, lehr_error *err) {
  for (int32_t t = 0; t < s->n_tasks; t++)
    if (s->tasks[t].status == LEHR_OK) LEHR_TRY(make_report(s, t, err));
  return LEHR_OK;
}
