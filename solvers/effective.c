/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/effective.h"

#include "base/options.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* [[place, beta], ...] instead of the name of a schedule. NULL when memory is short. */
static char *with_schedule(const char *options, const lehr_params *p) {
  json_t *object = json_loads(options, 0, NULL), *points = json_array();
  for (size_t k = 0; k < p->n_schedule; k++)
    json_array_append_new(points, json_pack("[ff]", p->schedule[k].at, p->schedule[k].beta));
  const bool is_set = json_object_set_new(object, "schedule", points) == 0;
  char *text = is_set ? json_dumps(object, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17)) : NULL;
  json_decref(object);
  return text;
}

enum { BUDGETS = 4 };

/* What the caller gave, to list[BUDGETS]; returns how many. */
static size_t list_budget(const lehr_params *p, option_value list[]) {
  size_t count = 0;
  if (p->reads > 0) list[count++] = (option_value){.name = "reads", .integer = p->reads};
  if (p->work > 0) list[count++] = (option_value){.name = "work", .integer = p->work};
  if (p->time_limit_s >= 0 && isfinite(p->time_limit_s))
    list[count++] = (option_value){.name = "time_limit", .is_real = true, .real = p->time_limit_s};
  if (p->has_target && isfinite(p->target))
    list[count++] = (option_value){.name = "target", .is_real = true, .real = p->target};
  return count;
}

void effective_add_budget(json_t *options, const lehr_params *p) {
  option_value list[BUDGETS];
  const size_t count = list_budget(p, list);
  for (size_t k = 0; k < count; k++)
    json_object_set_new(options, list[k].name,
                        list[k].is_real ? json_real(list[k].real) : json_integer(list[k].integer));
}

char *effective_options(const lehr_option_table *table, const void *values, const lehr_params *p) {
  option_value list[BUDGETS];
  const size_t count = list_budget(p, list);
  char *text = options_json(table, values, list, count);
  if (!text || p->n_schedule == 0) return text;
  char *scheduled = with_schedule(text, p);
  free(text);
  return scheduled;
}
