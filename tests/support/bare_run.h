/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/bare_run.h - what parts of engines get of a run: a model, memory, and nobody who
 * stops them. */
#ifndef LEHR_TESTS_SUPPORT_BARE_RUN_H
#define LEHR_TESTS_SUPPORT_BARE_RUN_H

#include "base/memory.h"
#include "lehr/plugin.h"

static inline void *bare_alloc(lehr_run *run, size_t bytes) {
  return arena_alloc(run->host, bytes);
}

static inline int bare_should_stop(lehr_run *run) {
  (void)run;
  return 0;
}

/* `memory` is made here, and freed by the caller with arena_free. m may be NULL. */
static inline lehr_run bare_run(const lehr_model *m, arena *memory) {
  arena_init(memory, UINT64_MAX);
  return (lehr_run){.model = m ? lehr_model_look(m) : NULL,
                    .threads = 1,
                    .host = memory,
                    .alloc = bare_alloc,
                    .should_stop = bare_should_stop};
}

#endif
