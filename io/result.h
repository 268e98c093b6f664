/* SPDX-License-Identifier: Apache-2.0 */
/* io/result.h - result files of a solve: one row per format (io/results.def).
 *
 * Written: what ARCHITECTURE calls lehr.result/1. Read back: the samples with their energies, so
 * that `lehr verify` can recompute them and `--initial` can start from them. */
#ifndef LEHR_IO_RESULT_H
#define LEHR_IO_RESULT_H

#include "io/publish.h"
#include "io/result_claims.h"
#include "lehr/file.h"
#include "lehr/solve.h"

#include <jansson.h>
#include <stdbool.h>

/* What a result is written from; all borrowed. */
typedef struct result {
  const lehr_model *model;
  const lehr_sampleset *set;
  lehr_objective objective;
  int64_t keep;            /* samples to write, best first; 0 = all */
  double read_s;           /* seconds spent on reading the model */
  const char *stop_reason; /* e.g. "SIGINT"; NULL: as the sample set says */
} result;

/* What a file says about its first sample beside the samples. */
typedef struct result_summary {
  result_claims claims;
  bool has_energy, has_objective;
  bool is_energy_int, is_objective_int;
  int64_t energy_int, objective_int; /* where they are integers */
  double energy, objective;          /* always set */
} result_summary;

/* Samples read from a file. Free with result_rows_free. */
typedef struct result_rows {
  result_summary summary; /* all false where the format has none */
  int32_t n;
  int64_t count;
  uint8_t *bits;        /* [count * n], 0 or 1 */
  int64_t *energy_int;  /* [count], where is_int */
  double *energy;       /* [count], always set */
  uint8_t *is_int;      /* [count] the file states an integer */
  bool is_scaled;       /* integers are in units of the model's scale, not whole energies */
  int64_t *occurrences; /* [count] */
  int8_t *feasible;     /* [count] as stated: 0, 1, or -1 for nothing */
  int64_t capacity;
} result_rows;

typedef struct result_format {
  const char *name;
  const char *extensions; /* separated by blanks */
  lehr_status (*write)(const result *r, publication *p, lehr_error *err);
  lehr_status (*write_path)(const result *r, const char *path, lehr_error *err);
  lehr_status (*read_path)(const char *path, result_rows *rows, lehr_error *err);
} result_format;

#define RESULT(name) extern const result_format result_##name;
#include "io/results.def"
#undef RESULT

/* Row for the extension of path, NULL if there is none. */
const result_format *result_format_for(const char *path);

/* Publishes a result in the format that the extension of path tells. EUSAGE if it tells none. */
lehr_status result_write(const result *r, const char *path, lehr_error *err);
/* Reads the samples of a result file. Trusts nothing; rows are empty after a failure. */
lehr_status result_read(const char *path, result_rows *rows, lehr_error *err);

/* The same for a text with one state of 0 and 1 per line; energies are unknown. */
lehr_status result_read_bits(const char *path, result_rows *rows, lehr_error *err);

/* A sample as text: bits[length] of '0' and '1', the first row fixes n. */
typedef struct result_sample {
  const char *bits;
  size_t length;
  bool is_int;
  int64_t energy_int;
  double energy;
  int64_t occurrences;
  int8_t feasible; /* 0, 1, or -1: not stated */
} result_sample;
/* EINPUT for other characters or a length that differs. */
lehr_status result_rows_add(result_rows *rows, const result_sample *row, lehr_error *err);
void result_rows_free(result_rows *rows);

/* Samples that result_write will write. */
int64_t result_kept(const result *r);
/* The JSON object lehr.result/1; NULL when memory is short. */
json_t *result_json_object(const result *r);
/* Samples and claims of such an object in a file; as result_format.read_path. */
lehr_status result_json_read(const char *path, result_rows *rows, lehr_error *err);
/* Energy of a sample, and the file's objective, in exact decimal digits where the model is
 * exact. */
enum { RESULT_NUMBER = 1200 };
void result_energy_text(const result *r, int64_t row, char text[RESULT_NUMBER]);
void result_objective_text(const result *r, int64_t row, char text[RESULT_NUMBER]);
/* Energy of a row of lehr_sampleset_lowest, in the same way. */
void result_lowest_text(const result *r, int64_t row, char text[RESULT_NUMBER]);
/* Writes bits[n] of a sample as '0' and '1', terminated; text has n + 1 bytes. */
lehr_status result_bits_text(const result *r, int64_t row, char text[], lehr_error *err);

#endif
