/* SPDX-License-Identifier: Apache-2.0 */
/* bench/peer.h - runs a peer on the same problems in the same invocation. */
#ifndef LEHR_BENCH_PEER_H
#define LEHR_BENCH_PEER_H

#include "lehr/lehr.h"

#include <jansson.h>

/* Runs bench/peers/SCRIPT under the peers' Python on `count` models and returns its JSON object.
 * NULL with a message on stderr if there is no peer or it failed. */
json_t *peer_run(const char *script, lehr_model *const models[], int64_t count, int64_t reads,
                 int64_t sweeps);
/* The same on the first `count` models of a batch file. */
json_t *peer_run_batch(const char *script, const char *batch, int64_t count, int64_t reads,
                       int64_t sweeps);

#endif
