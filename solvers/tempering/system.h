/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/system.h - one ladder of 64 walkers: sweeps, exchanges, and the best states. */
#ifndef LEHR_SOLVERS_TEMPERING_SYSTEM_H
#define LEHR_SOLVERS_TEMPERING_SYSTEM_H

#include "solvers/anneal/strip.h"
#include "solvers/recombine.h"
#include "solvers/tempering/exchange.h"
#include "solvers/tempering/ladder.h"
#include "solvers/tempering/team.h"
#include "solvers/tempering/walkers.h"

typedef enum cluster_use { CLUSTERS_AUTO = 0, CLUSTERS_ON = 1, CLUSTERS_OFF = 2 } cluster_use;

/* What all systems share. */
typedef struct system_job {
  lehr_run *run;
  const strip_job *limits; /* run, deadline and site_work count */
  const spin_form *form;
  const lane_model *model;
  const walker_kernel *kernel;
  ladder_kind ladder;
  cluster_use clusters;    /* CLUSTERS_OFF for systems that are not advanced */
  int32_t ranks, interval; /* sweeps between exchanges, 0: as it suits */
  double hot, cold;
  int32_t team; /* threads of each system, 0 as 1 */
} system_job;

typedef struct tempering_system {
  const system_job *job;
  uint64_t key;
  int64_t index;
  walkers w;
  noise noise;
  ladder ladder;
  team team;
  recombine recombine;         /* with the clusters; while they are in use */
  clusters *clusters;          /* [team.threads]: the same one, and those of the other threads */
  bool has_clusters;           /* whether they are in use */
  int32_t lane[LADDER_SLOTS];  /* which walker of w is in a slot */
  uint8_t *bits;               /* [n] scratch */
  uint64_t *rows;              /* [WALKERS][words] scratch */
  uint64_t *saved;             /* [n] spins while descending */
  uint64_t *best;              /* [WALKERS][words] lowest state each lane descended to */
  double best_energy[WALKERS]; /* HUGE_VAL at first */
  bool is_entered;             /* whether the fields are those of the spins */
  int32_t lowest;              /* lane of the lowest of them */
  int64_t sweeps, exchanges, next_adapt;
  int64_t visits_left;      /* until the noise is drawn anew */
  int64_t work;             /* since the last poll */
  int64_t differing, loose; /* of cold pairs since the last adaptation */
  THREAD_APART;
} tempering_system;

uint64_t system_bytes(const lehr_model_view *m, int type, int32_t threads);
/* Memory from the run, start states of reads index * WALKERS ...; false when refused, or if the run
 * should stop (poll.h). */
bool system_make(tempering_system *s, const system_job *job, int64_t index);
/* New start states, those of another round; false, without fields, if the run should stop. */
bool system_start(tempering_system *s, int64_t round);
/* Makes so many sweeps with exchanges between them, fewer when the run should stop. Returns the
 * attempts. Thread-safe for different systems, as are those below. */
int64_t system_advance(tempering_system *s, int64_t sweeps);
/* Sweeps between exchanges, as it is now. */
int32_t system_interval(const tempering_system *s);
/* The same without exchanges. */
int64_t system_sweep(tempering_system *s, int64_t sweeps);
/* Gives the walkers the temperatures of their ranks, which become what the kernels make of them. */
void system_set_temperatures(tempering_system *s);
/* One temperature for all walkers. */
void system_heat(tempering_system *s, double T);
/* Descends from all states to local minima, or as far as it comes, keeps those that are the best of
 * their lane, and puts the states back. Where clusters are in use, those of the colder half that
 * lower the best of all are taken over into it (recombine.h). True if the lowest of all became
 * lower. */
bool system_look(tempering_system *s);

#endif
