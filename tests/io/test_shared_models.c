/* SPDX-License-Identifier: Apache-2.0 */
/* Published instances: sizes, and energies of known states where the data has them. */
#include "check.h"
#include "lehr/lehr.h"
#include "support/shared.h"

#include <stdlib.h>

static lehr_error err;

static void check_size(const char *name, int n, int64_t m, double factor) {
  char path[512];
  lehr_model *model;
  lehr_objective objective;
  shared_path(name, path, sizeof path);
  const lehr_status status = lehr_model_read(path, NULL, &model, &objective, &err);
  if (status != LEHR_OK) printf("\n  %s:%d: %s", name, (int)err.line, err.text);
  REQUIRE_OK(status);
  CHECK_INT(lehr_model_look(model)->n, n);
  CHECK_INT(lehr_model_look(model)->n_interactions, m);
  CHECK_REAL(objective.factor, factor, 0);
  CHECK(lehr_model_look(model)->is_exact);
  lehr_model_free(model);
}

static void test_sizes(void) {
  check_size("data/gset/G1.mc.gz", 800, 19176, -1);
  check_size("data/gset/G81.mc.gz", 20000, 40000, -1);
  check_size("data/bqp/bqp50-1.qubo.gz", 50, 108, -1);
  check_size("data/ising/torusg3-8.mc.gz", 512, 1536, -1);
  check_size("data/ising/chimera_droplets_128power_001.txt.gz", 128, 352, 1);
  check_size("data/tn/chimera_J124/C8_001.txt", 512, 1472, 1);
  check_size("data/tn/grid2d_pmJ/grid_L10.txt", 100, 180, 1);
  check_size("data/tn/planted/tile2d_L16_s1.txt", 256, 512, 1);
}

/* One line of groundstates.txt: "001.txt : energy bits..." with 1 for spin +1. */
static void test_droplet_ground_states(void) {
  char list[512], path[512], line[8192], name[32];
  shared_path("data/tn/chimera_droplets/512/groundstates.txt", list, sizeof list);
  FILE *f = fopen(list, "r");
  REQUIRE(f != NULL);
  int checked = 0;
  while (fgets(line, sizeof line, f)) {
    double energy;
    int used;
    if (sscanf(line, "%31s : %lf %n", name, &energy, &used) != 2) continue;
    char file[96];
    snprintf(file, sizeof file, "data/tn/chimera_droplets/512/%s", name);
    shared_path(file, path, sizeof path);
    lehr_model *m;
    if (access(path, R_OK) != 0) continue; /* the list has more than the folder */
    REQUIRE_OK(lehr_model_read(path, NULL, &m, NULL, &err));
    uint8_t bits[512] = {0}, flipped[512];
    int n = 0;
    for (char *c = line + used; *c && n < 512; c++)
      if (*c == '0' || *c == '1') bits[n++] = *c == '1';
    for (int i = 0; i < 512; i++) flipped[i] = !bits[i];
    REQUIRE(n == lehr_model_look(m)->n);
    CHECK_REAL(fmin(lehr_model_energy(m, bits), lehr_model_energy(m, flipped)), energy, 1e-4);
    lehr_model_free(m);
    checked++;
  }
  fclose(f);
  CHECK(checked > 0);
}

static const check_test tests[] = {{"sizes", test_sizes},
                                   {"droplet ground states", test_droplet_ground_states}};

int main(void) {
  shared_require("data/gset/G1.mc.gz");
  return check_run("io/shared_models", tests, sizeof tests / sizeof tests[0]);
}
