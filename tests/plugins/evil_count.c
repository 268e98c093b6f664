/* SPDX-License-Identifier: Apache-2.0 */
/* Claims more occurrences than can be counted: the solve must fail. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) {
  uint8_t *bits = run->alloc(run, (size_t)run->model->n);
  if (!bits) return LEHR_ENOMEM;
  lehr_status status = LEHR_OK;
  for (int k = 0; k < 4 && status == LEHR_OK; k++) status = run->sample(run, bits, INT64_MAX / 3);
  run->attempts(run, INT64_MAX);
  run->attempts(run, INT64_MAX);
  run->progress(run, 2, NULL);
  return LEHR_OK;
}

EVIL_PLUGIN(.name = "evil-count")
