/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/team.h - threads that sweep the walkers of one system together.
 *
 * Between exchanges walkers do not depend on each other, so each thread takes some lanes
 * (walkers.h) through all sweeps up to the next exchange. Lanes do the same whoever sweeps them:
 * results do not depend on the number of threads. So a team may well disband for a while: where
 * processors are busy with other work its threads wait for each other longer than one of them would
 * need, and whichever is faster is found by the clock. */
#ifndef LEHR_SOLVERS_TEMPERING_TEAM_H
#define LEHR_SOLVERS_TEMPERING_TEAM_H

#include "solvers/tempering/walkers.h"

enum { TEAM_MOST = 8 };

typedef struct team {
  int32_t threads;           /* 1 .. TEAM_MOST */
  uint64_t *spin[TEAM_MOST]; /* [n] of each thread where there are several */
  bool is_together;          /* whether all threads take part; else the first does everything */
  bool is_usual;             /* the same, but for trials */
  double seconds[2];         /* of one visit, smoothed; by is_together */
  int32_t left, pause;       /* calls of team_note until the next trial */
} team;

/* How many of `threads` threads are of use to n sites with fields of a type (walkers.h). */
int32_t team_size(int32_t threads, int32_t n, int type);
uint64_t team_bytes(int32_t size, int32_t n);
/* Memory from run; false when refused. */
bool team_make(team *t, int32_t size, int32_t n, lehr_run *run);
/* How many threads are at work now. */
int32_t team_active(const team *t);

/* Calls work(context, share, k) for shares k = 0 .. threads-1 of w, at once or one after the other;
 * what they made of the spins is put together afterwards. O(n threads) beside the work. */
typedef void (*team_work)(void *context, walkers *share, int32_t k);
void team_do(const team *t, walkers *w, team_work work, void *context);

/* Takes note of how long a visit took, on average over some work, and decides how the next is done.
 */
void team_note(team *t, double seconds);

#endif
