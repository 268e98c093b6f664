/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/effective.h"

#include "base/options.h"

#include <jansson.h>
#include <math.h>

void effective_add_budget(json_t *options, const lehr_params *p) {
  if (p->reads > 0) json_object_set_new(options, "reads", json_integer(p->reads));
  if (p->work > 0) json_object_set_new(options, "work", json_integer(p->work));
  if (p->time_limit_s >= 0 && isfinite(p->time_limit_s))
    json_object_set_new(options, "time_limit", json_real(p->time_limit_s));
  if (p->has_target && isfinite(p->target))
    json_object_set_new(options, "target", json_real(p->target));
}

char *effective_options(const lehr_option_table *table, const void *values, const lehr_params *p) {
  json_t *object = options_object(table, values);
  if (!object) return NULL;
  effective_add_budget(object, p);
  char *text = json_dumps(object, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
  json_decref(object);
  return text;
}
