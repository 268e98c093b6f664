/* SPDX-License-Identifier: Apache-2.0 */
/* Ladders of temperatures: who is counted as having made a round trip, and where the rungs go. */
#include "check.h"
#include "solvers/tempering/ladder.h"

static void check_rising(const ladder *l, double cold, double hot) {
  CHECK_REAL(l->T[0], cold, 0);
  CHECK_REAL(l->T[l->ranks - 1], hot, 0);
  for (int32_t r = 1; r < l->ranks; r++) CHECK(l->T[r] > l->T[r - 1]);
}

static void starts_between_the_ends(void) {
  ladder l;
  for (int32_t ranks = 2; ranks <= LADDER_SLOTS; ranks *= 2)
    for (int kind = LADDER_ENERGY; kind <= LADDER_GEOMETRIC; kind++) {
      ladder_start(&l, (ladder_kind)kind, 100, ranks, 0.25, 8);
      check_rising(&l, 0.25, 8);
      CHECK_INT(l.ranks * l.replicas, LADDER_SLOTS);
    }
}

/* One walker is carried up the ladder and down again. */
static void round_trips_are_counted(void) {
  const double energy[LADDER_SLOTS] = {0};
  ladder l;
  ladder_start(&l, LADDER_ENERGY, 100, LADDER_SLOTS, 1, 2);
  for (int trip = 1; trip <= 3; trip++) {
    ladder_note(&l, energy);
    for (int32_t s = 0; s + 1 < LADDER_SLOTS; s++) ladder_swap(&l, s, s + 1);
    ladder_note(&l, energy);
    CHECK_INT(l.round_trips, trip - 1);
    for (int32_t s = LADDER_SLOTS - 1; s > 0; s--) ladder_swap(&l, s, s - 1);
    ladder_note(&l, energy);
    CHECK_INT(l.id[0], 0);
    CHECK_INT(l.round_trips, trip);
  }
}

/* A specific heat with a peak near T = 2: mean energy as a function of temperature. */
static double mean_energy(double T) { return 1000 * atan(4 * (T - 2)); }

static double largest_step(const ladder *l) {
  double largest = 0;
  for (int32_t r = 0; r + 1 < l->ranks; r++)
    largest = fmax(largest, (mean_energy(l->T[r + 1]) - mean_energy(l->T[r])) *
                                (1 / l->T[r] - 1 / l->T[r + 1]));
  return largest;
}

static void energies_even_out_exchanges(void) {
  ladder l;
  ladder_start(&l, LADDER_ENERGY, 100000, 16, 0.5, 5);
  const double before = largest_step(&l);
  for (int round = 0; round < 12; round++) {
    double energy[LADDER_SLOTS];
    for (int32_t s = 0; s < LADDER_SLOTS; s++) energy[s] = mean_energy(l.T[s / l.replicas]);
    ladder_note(&l, energy);
    ladder_adapt(&l);
    check_rising(&l, 0.5, 5);
  }
  CHECK(largest_step(&l) < before / 5);
}

/* Walkers that get stuck between ranks 7 and 8 draw temperatures there. */
static void feedback_goes_to_the_bottleneck(void) {
  const double energy[LADDER_SLOTS] = {0};
  ladder l;
  ladder_start(&l, LADDER_FEEDBACK, 100, 16, 1, 2);
  const double gap = l.T[8] - l.T[7];
  for (int32_t s = 0; s < LADDER_SLOTS; s++) l.heading[l.id[s]] = s < 32 ? 1 : -1;
  l.round_trips = 1;
  for (int k = 0; k < 10; k++) ladder_note(&l, energy);
  ladder_adapt(&l);
  check_rising(&l, 1, 2);
  int32_t inside = 0;
  for (int32_t r = 0; r < l.ranks; r++) inside += l.T[r] >= 1 + 7 * gap && l.T[r] <= 1 + 8 * gap;
  CHECK(inside >= 10);
}

static void nothing_noted_changes_nothing(void) {
  ladder l, copy;
  ladder_start(&l, LADDER_ENERGY, 100, 16, 1, 2);
  copy = l;
  ladder_adapt(&l);
  CHECK(memcmp(l.T, copy.T, sizeof l.T) == 0);
}

static const check_test tests[] = {
    {"starts between the ends", starts_between_the_ends},
    {"round trips are counted", round_trips_are_counted},
    {"energies even out exchanges", energies_even_out_exchanges},
    {"feedback goes to the bottleneck", feedback_goes_to_the_bottleneck},
    {"nothing noted changes nothing", nothing_noted_changes_nothing},
};
CHECK_MAIN("solvers/tempering/ladder", tests)
