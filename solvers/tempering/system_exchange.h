/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/system_exchange.h - one exchange of a ladder: which walkers meet, what they
 * exchange (exchange.h), and what the ladder learns from it.
 *
 * Neighbouring ranks meet in turns, 0-1, 2-3, ... and 1-2, 3-4, ...; where clusters are in use,
 * walkers of one rank meet as well (Houdayer's move). Pairs have random numbers of their own: which
 * thread deals with one changes nothing. */
#ifndef LEHR_SOLVERS_TEMPERING_SYSTEM_EXCHANGE_H
#define LEHR_SOLVERS_TEMPERING_SYSTEM_EXCHANGE_H

#include "solvers/tempering/system.h"

/* With the energies of the walkers. False if the run should stop: their states are then as they
 * were. O(64 n), with clusters O(64 (n + interactions)). */
bool system_exchange(tempering_system *s, const double of_lane[]);

#endif
