/* SPDX-License-Identifier: Apache-2.0 */
/* Annealing with replicas in lanes, or sites of dense models in them. */
#include "solvers/anneal/independent.h"
#include "solvers/anneal/kernels_run.h"
#include "solvers/anneal/rounds.h"
#include "solvers/anneal/rows.h"
#include "solvers/anneal/setup.h"
#include "solvers/descent.h"
#include "solvers/start.h"

typedef struct lanes_run {
  anneal_setup setup;
  rounds rounds;
  strip_space *spaces; /* [threads] */
} lanes_run;

static course run_strip(void *context, int64_t index, int thread, uint8_t out[]) {
  const lanes_run *l = context;
  strip_space *space = &l->spaces[thread];
  strip_job job = l->setup.job;
  job.sweeps = l->rounds.sweeps;
  job.round = l->rounds.round;
  job.thread = thread;
  if (!strip_enter(&job, space, index)) return (course){.is_cut = true};
  const course c =
      job.deviates ? independent_anneal(&job, space, index) : strip_anneal(&job, space, index);
  const bool is_done = job.deviates || strip_quench(&job, space, QUENCH_SWEEPS);
  strip_leave(&job, space, index, out);
  if (!is_done) descent_hurried(job.run, out);
  return c;
}

static bool prepare_rows(anneal_setup *s, int level) {
  const int type = rows_type(lanes_type(&s->form));
  s->job.kernel = s->job.trial_kernel = rows_kernel(level, type);
  return lanes_prepare(&s->model, &s->form, type, s->job.run) &&
         rows_prepare(&s->model, &s->form, s->job.run);
}

/* The model in the form of the kernels that suit it. */
static bool prepare_model(anneal_setup *s, int level, int64_t reads_per_thread) {
  const spin_form *f = &s->form;
  const int type = lanes_type(f);
  if (rows_pay(f->n, f->row[f->n], type)) return prepare_rows(s, level);
  s->job.kernel = lanes_kernel(level, type, reads_per_thread);
  return setup_lanes(s, level);
}

static bool prepare(lanes_run *l, lehr_run *run, budget *b, int level) {
  strip_job *job = &l->setup.job;
  /* With several threads, narrower strips rather than idle threads. */
  if (!setup_prepare(&l->setup, run) ||
      !prepare_model(&l->setup, level, (b->reads + run->threads - 1) / run->threads))
    return false;
  l->rounds = (rounds){.run = run,
                       .lanes = job->kernel->lanes,
                       .strip = run_strip,
                       .context = l,
                       .phase = "annealing"};
  if (!rounds_prepare(&l->rounds, b)) return false;
  job->reads = l->rounds.reads;
  job->rounds = &l->rounds;
  job->deadline = l->rounds.deadline;
  l->spaces = run->alloc(run, (size_t)l->rounds.threads * sizeof *l->spaces);
  for (int32_t t = 0; l->spaces && t < l->rounds.threads; t++)
    if (!strip_space_make(&l->spaces[t], job)) return false;
  return l->spaces != NULL;
}

lehr_status lanes_run_at(lehr_run *run, budget b, int level) {
  lanes_run l;
  if (!prepare(&l, run, &b, level) || !setup_temperatures(&l.setup, &b)) return start_instead(run);
  return rounds_run(&l.rounds, &b);
}
