/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/crew.h"

#include "base/error.h"
#include "base/memory.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

struct crew_member {
  tn_relaxed twin; /* unused by the first one */
  tn_dual d;
  tn_incumbent best;
  tn_guard guard;
  int8_t *fixed; /* [n] */
  THREAD_APART;
};

static void member_free(crew_member *m) {
  dual_free(&m->d);
  relaxed_free(&m->twin);
  free(m->best.spins);
  free(m->fixed);
}

void crew_free(tn_crew *t) {
  for (int32_t k = 0; k < t->count; k++) member_free(&t->member[k]);
  free(t->member);
  *t = (tn_crew){0};
}

static lehr_status member_make(tn_crew *t, crew_member *m, lehr_error *err) {
  tn_dual *const lead = t->lead;
  const size_t n = (size_t)lead->t->n;
  const bool is_first = m == t->member;
  m->guard = *lead->guard;
  m->guard.bytes /= (uint64_t)t->count;
  if (t->count > 1) m->guard.threads = 1;
  if (!is_first) m->guard.progress = NULL; /* not on the calling thread */
  m->best.spins = memory_array(n, 1);
  m->fixed = memory_array(n, 1);
  if (!m->best.spins || !m->fixed) return error_memory(err, 2 * n);
  if (!is_first) LEHR_TRY(relaxed_twin(lead->r, &m->twin, err));
  return dual_make(&m->d, lead->t, is_first ? lead->r : &m->twin, &m->best, &m->guard, err);
}

/* With the widest elements, so that none is in want of memory later. */
static lehr_status count_members(const tn_dual *lead, int32_t most, int32_t *count,
                                 lehr_error *err) {
  uint64_t bytes;
  *count = lead->guard->threads < most ? lead->guard->threads : most;
  if (*count == 1) return LEHR_OK;
  LEHR_TRY(relaxed_most_bytes(lead->r, &bytes, err));
  const uint64_t room = bytes > 0 ? lead->r->memory / bytes : 1;
  if (room < (uint64_t)*count) *count = room > 1 ? (int32_t)room : 1;
  return LEHR_OK;
}

lehr_status crew_make(tn_crew *t, int32_t most, lehr_error *err) {
  int32_t count;
  LEHR_TRY(count_members(t->lead, most, &count, err));
  t->member = memory_array((size_t)count, sizeof *t->member);
  if (!t->member) return error_memory(err, (uint64_t)count * sizeof *t->member);
  t->count = count;
  lehr_status status = LEHR_OK;
  for (int32_t k = 0; k < count && status == LEHR_OK; k++)
    status = member_make(t, &t->member[k], err);
  if (status != LEHR_OK) crew_free(t);
  return status;
}

void crew_shrink(tn_crew *t, uint64_t most) {
  while (t->count > 1 && (uint64_t)t->count > most) member_free(&t->member[--t->count]);
}

/* ---- One task ---- */

/* Everything as it was before the first task. */
static lehr_status prepare(const tn_crew *t, crew_member *m, mp_type type) {
  const tn_dual *const lead = t->lead;
  m->best.energy = lead->best->energy;
  memcpy(m->best.spins, lead->best->spins, (size_t)lead->t->n);
  m->d.runs = 0;
  m->d.updates = 0;
  return m->d.r->setup.type == type ? LEHR_OK : relaxed_retype(m->d.r, type, NULL);
}

static lehr_status bound_node(const tn_crew *t, crew_member *m, crew_task *k) {
  const int8_t *const values = node_values(t->nodes, k->node);
  memset(m->fixed, 0, (size_t)m->d.t->n);
  for (int32_t i = 0; i < m->d.n_divided; i++) m->fixed[m->d.divided[i]] = values[i];
  return dual_ascend(&m->d, m->fixed, &t->steps, node_point(k->node), &k->result, NULL);
}

static lehr_status run_task(const tn_crew *t, crew_member *m, crew_task *k) {
  LEHR_TRY(prepare(t, m, k->type));
  LEHR_TRY(bound_node(t, m, k));
  k->type = m->d.r->setup.type;
  k->runs = m->d.runs;
  k->updates = m->d.updates;
  if (m->best.energy >= t->lead->best->energy) return LEHR_OK;
  k->energy = m->best.energy;
  k->spins = memory_copy(m->best.spins, (size_t)t->lead->t->n, 1);
  return k->spins ? LEHR_OK : LEHR_ENOMEM;
}

/* ---- All of them ---- */

/* Adds up what one task found, and forgets its state. */
static void take_over(tn_dual *lead, crew_task *k) {
  lead->runs += k->runs;
  lead->updates += k->updates;
  if (k->spins && k->energy < lead->best->energy)
    incumbent_take(lead->best, k->energy, k->spins, lead->t->n);
  free(k->spins);
  k->spins = NULL;
}

lehr_status crew_bound(tn_crew *t, crew_task tasks[], int32_t count, lehr_error *err) {
  const mp_type type = t->lead->r->setup.type;
  mp_type widest = type;
  lehr_status status = LEHR_OK;
#pragma omp parallel for schedule(dynamic, 1) num_threads(t->count) if (t->count > 1)
  for (int32_t k = 0; k < count; k++) {
    tasks[k] = (crew_task){.node = tasks[k].node, .type = type};
    tasks[k].status = run_task(t, &t->member[omp_get_thread_num()], &tasks[k]);
  }
  for (int32_t k = 0; k < count; k++) {
    if (tasks[k].status != LEHR_OK) status = tasks[k].status;
    if (tasks[k].type > widest) widest = tasks[k].type;
    take_over(t->lead, &tasks[k]);
  }
  if (status != LEHR_OK) return error_memory(err, t->lead->r->bytes);
  return t->lead->r->setup.type == widest ? LEHR_OK : relaxed_retype(t->lead->r, widest, err);
}
