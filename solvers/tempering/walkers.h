/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/walkers.h - Metropolis sweeps over 64 walkers, each at a temperature of its
 * own.
 *
 * Fields, costs and units are those of anneal/lanes.h: g_i = -(h_i + sum_j J_ij s_j), a flip of s_i
 * costs s_i g_i (half its energy). One pass over the couplings serves all walkers:
 *
 *   field [n][64]  g of each walker, 2, 4 or 8 bytes each
 *   spin  [n]      bit l is the spin of walker l, 1 for +1
 *
 * so that a state takes 8 bytes a site beside the fields, and the words are the other way round of
 * what cluster.h takes (bit_rows.h). Fields of 8 bytes are not kept, which would take 512 bytes a
 * site, but summed up anew at every visit. Walker l accepts cost c if c <= floor(T_l x), x from
 * noise.h. In 16 bits the floor is that of whole numbers, with T_l rounded to `shift` fractional
 * bits: the rounded temperatures are the true ones.
 *
 * Threads may share a sweep: kernels keep to the lanes of `first` and `lanes`, which depend on no
 * others. The fields of a share lie by themselves, [n][lanes]: side by side, processors that read
 * ahead take the lines of each other's lanes away, and two threads are slower than one. */
#ifndef LEHR_SOLVERS_TEMPERING_WALKERS_H
#define LEHR_SOLVERS_TEMPERING_WALKERS_H

#include "solvers/anneal/lanes.h"
#include "solvers/tempering/noise.h"

enum { WALKERS = 64 };

/* Fields of 2 bytes serve models whose fields and temperatures are below this. */
enum { WALKERS_NARROW = 2047 };

typedef struct walkers {
  const lane_model *model; /* of type 1, 2 or 3 */
  const int64_t *h;        /* [n] linear terms, or NULL where all are 0 */
  void *field;             /* [n][lanes], 64-byte aligned; NULL for type 3 */
  uint64_t *spin;          /* [n] */
  int32_t first, lanes;    /* 0 and 64, or a share: multiples of walkers_least_share() */
  const void *noise;       /* table of noise.h in the type of the model */
  uint64_t offset_state;   /* of the generator of offsets; set anew for every sweep */
  int shift;               /* type 1: of products to thresholds */
  uint16_t narrow[WALKERS] __attribute__((aligned(64))); /* temperatures, in one of these */
  float middle[WALKERS] __attribute__((aligned(64)));
  double wide[WALKERS] __attribute__((aligned(64)));
} walkers;

typedef struct walker_kernel {
  /* Computes the fields of sites begin..end-1 for all spins. */
  void (*enter)(walkers *w, int32_t begin, int32_t end);
  /* Visits sites begin..end-1. */
  void (*sweep)(walkers *w, int32_t begin, int32_t end);
  /* The same, flipping only what lowers the energy; true if anything flipped. */
  bool (*descend)(walkers *w, int32_t begin, int32_t end);
  /* Energies of all walkers in units of the spin form: exact below 2^53, else sums of doubles in
   * the order of sites. O(n). */
  void (*energies)(const walkers *w, double energy[WALKERS]);
} walker_kernel;

/* Kernels of one level, for types 1, 2, 3. */
enum { WALKER_TYPES = 3 };
typedef walker_kernel walker_kernel_set[WALKER_TYPES];
extern const walker_kernel_set walkers_scalar, walkers_baseline;
#if defined(__x86_64__)
extern const walker_kernel_set walkers_avx2, walkers_avx512;
#endif

/* level: LANES_SCALAR or a cpu_level that this machine has. */
const walker_kernel *walker_kernel_at(int level, int type);

/* Type of fields for a model whose hottest temperature is `hot`. */
int walkers_type(const spin_form *f, double hot);
uint64_t walkers_bytes(int32_t n, int type);
/* Lanes whose fields fill a cache line. */
static inline int32_t walkers_least_share(int type) { return 64 >> type; }
/* Memory from run; false when refused. Fields and spins are to be entered. */
bool walkers_make(walkers *w, const lane_model *m, const spin_form *f, lehr_run *run);
/* Sets the temperatures, whose largest is below `hot`, and stores them as rounded in T[]. */
void walkers_heat(walkers *w, double hot, double T[WALKERS]);

#endif
