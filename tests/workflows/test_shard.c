/* SPDX-License-Identifier: Apache-2.0 */
/* Shards from texts and from the variables of batch systems. */
#include "check.h"
#include "workflows/batch/batch.h"

#include <stdlib.h>

typedef struct variable {
  const char *name, *value;
} variable;

enum { MAX_VARIABLES = 8 };
static const variable *environment;

static const char *look_up(const char *name) {
  for (int k = 0; k < MAX_VARIABLES && environment[k].name; k++)
    if (strcmp(environment[k].name, name) == 0) return environment[k].value;
  return NULL;
}

static void test_launchers(void) {
  static const struct {
    variable variables[MAX_VARIABLES];
    int64_t shard, shards; /* shards 0: refused */
  } cases[] = {
      {{{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "4"}}, 1, 4},
      {{{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}, {"SLURM_JOB_ID", "7"}}, 0, 1},
      {{{"SLURM_PROCID", "3"},
        {"SLURM_NTASKS", "4"},
        {"SLURM_JOB_ID", "7"},
        {"SLURM_STEP_ID", "0"}},
       3,
       4},
      {{{"SLURM_ARRAY_TASK_ID", "12"},
        {"SLURM_ARRAY_TASK_MIN", "10"},
        {"SLURM_ARRAY_TASK_MAX", "16"},
        {"SLURM_ARRAY_TASK_STEP", "2"},
        {"SLURM_ARRAY_TASK_COUNT", "4"}},
       1,
       4},
      {{{"SLURM_ARRAY_TASK_ID", "2"}, {"SLURM_ARRAY_TASK_COUNT", "4"}}, 2, 4},
      {{{"SLURM_ARRAY_TASK_ID", "3"},
        {"SLURM_ARRAY_TASK_MIN", "1"},
        {"SLURM_ARRAY_TASK_MAX", "7"},
        {"SLURM_ARRAY_TASK_COUNT", "3"}},
       0,
       0}, /* gaps */
      {{{"SLURM_ARRAY_TASK_ID", "1"},
        {"SLURM_ARRAY_TASK_MIN", "0"},
        {"SLURM_ARRAY_TASK_MAX", "2"},
        {"OMPI_COMM_WORLD_RANK", "1"},
        {"OMPI_COMM_WORLD_SIZE", "2"}},
       3,
       6}, /* two ranks in each of three tasks */
      {{{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}}, 0, 1},
      {{{"PMIX_RANK", "5"}, {"SLURM_PROCID", "5"}, {"SLURM_NTASKS", "8"}}, 5, 8},
      {{{"PMIX_RANK", "5"}}, 0, 0},
      {{{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}}, 1, 2},
      {{{"FLUX_TASK_RANK", "2"}, {"FLUX_JOB_SIZE", "3"}}, 2, 3},
      {{{"PBS_ARRAY_INDEX", "2"}}, 0, 0},
      {{{"PBS_ARRAY_INDEX", "2"}, {"LEHR_SHARD_COUNT", "5"}}, 2, 5},
      {{{"PBS_ARRAYID", "5"}, {"LEHR_SHARD_COUNT", "5"}, {"LEHR_SHARD_FIRST", "1"}}, 4, 5},
      {{{"PBS_ARRAY_INDEX", "5"}, {"LEHR_SHARD_COUNT", "5"}}, 0, 0},
      {{{"PBS_ARRAYID", "5"}}, 0, 0},
      {{{"SGE_TASK_ID", "3"},
        {"SGE_TASK_FIRST", "1"},
        {"SGE_TASK_LAST", "7"},
        {"SGE_TASK_STEPSIZE", "2"}},
       1,
       4},
      {{{"SGE_TASK_ID", "undefined"}, {"SGE_TASK_FIRST", "undefined"}}, 0, 1},
      {{{"LSB_JOBINDEX", "4"}, {"LSB_JOBINDEX_END", "4"}}, 3, 4},
      {{{"LSB_JOBINDEX", "0"}}, 0, 1},
      {{{"SLURM_PROCID", "4"}, {"SLURM_NTASKS", "4"}}, 0, 0},
      {{{"SLURM_PROCID", "x"}, {"SLURM_NTASKS", "4"}}, 0, 0},
      {{{"SLURM_PROCID", "-1"}, {"SLURM_NTASKS", "4"}}, 0, 0},
      {{{"SLURM_PROCID", "9223372036854775807"}, {"SLURM_NTASKS", "4"}}, 0, 0},
      {{{NULL, NULL}}, 0, 1},
  };
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    int64_t shard = -1, shards = -1;
    const char *source;
    lehr_error err = {0};
    environment = cases[k].variables;
    const lehr_status status = batch_shard_detect(look_up, &shard, &shards, &source, &err);
    CHECK_INT(status, cases[k].shards ? LEHR_OK : LEHR_EUSAGE);
    if (status != LEHR_OK || !cases[k].shards) {
      continue;
    }
    CHECK_INT(shard, cases[k].shard);
    CHECK_INT(shards, cases[k].shards);
  }
}

static void test_texts(void) {
  int64_t shard, shards;
  CHECK(batch_shard_parse("0/1", &shard, &shards));
  CHECK(batch_shard_parse("3/4", &shard, &shards));
  CHECK_INT(shard, 3);
  CHECK_INT(shards, 4);
  static const char *const bad[] = {"", "/", "1", "1/", "/4", "4/4", "-1/4", "1/0", "1/4x", " 1/4"};
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
    CHECK(!batch_shard_parse(bad[k], &shard, &shards));
}

static void test_paths(void) {
  static const struct {
    const char *output, *expected;
  } cases[] = {{"out.h5", "out.2-of-4.h5"},
               {"a.b/out", "a.b/out.2-of-4"},
               {"dir/.hidden", "dir/.hidden.2-of-4"},
               {"x.tar.h5", "x.tar.2-of-4.h5"}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    char *path = batch_shard_path(cases[k].output, 2, 4);
    CHECK_TEXT(path, cases[k].expected);
    free(path);
  }
  char *path = batch_shard_path("out.h5", 0, 1);
  CHECK_TEXT(path, "out.0-of-1.h5");
  free(path);
}

static const check_test tests[] = {
    {"launchers", test_launchers}, {"texts", test_texts}, {"paths", test_paths}};
CHECK_MAIN("workflows/shard", tests)
