/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_solution.h - samples of one model: QUBin's /solution, and packed bits where there are
 * many (docs/formats.md). */
#ifndef LEHR_IO_HDF5_SOLUTION_H
#define LEHR_IO_HDF5_SOLUTION_H

#include "io/hdf5_util.h"
#include "io/result_claims.h"
#include "lehr/solve.h"

/* Writes the model and its samples, best first. Holds nothing that changes between equal runs.
 * stop_reason: NULL: as the sample set says. */
lehr_status hdf5_solution_write(const char *path, const lehr_model *m, const lehr_sampleset *s,
                                const char *stop_reason, lehr_error *err);

/* Samples as they stand in a file; nothing is recomputed. */
typedef struct hdf5_samples {
  int32_t n;
  int64_t count;
  uint8_t *bits;   /* [count * n], each 0 or 1 */
  double *energy;  /* [count] real units */
  int64_t *reads;  /* [count] occurrences */
  int64_t *exact;  /* [count] energies in units of the model's scale; NULL where there are none */
  int8_t feasible; /* of the first, as stated: 0, 1, or -1 for nothing */
  result_claims claims;
} hdf5_samples;

/* Guarded reading. Release with hdf5_samples_free. */
lehr_status hdf5_solution_read(const char *path, hdf5_samples *out, lehr_error *err);
void hdf5_samples_free(hdf5_samples *s);

#endif
