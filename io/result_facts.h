/* SPDX-License-Identifier: Apache-2.0 */
/* io/result_facts.h - what exact engines tell beside samples, in result files: number of ground
 * states, log Z, marginals, lowest states. Each is written where it was asked for. */
#ifndef LEHR_IO_RESULT_FACTS_H
#define LEHR_IO_RESULT_FACTS_H

#include "io/hdf5_util.h"
#include "io/result.h"

/* Adds degeneracy, beta, log_z, marginals, pair_marginals, lowest to the object of a result; -1
 * when memory is short. */
int result_facts_json(const result *r, json_t *object);

/* A number for JSON: null where it is not finite, an integer where it is one. */
json_t *result_real_json(double value);
json_t *result_number_json(const char *text);
/* Readers that turn every number into a double would change what reaches 2^53 (RFC 8259, 6): there
 * "NAME_text" states the same digits as a string. -1 when memory is short. */
int result_set_number(json_t *object, const char *name, const char *text);

/* The same below /lehr/solution, which exists. */
void result_facts_hdf5(h5_writer *w, const lehr_sampleset *s, bool is_exact);
/* Bytes of that, about. */
uint64_t result_facts_bytes(const lehr_sampleset *s);

#endif
