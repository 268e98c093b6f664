/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text_cursor.h"

bool text_take(text_cursor *c, char expected) {
  if (c->at == c->end || *c->at != expected) return false;
  c->at++;
  return true;
}

bool text_take_digits(text_cursor *c, int least, int most, int32_t *value) {
  int count = 0;
  *value = 0;
  for (; count < most && c->at < c->end && *c->at >= '0' && *c->at <= '9'; count++)
    *value = *value * 10 + (*c->at++ - '0');
  return count >= least;
}
