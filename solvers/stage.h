/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/stage.h - an engine at work inside another engine's run.
 *
 * The inner engine sees a lehr_run of its own: its states go to the caller of stage_run() instead
 * of the host, its stops and progress come from the outer run, and its memory is freed when it is
 * done. What it claims is not believed here either: energies are recomputed by whoever takes its
 * states, and by the host in the end. */
#ifndef LEHR_SOLVERS_STAGE_H
#define LEHR_SOLVERS_STAGE_H

#include "base/memory.h"
#include "lehr/plugin.h"

#include <stdbool.h>

enum { STAGE_SETTINGS = 8 };

typedef struct stage {
  const lehr_engine *engine;
  const lehr_model_view *model;
  const char *name[STAGE_SETTINGS]; /* options that differ from their defaults; NULL behind */
  double value[STAGE_SETTINGS];
  uint64_t key;
  int64_t reads, work; /* 0: the engine's default */
  int32_t threads;     /* 0: those of the outer run */
  double time_limit_s; /* < 0: only the outer run's */
  int64_t n_initial;
  const uint8_t *initial; /* [n_initial][n] */
  uint64_t memory_bytes;  /* that the engine may take */
  /* Unless 0: run it only if its plan promises a proof within so long; else EUNAVAILABLE. */
  double proof_seconds;
  const char *phase; /* for progress; static text */
  /* Called for every state: a finished read, or an improvement on the way. */
  void (*take)(void *user, const uint8_t bits[], bool is_read);
  /* Unless NULL, called for finished reads that come together instead: rows[count][n]. */
  void (*take_reads)(void *user, const uint8_t rows[], int64_t count);
  void *user;
} stage;

/* What came of it beside the states. */
typedef struct stage_result {
  int64_t attempts;
  double seconds;         /* wall */
  double planned_seconds; /* NaN where unknown */
  bool has_bound;
  int64_t bound; /* of an exact model, in its units */
  bool is_infeasible;
  double beta_hot, beta_cold; /* that the engine reported as used; 0: none */
} stage_result;

/* Sets an option of the engine for this stage; false if there is no room. */
bool stage_set(stage *s, const char *name, double value);

/* Bytes that the engine plans for so many reads; 0 where it refuses. */
uint64_t stage_bytes(const lehr_engine *engine, const lehr_model_view *m, int64_t reads,
                     int32_t threads);

/* Seconds that its plan predicts with default options; NaN where unknown. */
double stage_seconds(const lehr_engine *engine, const lehr_model_view *m);

/* Runs it. EUNAVAILABLE, ENOMEM where plan() refuses; other failures of the engine as they are. */
lehr_status stage_run(lehr_run *outer, const stage *s, stage_result *result);

#endif
