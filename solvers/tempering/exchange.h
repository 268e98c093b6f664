/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/exchange.h - moves between walkers that keep the product of their Boltzmann
 * distributions.
 *
 * Whole: states at inverse temperatures b and b' change places with probability
 * min(1, exp((b - b')(E - E'))) (Swendsen, Wang 1986; Hukushima, Nemoto 1996).
 *
 * By clusters: the sites at which two states differ fall into clusters. Exchanging cluster c
 * changes one energy by D_c and the other by -D_c whatever happens to the other clusters, and the
 * set of clusters stays the same; so each is exchanged by itself with the heat-bath probability
 * 1 / (1 + exp((b - b') D_c)). At equal temperatures that is a fair coin for each cluster at no
 * change of energy (Houdayer 2001; Zhu, Ochoa, Katzgraber 2015), at different ones it is a replica
 * exchange of pieces, whose rate does not fall with the size of the model. Without linear terms one
 * state is flipped as a whole meanwhile if that makes fewer sites differ.
 *
 * Above the percolation threshold nearly all differing sites form one cluster, and this is an
 * expensive way of exchanging whole states: `loose` tells. */
#ifndef LEHR_SOLVERS_TEMPERING_EXCHANGE_H
#define LEHR_SOLVERS_TEMPERING_EXCHANGE_H

#include "base/philox.h"
#include "solvers/cluster.h"

/* Whether two whole states change places. b_cold, b_hot: inverse temperatures per unit of energy.
 */
bool exchange_whole(double b_cold, double b_hot, double e_cold, double e_hot, philox_stream *s);

typedef struct exchange_result {
  bool is_swapped; /* most of the differing sites went over: count the walkers as exchanged */
  int32_t differing,
      loose; /* sites that differ, and those of them outside of the largest cluster */
} exchange_result;

/* Exchanges clusters of two states, rows of cluster.h, in place. difference: b_cold - b_hot. */
exchange_result exchange_clusters(clusters *c, const spin_form *f, bool has_h, double difference,
                                  uint64_t cold[], uint64_t hot[], philox_stream *s);

#endif
