/* SPDX-License-Identifier: Apache-2.0 */
#include "base/c_random.h"

#include <stdlib.h>

enum { STATE_BYTES = 128 };

void c_random_call(unsigned seed, void (*work)(void *context), void *context) {
#pragma omp critical(lehr_c_random)
  {
    /* rand() is random() in glibc, whose state this exchanges. */
    char state[STATE_BYTES] __attribute__((aligned(sizeof(void *))));
    char *const kept = initstate(seed, state, sizeof state);
    work(context);
    setstate(kept);
  }
}
