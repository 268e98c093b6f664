/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/facts.h"

#include "base/error.h"
#include "base/fpu.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for the rounding of an engine: probabilities, and logarithms relative to what they sum. */
static const double close_enough = 1e-6;

/* The run's failure, if it is one. */
static lehr_status settle(host *h, lehr_status status) {
  if (h->sample_status == LEHR_OK) h->sample_status = status;
  return status;
}

static lehr_status no_memory(host *h, uint64_t bytes) {
  return settle(h, error_memory(h->err, bytes));
}

static lehr_status distrust(host *h, const char *what) { return settle(h, host_distrust(h, what)); }

/* ---- Numbers of states ---- */

/* Whether it is one of 1..2^n in decimal, without leading zeros. */
static bool is_number_of_states(const char *text, int32_t n) {
  const size_t length = text ? strlen(text) : 0;
  if (length == 0 || text[0] == '0' || strspn(text, "0123456789") != length) return false;
  return (double)length <= n * 0.30102999566398120 + 1;
}

static char *copy_of(const char *text) { return memory_copy(text, strlen(text) + 1, 1); }

lehr_status facts_degeneracy(lehr_run *run, const char *decimal) {
  host *h = host_of(run);
  if (!is_number_of_states(decimal, h->model->n) || h->set->info.degeneracy)
    return distrust(h, "told a number of states that is none");
  h->set->info.degeneracy = copy_of(decimal);
  return h->set->info.degeneracy ? LEHR_OK : no_memory(h, strlen(decimal));
}

/* ---- The Boltzmann distribution ---- */

lehr_status facts_log_z(lehr_run *run, double beta, double log_z) {
  host *h = host_of(run);
  lehr_result_info *info = &h->set->info;
  if (!(beta >= 0) || !isfinite(beta) || !isfinite(log_z) || info->has_log_z)
    return distrust(h, "told a log Z that is none");
  info->has_log_z = 1;
  info->beta = beta;
  info->log_z = log_z;
  return LEHR_OK;
}

static bool is_probability(double p) { return p >= 0 && p <= 1; }

static bool is_pair(const host *h, const double ones[], const lehr_pair_marginal *pair,
                    const lehr_pair_marginal *before) {
  const double *p = pair->probability;
  if (pair->i < 0 || pair->i >= pair->j || pair->j >= h->model->n) return false;
  if (before && (pair->i < before->i || (pair->i == before->i && pair->j <= before->j)))
    return false;
  for (int k = 0; k < 4; k++)
    if (!is_probability(p[k])) return false;
  return fabs(p[0] + p[1] + p[2] + p[3] - 1) < close_enough &&
         fabs(p[2] + p[3] - ones[pair->i]) < close_enough &&
         fabs(p[1] + p[3] - ones[pair->j]) < close_enough;
}

lehr_status facts_marginals(lehr_run *run, const double ones[], int64_t n_pairs,
                            const lehr_pair_marginal pairs[]) {
  host *h = host_of(run);
  lehr_result_info *info = &h->set->info;
  bool is_right = n_pairs >= 0 && !info->marginals;
  for (int32_t i = 0; i < h->model->n && is_right; i++) is_right = is_probability(ones[i]);
  for (int64_t k = 0; k < n_pairs && is_right; k++)
    is_right = is_pair(h, ones, &pairs[k], k > 0 ? &pairs[k - 1] : NULL);
  if (!is_right) return distrust(h, "told marginals that are none");
  info->marginals = memory_copy(ones, (size_t)h->model->n, sizeof *ones);
  info->pair_marginals = n_pairs > 0 ? memory_copy(pairs, (size_t)n_pairs, sizeof *pairs) : NULL;
  if (!info->marginals || (n_pairs > 0 && !info->pair_marginals))
    return no_memory(h, (uint64_t)n_pairs * sizeof *pairs);
  info->n_pair_marginals = n_pairs;
  return LEHR_OK;
}

/* Z is at least what the best state adds, and at most 2^n times what the lowest energy can. */
static lehr_status check_log_z(host *h) {
  const lehr_result_info *info = &h->set->info;
  if (!info->has_log_z) return LEHR_OK;
  const double room = close_enough * (1 + fabs(info->log_z));
  if (h->has_best && info->log_z < -info->beta * h->best.real - room)
    return host_distrust(h, "told a log Z below that of a known state");
  if (h->has_bound && info->log_z > h->model->n * log(2) - info->beta * h->bound.real + room)
    return host_distrust(h, "told a log Z above what its bound allows");
  return LEHR_OK;
}

/* ---- Lowest states ---- */

static lehr_status add_level(host *h, energy e, const char *degeneracy) {
  lehr_sampleset *s = h->set;
  const sampleset_level *known = sampleset_level_of(s, e);
  if (known) {
    const bool is_same = strcmp(known->degeneracy, degeneracy) == 0;
    return is_same ? LEHR_OK : distrust(h, "told two degeneracies of one energy");
  }
  char *text = copy_of(degeneracy);
  if (!text || !memory_grow((void **)&s->levels, (size_t)s->n_levels + 1, sizeof *s->levels)) {
    free(text);
    return no_memory(h, sizeof *s->levels);
  }
  s->levels[s->n_levels++] = (sampleset_level){e, text};
  return LEHR_OK;
}

lehr_status facts_lowest(lehr_run *run, const uint8_t bits[], const char *degeneracy) {
  host *h = host_of(run);
  lehr_sampleset *s = h->set;
  fpu_reset();
  if (h->sample_status != LEHR_OK) return h->sample_status;
  if (!host_are_bits(h, bits) || (degeneracy && !is_number_of_states(degeneracy, h->model->n)))
    return distrust(h, "told a lowest state that is none");
  if (!s->lowest) s->lowest = sampleset_create(h->model);
  if (!s->lowest) return no_memory(h, sizeof *s->lowest);
  const energy e = energy_of(h->model, bits);
  s->lowest->max_bytes = h->memory.limit - h->memory.used;
  if (sampleset_put(s->lowest, bits, 1, e, energy_feasible(h->model, bits)) != LEHR_OK)
    return no_memory(h, sampleset_bytes(s->n, s->lowest->count + 1));
  return degeneracy ? add_level(h, e, degeneracy) : LEHR_OK;
}

/* Where the degeneracy of an energy fits into 64 bits it is not less than the states told. */
static bool are_levels_filled(const lehr_sampleset *s) {
  const lehr_sampleset *lowest = s->lowest;
  for (int64_t first = 0, end; first < lowest->count; first = end) {
    const sampleset_level *level = sampleset_level_of(s, lowest->energies[first]);
    for (end = first + 1; end < lowest->count && level; end++)
      if (sampleset_level_of(s, lowest->energies[end]) != level) break;
    if (level && strlen(level->degeneracy) < 19 &&
        strtoll(level->degeneracy, NULL, 10) < end - first)
      return false;
  }
  return true;
}

static lehr_status check_lowest(host *h) {
  lehr_sampleset *s = h->set;
  if (!s->lowest) return LEHR_OK;
  if (sampleset_sort(s->lowest) != LEHR_OK)
    return error_memory(h->err, sampleset_bytes(s->n, s->lowest->count));
  const sampleset_level *first = sampleset_level_of(s, s->lowest->energies[0]);
  if (h->model->is_exact && h->has_best && h->best.exact < s->lowest->energies[0].exact)
    return host_distrust(h, "left out the lowest state that is known");
  if (first && s->info.degeneracy && strcmp(first->degeneracy, s->info.degeneracy) != 0)
    return host_distrust(h, "told two numbers of ground states");
  return are_levels_filled(s) ? LEHR_OK : host_distrust(h, "told more states than there are");
}

lehr_status facts_conclude(host *h) {
  LEHR_TRY(check_log_z(h));
  return check_lowest(h);
}
