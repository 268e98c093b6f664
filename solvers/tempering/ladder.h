/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/ladder.h - the temperatures of parallel tempering, who is where, and how the
 * walkers wander between the ends.
 *
 * Rank 0 is the coldest. Each rank has `replicas` slots; slot s has temperature T[s / replicas] and
 * holds walker id[s]. Temperatures are in units of cost (anneal/lanes.h): a state of energy E has
 * weight exp(-E / (2 T)), E in units of the spin form. */
#ifndef LEHR_SOLVERS_TEMPERING_LADDER_H
#define LEHR_SOLVERS_TEMPERING_LADDER_H

#include <stdbool.h>
#include <stdint.h>

enum { LADDER_SLOTS = 64 };

typedef enum ladder_kind {
  LADDER_ENERGY = 0,
  LADDER_FEEDBACK = 1,
  LADDER_GEOMETRIC = 2
} ladder_kind;

typedef struct ladder {
  ladder_kind kind;
  int32_t n;                /* spins */
  int32_t ranks, replicas;  /* ranks * replicas = LADDER_SLOTS */
  double T[LADDER_SLOTS];   /* [ranks], rising */
  int32_t id[LADDER_SLOTS]; /* [slots] */
  int8_t
      heading[LADDER_SLOTS]; /* of a walker: +1 was at the cold end last, -1 at the hot end, or 0 */
  int8_t has_left[LADDER_SLOTS];                      /* whether a walker has been at both ends */
  int64_t round_trips;                                /* cold to hot to cold, of all walkers */
  int64_t tried[LADDER_SLOTS], swapped[LADDER_SLOTS]; /* [ranks - 1] exchanges with the next rank */
  int64_t looks;                                      /* samples behind the sums */
  double energy[LADDER_SLOTS];                        /* [ranks] sums of energies */
  double from_cold[LADDER_SLOTS], from_hot[LADDER_SLOTS]; /* [ranks] visits by heading */
} ladder;

/* From cold to hot in equal steps, or in equal ratios for LADDER_GEOMETRIC. ranks: a power of two,
 * 2 .. LADDER_SLOTS. */
void ladder_start(ladder *l, ladder_kind kind, int32_t n, int32_t ranks, double cold, double hot);
/* Takes note of energies [slots] and of where walkers are; to be called once per exchange. */
void ladder_note(ladder *l, const double energy[]);
/* Walkers of two slots change places. */
void ladder_swap(ladder *l, int32_t slot, int32_t other);
/* Counts an exchange that was tried between two slots; within a rank it is none. */
void ladder_count(ladder *l, int32_t slot, int32_t other, bool is_swapped);
/* Moves the temperatures between the two ends, which stay, by what was noted since last time, and
 * forgets that:
 *   energy    so that neighbours exchange equally often: (E' - E)(1/T - 1/T') alike for all
 *             neighbours (Hukushima 1999)
 *   feedback  so that the flow between the ends is constant: intervals weighted by the square
 *             root of the drop of the share of walkers that come from the hot end (Katzgraber,
 *             Trebst, Huse, Troyer 2006, eq. 8); as `energy` until both ends were reached */
void ladder_adapt(ladder *l);

#endif
