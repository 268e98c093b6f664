/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/solve_text.h"

#include "base/error.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BITS = 80 };

static int64_t shown_rows(const result *r, int64_t count) {
  return r->keep > 0 && r->keep < count ? r->keep : count;
}

static void print_real(const char *name, double value, const char *end) {
  char text[NUMBER_TEXT];
  number_format(value, text);
  printf("%-10s %s%s", name, text, end);
}

static void print_run(const result *r, const lehr_result_info *info) {
  const lehr_model_view *v = lehr_model_look(r->model);
  const char *reason = r->stop_reason ? r->stop_reason : lehr_stop_reason_text(info->stop_reason);
  char text[RESULT_NUMBER];
  printf("model      %s: %" PRId32 " %s variables, %" PRId64 " interactions\n",
         lehr_model_name(r->model), v->n, v->vartype == LEHR_SPIN ? "spin" : "binary",
         v->n_interactions);
  printf("engine     %s, seed %" PRIu64 "\n", info->engine, info->seed);
  printf("status     %s (%s)\n", lehr_solve_status_text(info->status), reason);
  if (lehr_sampleset_size(r->set) > 0) {
    result_energy_text(r, 0, text);
    printf("energy     %s\n", text);
    result_objective_text(r, 0, text);
    printf("objective  %s\n", text);
  }
  if (info->has_bound) print_real("bound", info->bound, "\n");
}

/* ---- What exact engines were asked for ---- */

static void print_temperature(const lehr_result_info *info) {
  char text[NUMBER_TEXT];
  number_format(info->beta, text);
  printf(" at inverse temperature %s\n", text);
}

/* One line for each energy: how many states have it, or at least have it. */
static void print_levels(const result *r, const lehr_result_info *info) {
  const int64_t told = lehr_sampleset_lowest_size(r->set);
  const bool is_cut = info->stop_reason == LEHR_STOP_MEMORY;
  int64_t levels = 0;
  printf("lowest     %" PRId64 " states listed%s; of each energy there are\n", told,
         is_cut ? ", not all: more do not fit into the memory" : "");
  for (int64_t k = 0, next; k < told && levels < shown_rows(r, told); k = next, levels++) {
    lehr_lowest_state first = {.struct_size = sizeof first};
    char text[RESULT_NUMBER];
    lehr_sampleset_lowest(r->set, k, &first, NULL);
    for (next = k + 1; next < told; next++) {
      lehr_lowest_state other = {.struct_size = sizeof other};
      lehr_sampleset_lowest(r->set, next, &other, NULL);
      if (other.energy != first.energy || other.energy_int != first.energy_int) break;
    }
    result_lowest_text(r, k, text);
    if (first.degeneracy)
      printf("  %14s  %s\n", text, first.degeneracy);
    else
      printf("  %14s  at least %" PRId64 "\n", text, next - k);
  }
}

static void print_marginals(const result *r, const lehr_result_info *info) {
  const int32_t n = lehr_sampleset_variables(r->set);
  const int64_t shown = shown_rows(r, n);
  printf("marginals  %" PRId32 " variables, %" PRId64 " pairs; probability of %s", n,
         info->n_pair_marginals, lehr_model_look(r->model)->vartype == LEHR_SPIN ? "spin +1" : "1");
  print_temperature(info);
  for (int32_t i = 0; i < shown; i++) {
    const char *label = lehr_model_label(r->model, i);
    char name[16];
    snprintf(name, sizeof name, "%" PRId32, i);
    printf("  %14s  %.6f\n", label ? label : name, info->marginals[i]);
  }
  if (shown < n)
    printf("  %14s  all of them: --keep 0, or -o FILE with the pairs as well\n", "...");
}

static void print_exact(const result *r, const lehr_result_info *info) {
  if (info->degeneracy) printf("degeneracy %s\n", info->degeneracy);
  if (info->has_log_z) {
    print_real("log Z", info->log_z, "");
    print_temperature(info);
  }
  if (lehr_sampleset_lowest_size(r->set) > 0) print_levels(r, info);
  if (info->marginals) print_marginals(r, info);
}

/* ---- Samples ---- */

static lehr_status print_samples(const result *r, lehr_error *err) {
  char text[RESULT_NUMBER], bits[SHOWN_BITS + 1] = "";
  const bool has_bits = lehr_sampleset_variables(r->set) <= SHOWN_BITS;
  printf("samples    %" PRId64 " distinct of %" PRId64 " reads\n", lehr_sampleset_size(r->set),
         lehr_sampleset_reads(r->set));
  for (int64_t k = 0; k < result_kept(r); k++) {
    result_energy_text(r, k, text);
    if (has_bits) LEHR_TRY(result_bits_text(r, k, bits, err));
    printf("  %14s  x %-6" PRId64 " %s%s\n", text, lehr_sampleset_occurrences(r->set, k), bits,
           lehr_sampleset_feasible(r->set, k) ? "" : " (infeasible)");
  }
  return LEHR_OK;
}

lehr_status solve_text(const result *r, lehr_error *err) {
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(r->set, &info);
  print_run(r, &info);
  print_exact(r, &info);
  printf("time       %.3f s wall, %.3f s CPU, best after %.3f s; reading %.3f s\n", info.wall_s,
         info.cpu_s, info.time_to_best_s, r->read_s);
  return print_samples(r, err);
}
