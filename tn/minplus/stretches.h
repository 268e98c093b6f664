/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/stretches.h - where to cut a program whose decisions do not fit at a time.
 *
 * The stack of tables is kept at the start of each stretch but the first; later the stretches are
 * run again one by one, the last one first, each with room for its own decisions (retrace.h). */
#ifndef LEHR_TN_MINPLUS_STRETCHES_H
#define LEHR_TN_MINPLUS_STRETCHES_H

#include "tn/minplus/pass.h"

enum { MOST_STRETCHES = 64 };

typedef struct mp_stretches {
  int count;                         /* 1: all decisions fit */
  int64_t start[MOST_STRETCHES + 1]; /* operations; passes begin there; [count]: n_ops */
  uint64_t decisions;                /* bytes of the stretch that has most */
  uint64_t kept;                     /* bytes of all stacks that are kept */
} mp_stretches;

/* As few as take at most `bytes` for decisions and stacks together; where that cannot be had, as
 * many as take least. ENOMEM. O(operations). */
lehr_status mp_stretches_make(const tn_program *p, mp_type type, const mp_limits *limits,
                              uint64_t bytes, mp_stretches *out, lehr_error *err);

/* Bytes that a table of 2^width entries takes where it is kept. */
uint64_t mp_kept_bytes(mp_type type, int width);

#endif
