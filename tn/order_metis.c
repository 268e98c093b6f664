/* SPDX-License-Identifier: Apache-2.0 */
#include "base/c_random.h"
#include "base/error.h"
#include "base/memory.h"
#include "tn/order.h"

#include <metis.h>
#include <stdlib.h>

/* Arguments and answer of METIS_NodeND, which draws from rand(). */
typedef struct dissection {
  idx_t n, *row, *col, *options, *order, *rank;
  int done;
} dissection;

static void dissect(void *context) {
  dissection *d = context;
  d->done = METIS_NodeND(&d->n, d->row, d->col, NULL, d->options, d->order, d->rank);
}

lehr_status order_metis(tn_graph g, int32_t seed, int32_t imbalance, int32_t order[],
                        lehr_error *err) {
  enum { SEPARATORS = 10, ITERATIONS = 20 };
  _Static_assert(sizeof(idx_t) == sizeof(int32_t), "METIS with 32-bit indices");
  if (g.row[g.n] > INT32_MAX)
    return error_set(err, LEHR_EUNAVAILABLE, "more couplings than METIS counts");
  if (g.n == 0) return LEHR_OK;
  idx_t options[METIS_NOPTIONS];
  METIS_SetDefaultOptions(options);
  options[METIS_OPTION_NUMBERING] = 0;
  options[METIS_OPTION_SEED] = seed;
  options[METIS_OPTION_NSEPS] = SEPARATORS;
  options[METIS_OPTION_NITER] = ITERATIONS;
  options[METIS_OPTION_UFACTOR] = imbalance;
  idx_t *row = memory_array((size_t)g.n + 1, sizeof *row);
  idx_t *col = memory_copy(g.col, (size_t)g.row[g.n], sizeof *col);
  int32_t *rank = memory_array((size_t)g.n, sizeof *rank);
  for (int32_t v = 0; row && v <= g.n; v++) row[v] = (idx_t)g.row[v];
  dissection d = {g.n, row, col, options, order, rank, METIS_ERROR_MEMORY};
  if (row && col && rank) c_random_call((unsigned)seed, dissect, &d);
  const bool is_done = d.done == METIS_OK;
  free(row);
  free(col);
  free(rank);
  return is_done ? LEHR_OK : error_memory(err, (uint64_t)g.row[g.n] * 16);
}
