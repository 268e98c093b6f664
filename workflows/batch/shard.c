/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of a batch this process is to do. */
#include "base/error.h"
#include "base/number.h"
#include "workflows/batch/batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One launcher's variables. The index counts from `first` (a variable; without it 0, or 1 where
 * `from_one`) in steps of `step`. The number of parts is `size`, or follows from `last`. */
typedef struct launcher {
  const char *index, *size, *first, *last, *step;
  bool from_one;
} launcher;

/* Torque and PBS Pro number the tasks of an array, but do not tell a task how many there are. */
#define USER_COUNT "LEHR_SHARD_COUNT", "LEHR_SHARD_FIRST"

static const launcher arrays[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP", false},
    {"PBS_ARRAY_INDEX", USER_COUNT, NULL, NULL, false},
    {"PBS_ARRAYID", USER_COUNT, NULL, NULL, false},
    {"SGE_TASK_ID", NULL, "SGE_TASK_FIRST", "SGE_TASK_LAST", "SGE_TASK_STEPSIZE", true},
    {"LSB_JOBINDEX", NULL, NULL, "LSB_JOBINDEX_END", "LSB_JOBINDEX_STEP", true},
};

/* MPI's own before Slurm's: mpirun inside a job starts its daemons by srun, and ranks inherit the
 * daemon's number. */
static const launcher ranks[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", NULL, NULL, NULL, false},
    {"PMIX_RANK", "PMIX_SIZE", NULL, NULL, NULL, false},
    {"PMI_RANK", "PMI_SIZE", NULL, NULL, NULL, false},
    {"FLUX_TASK_RANK", "FLUX_JOB_SIZE", NULL, NULL, NULL, false},
    {"SLURM_PROCID", "SLURM_NTASKS", NULL, NULL, NULL, false},
};

enum { MAX_SHARDS = 1000000, INDEX_LIMIT = 1000000000 };

bool batch_shard_parse(const char *text, int64_t *shard, int64_t *shards) {
  const char *slash = strchr(text, '/');
  return slash && number_parse_int(text, (size_t)(slash - text), shard) &&
         number_parse_int(slash + 1, strlen(slash + 1), shards) && *shard >= 0 &&
         *shard < *shards && *shards <= MAX_SHARDS;
}

typedef const char *(*lookup_fn)(const char *name);

/* Reads an optional variable; false if it is there but no number. */
static bool read_number(lookup_fn lookup, const char *name, int64_t *value, bool *is_there) {
  const char *text = name ? lookup(name) : NULL;
  *is_there = text && *text && strcmp(text, "undefined") != 0; /* SGE outside arrays */
  return !*is_there || (number_parse_int(text, strlen(text), value) && *value >= -INDEX_LIMIT &&
                        *value <= INDEX_LIMIT);
}

/* What a list of launchers says. */
typedef struct place {
  int64_t part, parts;    /* parts 0: nothing */
  const char *source;     /* variable that decided */
  const char *incomplete; /* one that gives an index, but nothing gives the number of parts */
} place;

/* How many parts there are; 0 if nothing says it. */
static lehr_status count_parts(lookup_fn lookup, const launcher *l, int64_t first, int64_t step,
                               int64_t *parts, lehr_error *err) {
  int64_t size = 0, last = 0;
  bool has_size, has_last;
  *parts = 0;
  if (!read_number(lookup, l->size, &size, &has_size) ||
      !read_number(lookup, l->last, &last, &has_last))
    return error_set(err, LEHR_EUSAGE, "the number of parts beside %s is no number", l->index);
  if (has_size) *parts = size;
  if (!has_last) return LEHR_OK;
  if (last < first) return error_set(err, LEHR_EUSAGE, "%s ends before it begins", l->index);
  *parts = (last - first) / step + 1;
  if (has_size && size != *parts)
    return error_set(err, LEHR_EUSAGE,
                     "%s: the array has gaps, so parts cannot be numbered; use --shard i/n",
                     l->index);
  return LEHR_OK;
}

static lehr_status apply(lookup_fn lookup, const launcher *l, int64_t index, place *found,
                         lehr_error *err) {
  int64_t first = l->from_one, step = 1;
  bool is_there;
  if (!read_number(lookup, l->first, &first, &is_there) ||
      !read_number(lookup, l->step, &step, &is_there) || step < 1)
    return error_set(err, LEHR_EUSAGE, "the range beside %s is no number", l->index);
  LEHR_TRY(count_parts(lookup, l, first, step, &found->parts, err));
  if (found->parts == 0) return LEHR_OK;
  const int64_t offset = index - first;
  if (offset < 0 || offset % step != 0 || offset / step >= found->parts ||
      found->parts > MAX_SHARDS)
    return error_set(err, LEHR_EUSAGE, "%s=%" PRId64 " is not one of its %" PRId64 " parts",
                     l->index, index, found->parts);
  found->part = offset / step;
  return LEHR_OK;
}

/* The script of a Slurm job carries rank 0 of all tasks, but runs once: only srun makes ranks. */
static bool is_batch_script(lookup_fn lookup, const launcher *l) {
  return strcmp(l->index, "SLURM_PROCID") == 0 && lookup("SLURM_JOB_ID") &&
         !lookup("SLURM_STEP_ID");
}

/* The first launcher whose index and number of parts are both known. */
static lehr_status detect(lookup_fn lookup, const launcher list[], size_t count, place *found,
                          lehr_error *err) {
  for (size_t k = 0; k < count && found->parts == 0; k++) {
    int64_t index;
    bool is_there;
    if (!read_number(lookup, list[k].index, &index, &is_there))
      return error_set(err, LEHR_EUSAGE, "%s is no number", list[k].index);
    /* LSF sets 0 outside arrays. */
    if (!is_there || is_batch_script(lookup, &list[k]) ||
        (strcmp(list[k].index, "LSB_JOBINDEX") == 0 && index == 0))
      continue;
    LEHR_TRY(apply(lookup, &list[k], index, found, err));
    *(found->parts > 0 ? &found->source : &found->incomplete) = list[k].index;
  }
  return LEHR_OK;
}

lehr_status batch_shard_detect(lookup_fn lookup, int64_t *shard, int64_t *shards,
                               const char **source, lehr_error *err) {
  place task = {0}, rank = {0};
  LEHR_TRY(detect(lookup, arrays, sizeof arrays / sizeof arrays[0], &task, err));
  LEHR_TRY(detect(lookup, ranks, sizeof ranks / sizeof ranks[0], &rank, err));
  const char *incomplete = task.parts == 0 && task.incomplete   ? task.incomplete
                           : rank.parts == 0 && rank.incomplete ? rank.incomplete
                                                                : NULL;
  if (incomplete)
    return error_set(err, LEHR_EUSAGE,
                     "%s is set, but nothing says how many parts there are: use --shard $%s/N, or "
                     "set LEHR_SHARD_COUNT (and LEHR_SHARD_FIRST unless arrays begin at 0)",
                     incomplete, incomplete);
  *source = task.parts > 0 ? task.source : rank.source;
  /* Every task of an array may start several ranks. */
  if (task.parts == 0) task.parts = 1;
  if (rank.parts == 0) rank.parts = 1;
  if (task.parts > MAX_SHARDS / rank.parts) return error_set(err, LEHR_EUSAGE, "too many parts");
  *shard = task.part * rank.parts + rank.part;
  *shards = task.parts * rank.parts;
  return LEHR_OK;
}

char *batch_shard_path(const char *output, int64_t shard, int64_t shards) {
  char *path = NULL;
  const char *slash = strrchr(output, '/'), *dot = strrchr(output, '.');
  if (!dot || dot == output || (slash && dot <= slash + 1)) dot = output + strlen(output);
  const int length = asprintf(&path, "%.*s.%" PRId64 "-of-%" PRId64 "%s", (int)(dot - output),
                              output, shard, shards, dot);
  return length < 0 ? NULL : path;
}
