/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/energy.h"
#include "solvers/tn/engine.h"

#include <math.h>

__extension__ typedef __int128 wide;

double tn_real_energy(const tn_network *t, int64_t value) {
  return t->constant_energy + t->unit * ((double)t->constant + (double)value);
}

/* Units of the network are quarters of the model's, times a whole number that a double holds where
 * it is small enough. Energies differ by whole units of the model: a part of one is none. */
static void tell_exact(lehr_run *run, const tn_network *t, int64_t gap, int64_t reached) {
  const double quarters = 4 * t->unit / run->model->scale;
  const double rounded = ceil((double)gap * (quarters / 4) * (1 + 0x1p-50));
  if (rounded > 0x1p62) return; /* below all energies that there are */
  if (quarters < 0x1p52)
    run->bound_int(run, (int64_t)(reached - (wide)gap * llround(quarters) / 4));
  else
    run->bound_int(run, reached - (int64_t)rounded);
}

/* What was left out of a search may have a bound above the best state. Sums in doubles, as the
 * energy of a real model, are within 2^-50 of themselves. */
void tn_tell_gap(lehr_run *run, const tn_network *t, int64_t gap, const uint8_t bits[]) {
  const energy e = energy_of(run->model, bits);
  if (gap < 0) gap = 0;
  const double below = (double)gap * t->unit;
  if (run->model->is_exact)
    tell_exact(run, t, gap, e.exact);
  else
    run->bound_real(run, e.real - below - 2 * t->rounding - 0x1p-50 * (fabs(e.real) + below));
}
