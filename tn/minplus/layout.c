/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/layout.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/join.h"
#include "tn/minplus/steps.h"
#include "tn/minplus/tail.h"

#include <stdlib.h>

uint64_t layout_table_bytes(mp_type type, int width) {
  const uint64_t bytes = ((uint64_t)1 << width) * (uint64_t)mp_types[type].bytes;
  return pages_round(bytes < 2 * MP_GRANULE ? 2 * MP_GRANULE : bytes);
}

uint64_t layout_decision_bytes(int width) {
  return width < 6 ? sizeof(uint64_t) : (uint64_t)1 << (width - 3);
}

/* Tiles and blocks of JOIN take turns. An operation may need a tile that is larger than the limit
 * by its own two slots. */
uint64_t layout_tile_bytes(mp_type type, const mp_limits *limits) {
  const int least = limits->row_bits + 2;
  const uint64_t tile =
      layout_table_bytes(type, limits->tile_bits > least ? limits->tile_bits : least);
  const uint64_t join = join_room_bytes(type);
  return tile > join ? tile : join;
}

typedef struct open_table {
  int64_t number; /* of the PUSH or FACTOR */
  uint64_t bytes; /* so far */
} open_table;

/* Walks through the passes as mp_run will. The largest sum of full-grown tables is found from the
 * end of each table's life, when its width is known: a table counts from its PUSH on. */
static void walk(const tn_program *p, const mp_setup *s, mp_layout *l, open_table stack[]) {
  int depth = 0;
  tn_tail tail;
  for (int64_t k = 0; k < p->n_ops;) {
    const tn_op *const op = &p->ops[k];
    if (op_begins(op)) {
      l->width[l->n_tables] = op->width;
      stack[depth++].number = l->n_tables++;
    }
    if (op->kind == TN_JOIN) depth--;
    if (!op_is_on_top(op)) {
      k++;
      continue;
    }
    if (tail_at(p, k, &s->limits, s->first_decision, &tail)) {
      l->updates += (double)((uint64_t)1 << p->ops[tail.join].slot);
      depth--;
      k = tail.join + 1;
      continue;
    }
    const mp_pass pass = mp_pass_at(p, k, &s->limits, s->first_decision);
    const int in_place = pass.outside == 0 ? pass.tile_most : pass.width_out;
    uint8_t *const width = &l->width[stack[depth - 1].number];
    if (in_place > *width) *width = (uint8_t)in_place;
    if (pass.width_in > *width) *width = (uint8_t)pass.width_in;
    for (; k < pass.last; k++) {
      const int after = op_width_after(&p->ops[k]);
      if (p->ops[k].kind == TN_INTRO) continue;
      l->updates += (double)((uint64_t)1 << after);
      if (k >= s->first_decision) l->decisions += layout_decision_bytes(after);
    }
  }
}

static void add_up(const tn_program *p, mp_type type, mp_layout *l, open_table stack[]) {
  int64_t number = 0;
  int depth = 0;
  uint64_t now = 0;
  for (int64_t k = 0; k < p->n_ops; k++) {
    if (op_begins(&p->ops[k])) {
      stack[depth].bytes = layout_table_bytes(type, l->width[number++]);
      now += stack[depth++].bytes;
      if (now > l->tables) l->tables = now;
    }
    if (p->ops[k].kind == TN_JOIN) now -= stack[--depth].bytes;
  }
}

/* One stretch, or as many as s->trace_bytes ask for. */
static lehr_status find_stretches(const tn_program *p, const mp_setup *s, mp_layout *l,
                                  lehr_error *err) {
  l->stretches = (mp_stretches){.count = 1, .start = {0, p->n_ops}};
  if (s->trace_bytes == 0) return LEHR_OK;
  LEHR_TRY(mp_stretches_make(p, s->type, &s->limits, s->trace_bytes, &l->stretches, err));
  l->decisions = l->stretches.decisions;
  return LEHR_OK;
}

lehr_status layout_make(const tn_program *p, const mp_setup *s, int32_t threads, mp_layout *out,
                        lehr_error *err) {
  int64_t pushes = 0;
  for (int64_t k = 0; k < p->n_ops; k++) pushes += op_begins(&p->ops[k]);
  *out = (mp_layout){.width = memory_array((size_t)pushes, 1)};
  open_table *const stack = memory_array((size_t)p->depth, sizeof *stack);
  lehr_status status = LEHR_OK;
  if (out->width && stack) {
    walk(p, s, out, stack);
    add_up(p, s->type, out, stack);
    status = find_stretches(p, s, out, err);
    out->tiles = pages_round((uint64_t)threads * layout_tile_bytes(s->type, &s->limits)) +
                 pages_round(mp_steps_bytes(&s->limits, s->type));
    if (s->first_decision < p->n_ops) out->decisions = pages_round(out->decisions + MP_GRANULE);
  }
  if (!out->width || !stack) status = error_memory(err, (uint64_t)pushes);
  free(stack);
  if (status != LEHR_OK) layout_free(out);
  return status;
}

void layout_free(mp_layout *l) {
  free(l->width);
  *l = (mp_layout){0};
}

lehr_status mp_bytes(const tn_program *p, const mp_setup *s, int32_t threads, uint64_t *bytes,
                     lehr_error *err) {
  mp_layout l;
  LEHR_TRY(layout_make(p, s, threads, &l, err));
  *bytes = l.tables + l.decisions + pages_round(l.stretches.kept) + l.tiles;
  layout_free(&l);
  return LEHR_OK;
}

lehr_status mp_fit_threads(const tn_program *p, const mp_setup *s, uint64_t memory,
                           int32_t *threads, uint64_t *bytes, lehr_error *err) {
  for (;; *threads /= 2) {
    LEHR_TRY(mp_bytes(p, s, *threads, bytes, err));
    if (*bytes <= memory || *threads == 1) return LEHR_OK;
  }
}

int64_t mp_first_decision(const tn_program *p, uint64_t bytes) {
  int64_t first = p->n_ops;
  for (uint64_t sum = 0; first > 0; first--) {
    const tn_op *const op = &p->ops[first - 1];
    if (op->kind != TN_ELIM && op->kind != TN_REPLACE) continue;
    sum += layout_decision_bytes(op_width_after(op));
    if (sum > bytes) break;
  }
  return first;
}
