/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/semiring/machine.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* ---- Region ---- */

lehr_status region_make(region *r, size_t size, lehr_error *err) {
  *r = (region){.size = size};
  void *p = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return error_memory(err, size);
  /* Refused where the kernel has no huge pages: then small ones do. */
  if (size >= (size_t)2 << 20) (void)madvise(p, size, MADV_HUGEPAGE);
  r->base = p;
  return LEHR_OK;
}

void region_free(region *r) {
  if (r->base) munmap(r->base, r->size ? r->size : 1);
  *r = (region){0};
}

void *region_take(region *r, size_t bytes) {
  uint8_t *at = r->base ? r->base + r->used : NULL;
  r->used += region_bytes(bytes);
  if (r->used > r->peak) r->peak = r->used;
  return at;
}

/* ---- Tables ---- */

size_t table_bytes(const semiring *s, int32_t width) {
  size_t bytes = 0;
  for (int32_t k = 0; k < s->planes; k++) bytes += region_bytes((size_t)s->bytes[k] << width);
  return bytes;
}

tn_table table_take(region *r, const semiring *s, int32_t width) {
  tn_table t = {0};
  for (int32_t k = 0; k < s->planes; k++) t.plane[k] = region_take(r, (size_t)s->bytes[k] << width);
  return t;
}

void table_copy(const semiring *s, tn_table *to, const tn_table *from) {
  for (int32_t k = 0; k < s->planes; k++)
    memcpy(to->plane[k], from->plane[k], (size_t)s->bytes[k] << from->width);
  to->width = from->width;
  to->exponent = from->exponent;
  to->largest = from->largest;
}

/* ---- Machine ---- */

static void widest(const tn_program *p, int32_t room[]) {
  int32_t depth = 0;
  for (int64_t k = 0; k < p->n_ops; k++) {
    const tn_op *op = &p->ops[k];
    if (op_begins(op)) room[depth++] = 0;
    if (op->kind == TN_JOIN) depth--;
  }
  depth = 0;
  for (int64_t k = 0; k < p->n_ops; k++) {
    const tn_op *op = &p->ops[k];
    depth += op_begins(op) - (op->kind == TN_JOIN);
    const int32_t width = op->width + (op->kind == TN_INTRO);
    if (op->kind == TN_JOIN) continue;
    if (room[depth - 1] < width) room[depth - 1] = width;
  }
}

lehr_status machine_bytes(const tn_program *p, const semiring *s, size_t *bytes, lehr_error *err) {
  int32_t *room = memory_array((size_t)p->depth, sizeof *room);
  if (!room) return error_memory(err, (uint64_t)p->depth * sizeof *room);
  *bytes = 0;
  widest(p, room);
  for (int32_t k = 0; k < p->depth; k++) *bytes += table_bytes(s, room[k]);
  free(room);
  return LEHR_OK;
}

lehr_status machine_make(machine *m, const tn_program *p, const semiring *s, region *r,
                         lehr_error *err) {
  *m = (machine){.p = p, .s = s};
  m->table = memory_array((size_t)p->depth, sizeof *m->table);
  m->room = memory_array((size_t)p->depth, sizeof *m->room);
  if (!m->table || !m->room) {
    machine_free(m);
    return error_memory(err, (uint64_t)p->depth * sizeof *m->table);
  }
  widest(p, m->room);
  for (int32_t k = 0; k < p->depth; k++) m->table[k] = table_take(r, s, m->room[k]);
  return LEHR_OK;
}

void machine_free(machine *m) {
  free(m->table);
  free(m->room);
  *m = (machine){0};
}

void machine_step(machine *m, semiring_context *c, int64_t k) {
  const tn_op *op = &m->p->ops[k];
  if (op->kind == TN_PUSH) {
    m->s->one(&m->table[m->depth++]);
    return;
  }
  if (op->kind == TN_FACTOR) {
    tn_table *const t = &m->table[m->depth++];
    t->width = op->width;
    t->exponent = 0;
    m->s->factor(c, factors_at(&m->p->factors, op->factor), t);
    return;
  }
  if (op->kind == TN_JOIN) m->depth--;
  m->s->forward(c, m->p, op, machine_top(m), &m->table[m->depth]);
}

static bool run_all(machine *m, semiring_context *c) {
  for (int64_t k = 0; k < m->p->n_ops; k++) {
    machine_step(m, c, k);
    if ((k & 63) == 0 && guard_should_stop(c->guard)) c->is_stopped = true;
    if (c->is_stopped || !c->is_exact) return false;
  }
  return true;
}

lehr_status machine_run(const tn_program *p, const semiring *s, semiring_context *c,
                        bool *is_complete, void (*read)(const tn_table *root, void *user),
                        void *user, lehr_error *err) {
  size_t bytes = 0;
  region r;
  machine m;
  *is_complete = false;
  LEHR_TRY(machine_bytes(p, s, &bytes, err));
  if (bytes > c->guard->bytes) {
    char need[BYTES_TEXT], limit[BYTES_TEXT];
    number_bytes(bytes, need);
    number_bytes(c->guard->bytes, limit);
    return error_set(err, LEHR_ENOMEM, "the tables (width %d) take %s, the limit is %s", p->width,
                     need, limit);
  }
  LEHR_TRY(region_make(&r, bytes, err));
  lehr_status status = machine_make(&m, p, s, &r, err);
  if (status == LEHR_OK) {
    *is_complete = run_all(&m, c);
    if (*is_complete) read(machine_top(&m), user);
    machine_free(&m);
  }
  region_free(&r);
  return status;
}
