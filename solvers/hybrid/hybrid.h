/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/hybrid/hybrid.h - the portfolio behind `--engine auto`.
 *
 *   presolve -> connected parts -> minima of the tiny ones, proofs of small and narrow ones
 *            -> rounds over the other parts
 *
 * A round gives each part a slice of the budget, which grows from round to round; what a part does
 * with its slice is decided in spend.h. States of the parts are put together to states of the
 * model, which alone are reported. */
#ifndef LEHR_SOLVERS_HYBRID_HYBRID_H
#define LEHR_SOLVERS_HYBRID_HYBRID_H

#include "base/options.h"
#include "qubo/presolve.h"
#include "solvers/hybrid/arms.h"
#include "solvers/hybrid/part.h"
#include "solvers/stage.h"

typedef struct hybrid_options {
#define OPT OPTION_MEMBER
#include "solvers/hybrid/options.def"
#undef OPT
} hybrid_options;

typedef struct hybrid {
  lehr_run *run;
  presolve *reduced;            /* NULL where presolving has nothing to do */
  const lehr_model_view *small; /* the presolved model */
  components split;             /* without the tiny ones */
  part *parts;                  /* [split.count] */
  uint8_t *small_bits;          /* [small->n] best of all parts; a start where they have none yet */
  uint8_t *bits;                /* [n] the same, completed, when the host was told of it */
  uint8_t *scratch;             /* [small->n] */
  uint8_t *rows;                /* [population of the largest part][its n] a population as bytes */
  int64_t stages;               /* begun so far: each has random numbers of its own */
  int64_t attempts;             /* made so far */
  double deadline;              /* wall clock; HUGE_VAL: none */
  double untold;                /* terms of parts that became better since the host was told */
  bool is_cut;                  /* the run had to stop before all parts were made */
  bool is_complete;             /* small_bits is a state of the model */
  arm_record records[ARMS];
  arm current; /* at work, or the latest */
  arm best_by; /* that found the best state; ARMS: none */
} hybrid;

bool hybrid_should_stop(const hybrid *h);
/* Until the deadline, more than 0; -1 where there is none. */
double hybrid_seconds_left(const hybrid *h);
/* Whether the model is its only part as it stands. */
bool hybrid_is_whole(const hybrid *h);
/* Completes h->small_bits to h->bits. O(n). */
void hybrid_complete(hybrid *h);
/* Writes the kept variables of bits[n] to h->scratch. */
void hybrid_restrict(hybrid *h, const uint8_t bits[]);
/* Key of the next stage. */
uint64_t hybrid_next_key(hybrid *h);
/* The population of a part as bytes [count][n], in h->rows. */
const uint8_t *hybrid_rows(hybrid *h, const part *p);
/* To be called when the best state of a part has changed. Tells the host, once all parts have a
 * state and enough has changed. O(size of the part), mostly. */
void hybrid_improved(hybrid *h, const part *p);
/* Tells it of what it was not told yet. O(n + interactions). */
void hybrid_tell(hybrid *h);
/* Sorts a part's rows; the best one may be better than all that engines delivered. */
void hybrid_look(hybrid *h, part *p);
/* Rows of a population for a model. */
int32_t hybrid_capacity(const lehr_model_view *m, const hybrid_options *o);
/* stage_run() that keeps the records. */
lehr_status hybrid_stage(hybrid *h, const stage *s, stage_result *result);

/* ---- hybrid_presolve.c, hybrid_parts.c, hybrid_proof.c: the course of a run ---- */

/* Presolves, where there is time for it. */
lehr_status hybrid_presolve(hybrid *h);
/* Splits the presolved model, and solves the tiny parts. */
lehr_status hybrid_make_parts(hybrid *h);
/* Given states are the first to be known. */
void hybrid_take_initial(hybrid *h);
/* Whether the budget is enough to enumerate all states of a model. */
bool hybrid_can_prove(const lehr_run *run, const lehr_model_view *m);
/* Whether a proof by tensor networks is worth a thought. */
bool hybrid_is_contractible(const lehr_model_view *m);
/* For tables of such a proof, of so much memory; 0: no limit. */
uint64_t hybrid_proof_bytes(const lehr_model_view *m, uint64_t memory);
/* Enumerates the small parts and contracts those that are narrow. */
lehr_status hybrid_prove(hybrid *h);
/* A first state of every part, so that there is an answer whenever the run is stopped: where it is
 * before that, all of them are taken downhill together. */
lehr_status hybrid_begin(hybrid *h);
/* Tells the host the bound if all parts are proven. */
void hybrid_claim_bound(const hybrid *h);
/* Spends the budget on the other parts. */
lehr_status hybrid_improve(hybrid *h);
/* Samples: the best state, then row after row of the populations. */
lehr_status hybrid_deliver(hybrid *h);

#endif
