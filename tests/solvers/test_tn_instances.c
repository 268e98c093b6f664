/* SPDX-License-Identifier: Apache-2.0 */
/* The tn engine on published instances and planted ones whose optima are known. With LEHR_LONG=1
 * also those that take a gigabyte or minutes. */
#include "check.h"
#include "lehr/lehr.h"
#include "support/results.h"
#include "support/shared.h"

#include <stdlib.h>
#include <string.h>

typedef struct instance {
  const char *file;
  double optimum; /* of the objective: a cut where the file has a graph */
} instance;

/* A solve of one instance; *energy and *optimum in the model's own units. */
static lehr_result_info solve(const instance *i, double time_limit_s, double *energy,
                              double *optimum) {
  char path[512];
  lehr_model *m;
  lehr_objective objective;
  lehr_sampleset *s;
  lehr_error err = {0};
  lehr_params p;
  lehr_params_init(&p);
  p.engine = "tn";
  p.time_limit_s = time_limit_s;
  shared_path(i->file, path, sizeof path);
  REQUIRE_OK(lehr_model_read(path, NULL, &m, &objective, &err));
  const lehr_status status = lehr_solve(NULL, m, &p, &s, &err);
  if (status != LEHR_OK) printf("\n  %s: %s", i->file, err.text);
  REQUIRE_OK(status);
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(s, &info);
  *energy = lehr_sampleset_energy(s, 0);
  *optimum = (i->optimum - objective.constant) / objective.factor;
  lehr_sampleset_free(s);
  lehr_model_free(m);
  return info;
}

static void check_proof(const instance *i) {
  double energy, optimum;
  lehr_params defaults;
  lehr_params_init(&defaults);
  const lehr_result_info info = solve(i, defaults.time_limit_s, &energy, &optimum);
  if (!info.proven) printf("\n  %s is not proven", i->file);
  CHECK(info.proven);
  CHECK_REAL(energy, optimum, 1e-4);
  CHECK_REAL(info.bound, energy, 1e-9);
}

static void check_proofs(const instance list[], size_t count) {
  for (size_t k = 0; k < count; k++) check_proof(&list[k]);
}
#define CHECK_PROOFS(list) check_proofs(list, sizeof(list) / sizeof *(list))

#define TN "data/tn/"

/* Energies: frontier dynamic programming by two independent programs. */
static void lattices(void) {
  static const instance list[] = {
      {TN "grid2d_pmJ/grid_L10.txt", -122}, {TN "grid2d_pmJ/grid_L14.txt", -262},
      {TN "grid2d_pmJ/grid_L16.txt", -350}, {TN "grid2d_pmJ/grid_L18.txt", -440},
      {TN "grid2d_pmJ/grid_L20.txt", -552}, {"data/gset/G11.mc.gz", 564}};
  CHECK_PROOFS(list);
}

static void planted(void) {
  static const instance list[] = {{TN "planted/tile3d_F6_L4_s1.txt", -96},
                                  {TN "planted/xorsat3r_n16_s1.txt", -128},
                                  {TN "planted/xorsat3r_n32_s2.txt", -256},
                                  {TN "planted/xorsat3r_n64_s3.txt", -512}};
  CHECK_PROOFS(list);
}

/* Fields and decimal weights (tnac4o; printed with six digits). */
static void droplets(void) {
  static const instance list[] = {{TN "chimera_droplets/128/001.txt", -210.933333},
                                  {TN "chimera_droplets/128/002.txt", -216.906667},
                                  {TN "chimera_droplets/128/003.txt", -226.426667}};
  CHECK_PROOFS(list);
}

/* Out of reach of a proof in half a second: the optimum is between the bound and the energy. */
static void bounds(void) {
  static const instance list[] = {{TN "planted/tile2d_L32_s2.txt", -2048},
                                  {TN "planted/tile2d_L32_s3.txt", -1907},
                                  {TN "planted/tile3d_F6_L8_s2.txt", -768},
                                  {TN "planted/tile3d_F6_L12_s3.txt", -2592},
                                  {TN "planted/wishart_int_N50_M38_s1.txt", -950},
                                  {TN "planted/wishart_int_N200_M150_s3.txt", -15000},
                                  {TN "planted/xorsat3r_n128_s4.txt", -1024},
                                  {"data/gset/G33.mc.gz", 1382}};
  for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
    double energy, optimum;
    const lehr_result_info info = solve(&list[k], 0.5, &energy, &optimum);
    CHECK(info.has_bound);
    CHECK(info.bound <= optimum);
    CHECK(optimum <= energy);
    CHECK(!info.proven || energy == optimum);
  }
}

/* Raises the flag once bounds are computed. */
static void stop_at_bounds(void *user, const lehr_progress *progress) {
  if (strcmp(progress->phase, "bounded slicing") == 0) *(volatile int32_t *)user = 1;
}

/* A contraction that takes seconds is stopped before it has begun: a state near to the optimum, and
 * a bound near to it. */
static void stopped(void) {
  char path[512];
  lehr_model *m;
  lehr_sampleset *s;
  lehr_params p;
  volatile int32_t stop = 0;
  lehr_params_init(&p);
  p.engine = "tn";
  p.stop = &stop;
  p.progress = stop_at_bounds;
  p.user = (void *)&stop;
  shared_path(TN "grid2d_pmJ/grid_L30.txt", path, sizeof path);
  REQUIRE_OK(lehr_model_read(path, NULL, &m, NULL, NULL));
  REQUIRE_OK(lehr_solve(NULL, m, &p, &s, NULL));
  lehr_result_info info = {.struct_size = sizeof info};
  lehr_sampleset_info(s, &info);
  CHECK_INT(info.stop_reason, LEHR_STOP_STOPPED);
  CHECK(info.bound <= -1274 && info.bound > -1400);
  CHECK(lehr_sampleset_energy(s, 0) >= -1274 && lehr_sampleset_energy(s, 0) < -1230);
  lehr_sampleset_free(s);
  lehr_model_free(m);
}

static void large(void) {
  static const instance list[] = {{TN "grid2d_pmJ/grid_L24.txt", -806},
                                  {TN "grid2d_pmJ/grid_L26.txt", -936},
                                  {TN "grid2d_pmJ/grid_L28.txt", -1076},
                                  {TN "grid2d_pmJ/grid_L30.txt", -1274},
                                  {TN "planted/tile2d_L16_s1.txt", -512}};
  CHECK_PROOFS(list);
}

/* The number of ground states that tnac4o's authors tell (results_C8_first.txt): minutes, and the
 * 17 GB of two tables of 2^33 entries. */
static void degeneracy(void) {
  static const char *const options[] = {"count=1"};
  char path[512];
  lehr_model *m;
  lehr_sampleset *set;
  lehr_params p;
  lehr_params_init(&p);
  p.engine = "tn";
  p.options = options;
  p.n_options = 1;
  shared_path(TN "chimera_J124/C8_002.txt", path, sizeof path);
  REQUIRE_OK(lehr_model_read(path, NULL, &m, NULL, NULL));
  if (lehr_solve(NULL, m, &p, &set, NULL) == LEHR_OK) {
    CHECK_TEXT(result_info(set).degeneracy, "768");
    CHECK(result_told(set, "fronts") > 0);
    lehr_sampleset_free(set);
  } else {
    printf("\n  not enough memory for C8_002");
  }
  lehr_model_free(m);
}

int main(void) {
  static const check_test tests[] = {
      {"lattices", lattices}, {"planted", planted}, {"droplets", droplets},    {"bounds", bounds},
      {"stopped", stopped},   {"large", large},     {"degeneracy", degeneracy}};
  const char *wish = getenv("LEHR_LONG");
  const size_t count = sizeof tests / sizeof *tests;
  shared_require(TN);
  return check_run("solvers/tn_instances", tests, wish && *wish == '1' ? count : count - 2);
}
