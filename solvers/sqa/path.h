/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/sqa/path.h - one strip of paths from its start states to local minima.
 *
 * Strip k of a round holds reads k * R .. (k + 1) * R - 1, R = 64 / slices. */
#ifndef LEHR_SOLVERS_SQA_PATH_H
#define LEHR_SOLVERS_SQA_PATH_H

#include "base/memory.h"
#include "solvers/anneal/rounds.h"
#include "solvers/spin_form.h"
#include "solvers/sqa/slices.h"

/* What all strips of one round share. Temperature and fields are in units of cost. */
typedef struct path_job {
  lehr_run *run;
  const rounds *rounds;
  const spin_form *form;
  const lane_model *model;
  const slice_kernel *kernel;
  const lane_quantiles *quantiles;
  int32_t slices;
  bool is_geometric, is_independent;
  double half_temperature;      /* P T / 2 */
  double gamma_hot, gamma_cold; /* Gamma / 2 */
  int64_t worldline;            /* sweeps between two rounds of world-line moves, 0: none */
} path_job;

/* Working memory of one thread. */
typedef struct path_space {
  slice_strip strip;
  uint8_t *bits;   /* [n] */
  int64_t further; /* attempts beyond one for each visit of a read */
  THREAD_APART;
} path_space;

uint64_t path_space_bytes(const lehr_model_view *m, int type);
bool path_space_make(path_space *s, const path_job *job);

/* Table entries for a model of n variables. */
int32_t path_quantiles(int32_t n, bool is_independent);
/* Number of reads in a full strip. */
int32_t path_lanes(const path_job *job);

/* Start states of strip `index`, the same one in all slices of a read; false if the run should
 * stop, when fields are unknown. */
bool path_enter(const path_job *job, path_space *s, int64_t index);
/* All sweeps, or fewer when the run should stop; returns the attempts made: one for each slice and
 * variable of a read visited, and one for each world line. `thread` of the rounds: 0 reports
 * progress.
 */
int64_t path_anneal(const path_job *job, path_space *s, int64_t index, int thread);
/* Takes every slice to a local minimum, unless that takes very long; false if the run should stop
 * before that. */
bool path_quench(const path_job *job, path_space *s);
/* Writes the best slice of each read to rows[reads][n]. O(64 n). */
void path_leave(const path_job *job, path_space *s, int64_t index, uint8_t rows[]);

#endif
