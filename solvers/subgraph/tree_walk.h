/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/subgraph/tree_walk.h - TREE_LANES reads from their start states by moves of forests and,
 * where there are plans, of wider subgraphs.
 *
 * Moves come in a fixed order, over and over, which keeps the Boltzmann distribution as each of
 * them does: WIDE_SPELL plans, a forest, the next plans ..., or forests only. A plan whose draw
 * would not be exact in doubles, as cold as it is, leaves its turn to a forest. Strip k of a round
 * holds reads k * TREE_LANES and following. What a read does depends on (key, round, read) only. */
#ifndef LEHR_SOLVERS_SUBGRAPH_TREE_WALK_H
#define LEHR_SOLVERS_SUBGRAPH_TREE_WALK_H

#include "solvers/anneal/rounds.h"
#include "solvers/subgraph/wide.h"

/* What all strips share. */
typedef struct tree_walk_job {
  const rounds *rounds;
  const tree_model *model;
  const forest_family *family;
  const tree_kernel *kernel;
  const wide *wide;
  double hot, cold; /* temperatures in units of cost (anneal/lanes.h): 1 / two_beta */
} tree_walk_job;

/* What a thread works with. */
typedef struct walk_strip {
  tree_strip trees;
  sub_space plans; /* where there are plans */
} walk_strip;

/* Start states of strip `index`; lanes beyond its reads do the same work in vain. False, without
 * all of them, if the run should stop. bits: [n] scratch. */
bool tree_walk_enter(const tree_walk_job *job, walk_strip *s, int64_t index, uint8_t bits[]);
/* Draws subgraphs at temperatures that fall geometrically from hot to cold, for all sweeps or until
 * the run should stop. Returns the visits of one read. `thread` of the rounds: 0 reports progress.
 */
int64_t tree_walk_cool(const tree_walk_job *job, walk_strip *s, int64_t index, int thread);
/* Minimises subgraphs until a whole turn of them lowers no lane's energy, or of about so many sites
 * at most. Few when the run should stop: false, the states need not be local minima then. */
bool tree_walk_quench(const tree_walk_job *job, walk_strip *s, int64_t most);
/* Writes the lanes' states to rows[rounds_reads][n]. */
void tree_walk_leave(const tree_walk_job *job, const walk_strip *s, int64_t index, uint8_t rows[]);

/* Temperatures as in tree_walk_job, and what a sweep takes. */
typedef struct walk_range {
  double hot, cold, sweep_seconds;
} walk_range;

/* Finds those of the model by a trial of a few sweeps in the given strip, the way the anneal engine
 * does (anneal/range.h). Memory from run; false when refused. */
bool tree_walk_range(const tree_walk_job *job, walk_strip *s, uint8_t bits[], walk_range *out);

#endif
