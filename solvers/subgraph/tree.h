/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/subgraph/tree.h - moves of whole induced forests: given the spins outside, the sites of a
 * forest are minimised exactly or drawn exactly from the Boltzmann distribution (Hamze, de Freitas
 * 2004; Selby 2014 for the use in optimisation). TREE_LANES replicas share a forest, one per lane.
 *
 * With E = sum h s + sum J s s (spin_form.h) and a_i = h_i + sum of J_ij s_j over j outside the
 * forest + sum of u_c over the children c, summing out the subtree of c leaves a field on its
 * parent
 *
 *   minimum   u_c = (|a - J| - |a + J|) / 2 = -sign(J) * clamp(a, -|J|, |J|)         (integers)
 *   at beta   2 beta u_c = (|x - v| - |x + v|) / 2 + ln((1 + e^-|x-v|) / (1 + e^-|x+v|)),
 *             x = 2 beta a, v = 2 beta J; the logarithm is 2 atanh of a ratio below 1/3.
 *
 * Then, from the roots down, s_i = -sign(a_i + J s_parent), or +1 with probability
 * 1 / (1 + exp(2 beta (a_i + J s_parent))). Where a minimum leaves a site the choice it keeps its
 * spin; so a state changes exactly when its energy falls.
 *
 * This is the seam for subgraphs of larger width: whoever can do the same for a list of sites may
 * take the place of these kernels. */
#ifndef LEHR_SOLVERS_SUBGRAPH_TREE_H
#define LEHR_SOLVERS_SUBGRAPH_TREE_H

#include "base/cpu.h"
#include "solvers/subgraph/forest.h"

enum { TREE_LANES = 16, TREE_WORDS = 4, TREE_SCALAR = -1 };

/* The spin form, with fields and couplings in 32 bits where those hold every field. */
typedef struct tree_model {
  const spin_form *form;
  bool is_narrow;
  const void *h; /* [n] int32_t, or int64_t where not narrow */
  const void *J; /* [row[n]] likewise */
} tree_model;

/* TREE_LANES replicas on their way. */
typedef struct tree_strip {
  const tree_model *model;
  int8_t *spin;    /* [n][TREE_LANES] -1 or +1 */
  void *field;     /* [largest chunk][TREE_LANES] of 8 bytes: a or 2 beta a */
  int8_t *before;  /* [largest chunk][TREE_LANES] the spins that a minimum started from */
  double two_beta; /* in the units of the form; for sample only */
  uint32_t random[TREE_WORDS][TREE_LANES]; /* sfc32 generators (Doty-Humphrey 2010), one a lane */
} tree_strip;

/* Kernels for both types of fields: [is_narrow]. */
typedef struct tree_kernel {
  /* Minimises chunk `chunk` of a forest; true if that lowered the energy in any lane. */
  bool (*minimise[2])(tree_strip *s, const forest *t, int32_t chunk);
  /* Draws it at two_beta, with one random number per site. */
  void (*sample[2])(tree_strip *s, const forest *t, int32_t chunk);
} tree_kernel;

/* All give the same bits; trees_scalar does one lane at a time. */
extern const tree_kernel trees_scalar, trees_baseline;
#if defined(__x86_64__)
extern const tree_kernel trees_avx2, trees_avx512;
#endif
/* level: TREE_SCALAR or a cpu_level that this machine has. */
const tree_kernel *tree_kernel_at(int level);

/* Bytes that tree_model_make takes at most. */
uint64_t tree_model_bytes(const lehr_model_view *m);
/* f must outlive the model. Memory from run; false when refused, or if the run should stop
 * (poll.h). */
bool tree_model_make(tree_model *out, const spin_form *f, lehr_run *run);

/* Bytes that tree_strip_make takes at most. */
uint64_t tree_strip_bytes(const lehr_model_view *m);
/* All spins are 0 at first. Memory from run; false when refused. */
bool tree_strip_make(tree_strip *s, const tree_model *m, const forest_family *family,
                     lehr_run *run);
/* Starts the generator of a lane; key: of its replica, move: serial number. */
void tree_strip_seed(tree_strip *s, int32_t lane, uint64_t key, uint64_t move);

#endif
