/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "io/result_facts.h"
#include "qubo/sampleset.h"

#include <stdlib.h>

static void put_pairs(h5_writer *w, const lehr_result_info *info) {
  const int64_t count = info->n_pair_marginals;
  int32_t *i = memory_array((size_t)count, sizeof *i), *j = memory_array((size_t)count, sizeof *j);
  double *p = memory_array((size_t)count, 4 * sizeof *p);
  if (!i || !j || !p) h5_writer_fail(w, LEHR_ENOMEM, "not enough memory");
  for (int64_t k = 0; k < count && i && j && p; k++) {
    i[k] = info->pair_marginals[k].i;
    j[k] = info->pair_marginals[k].j;
    for (int64_t x = 0; x < 4; x++) p[4 * k + x] = info->pair_marginals[k].probability[x];
  }
  if (i && j && p) {
    h5_put_array(w, "/lehr/solution/pair_marginals/i", H5_INT32, count, i);
    h5_put_array(w, "/lehr/solution/pair_marginals/j", H5_INT32, count, j);
    h5_put_matrix(w, "/lehr/solution/pair_marginals/probability", H5_REAL64, count, 4, p);
  }
  free(i);
  free(j);
  free(p);
}

static void put_lowest(h5_writer *w, const lehr_sampleset *s, bool is_exact) {
  const lehr_sampleset *lowest = s->lowest;
  const int64_t count = lowest->count;
  double *value = memory_array((size_t)count, sizeof *value);
  int64_t *exact = memory_array((size_t)count, sizeof *exact);
  const char **degeneracy = memory_array((size_t)count, sizeof *degeneracy);
  if (!value || !exact || !degeneracy) h5_writer_fail(w, LEHR_ENOMEM, "not enough memory");
  for (int64_t k = 0; k < count && value && exact && degeneracy; k++) {
    lehr_lowest_state state = {.struct_size = sizeof state};
    lehr_sampleset_lowest(s, k, &state, NULL);
    value[k] = state.energy;
    exact[k] = state.energy_int;
    degeneracy[k] = state.degeneracy ? state.degeneracy : "";
  }
  if (value && exact && degeneracy) {
    h5_put_array(w, "/lehr/solution/lowest/value", H5_REAL64, count, value);
    if (is_exact) h5_put_array(w, "/lehr/solution/lowest/energy", H5_INT64, count, exact);
    h5_put_strings(w, "/lehr/solution/lowest/degeneracy", count, degeneracy);
    h5_put_matrix(w, "/lehr/solution/lowest/bits", H5_UINT8, count, (int64_t)s->row_bytes,
                  lowest->bits);
  }
  free(value);
  free(exact);
  free(degeneracy);
}

void result_facts_hdf5(h5_writer *w, const lehr_sampleset *s, bool is_exact) {
  static const char group[] = "/lehr/solution";
  const lehr_result_info *info = &s->info;
  if (info->degeneracy) h5_put_attribute_string(w, group, "degeneracy", info->degeneracy);
  if (info->has_log_z) {
    h5_put_attribute_real(w, group, "beta", info->beta);
    h5_put_attribute_real(w, group, "log_z", info->log_z);
  }
  if (info->marginals) {
    h5_put_array(w, "/lehr/solution/marginals", H5_REAL64, s->n, info->marginals);
    put_pairs(w, info);
  }
  if (s->lowest) put_lowest(w, s, is_exact);
}

uint64_t result_facts_bytes(const lehr_sampleset *s) {
  const uint64_t rows = (uint64_t)lehr_sampleset_lowest_size(s);
  return (uint64_t)s->info.n_pair_marginals * sizeof(lehr_pair_marginal) +
         (s->info.marginals ? 8 * (uint64_t)s->n : 0) + rows * (s->row_bytes + 64);
}
