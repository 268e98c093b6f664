/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trajectory.h"

#include "base/error.h"
#include "base/number.h"
#include "io/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void trajectory_add(trajectory *t, trajectory_point point) {
  if (t->count == t->capacity) {
    const int64_t wanted = t->capacity < 64 ? 64 : t->capacity * 2;
    trajectory_point *grown = realloc(t->points, (size_t)wanted * sizeof *grown);
    if (!grown) {
      t->is_incomplete = true;
      return;
    }
    t->points = grown;
    t->capacity = wanted;
  }
  t->points[t->count++] = point;
}

static lehr_status write_points(const trajectory *t, lehr_objective o, publication *p,
                                lehr_error *err) {
  static const char header[] = "wall_s,cpu_s,energy,objective\n";
  LEHR_TRY(publish_write(p, header, strlen(header), err));
  for (int64_t k = 0; k < t->count; k++) {
    const trajectory_point *q = &t->points[k];
    const double values[4] = {q->wall_s, q->cpu_s, q->energy, o.factor * q->energy + o.constant};
    for (int column = 0; column < 4; column++) {
      char text[NUMBER_TEXT + 1];
      number_format(values[column], text);
      strcat(text, column < 3 ? "," : "\n");
      LEHR_TRY(publish_write(p, text, strlen(text), err));
    }
  }
  return LEHR_OK;
}

lehr_status trajectory_write(const trajectory *t, lehr_objective objective, const char *path,
                             lehr_error *err) {
  publication *p;
  if (t->is_incomplete) return error_memory(err, (uint64_t)t->count * sizeof *t->points);
  LEHR_TRY(publish_open(path, &p, err));
  const lehr_status status = write_points(t, objective, p, err);
  if (status == LEHR_OK) return publish_commit(p, err);
  publish_abort(p);
  return status;
}

void trajectory_free(trajectory *t) {
  free(t->points);
  *t = (trajectory){0};
}
