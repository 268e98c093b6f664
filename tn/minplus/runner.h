/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/runner.h - a program over (min, +) while it runs, for run.c and retrace.c. */
#ifndef LEHR_TN_MINPLUS_RUNNER_H
#define LEHR_TN_MINPLUS_RUNNER_H

#include "tn/minplus/decisions.h"
#include "tn/minplus/layout.h"
#include "tn/minplus/steps.h"

#include <stdatomic.h>

typedef struct mp_stacked {
  void *data;
  uint64_t bytes;
  int width;
  int64_t offset; /* what was subtracted from the entries, in all */
  mp_span span;   /* of the entries; the upper end may be too high */
} mp_stacked;

typedef struct mp_runner {
  const tn_program *p;
  const mp_setup *setup;
  const tn_guard *guard;
  const mp_kernels *kernels;
  pages_budget budget;
  mp_layout layout;
  mp_stacked *stack; /* [p->depth] */
  int depth;
  int64_t n_pushed;
  void *tiles;           /* one per thread */
  void *costs;           /* of the steps */
  uint8_t *bits;         /* of all decisions, or of those of a stretch; NULL: none are wanted */
  mp_decision *decision; /* [n_ops - first_decision] */
  int64_t decide_from; /* operations from here on write decisions, to decision[0] and bits[0] on */
  uint64_t bits_used;
  mp_step *steps; /* [MP_PASS_OPS] */
  atomic_bool is_stopped;
} mp_runner;

static inline int runner_entry_bytes(const mp_runner *r) { return mp_types[r->setup->type].bytes; }

/* Runs operations [from, to) on the stack; a pass begins at `to`. False when memory is short. */
bool runner_go(mp_runner *r, int64_t from, int64_t to);

#endif
