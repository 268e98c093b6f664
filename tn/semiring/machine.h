/* SPDX-License-Identifier: Apache-2.0 */
/* tn/semiring/machine.h - running a program: the stack of tables, in one region of memory.
 *
 * Each level of the stack has planes for the widest table that ever lies there, so that nothing is
 * allocated on the way. The region is filled and emptied like a stack itself: whoever needs room
 * beside the tables takes it with region_take and gives it back in the opposite order. */
#ifndef LEHR_TN_SEMIRING_MACHINE_H
#define LEHR_TN_SEMIRING_MACHINE_H

#include "tn/semiring/semiring.h"

typedef struct region {
  uint8_t *base; /* NULL: only sizes are of interest */
  size_t used, peak, size;
} region;

/* A region of `size` bytes, zero pages that cost nothing until they are touched. ENOMEM. */
lehr_status region_make(region *r, size_t size, lehr_error *err);
void region_free(region *r);
/* `bytes` from the region, 64-byte aligned; the caller has made sure that they are there. NULL
 * where only sizes are of interest. */
void *region_take(region *r, size_t bytes);
/* What region_take(bytes) adds to `used`. */
static inline size_t region_bytes(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

/* Tables of widths 0..TN_MOST_SLOTS: planes one after the other. */
size_t table_bytes(const semiring *s, int32_t width);
/* Planes for a table of up to `width`. */
tn_table table_take(region *r, const semiring *s, int32_t width);
/* Copies the entries of `from` and what belongs to them. */
void table_copy(const semiring *s, tn_table *to, const tn_table *from);

typedef struct machine {
  const tn_program *p;
  const semiring *s;
  int32_t depth;   /* tables on the stack */
  tn_table *table; /* [p->depth] */
  int32_t *room;   /* [p->depth] widest table of each level */
} machine;

/* Bytes that machine_make takes from its region. O(operations). */
lehr_status machine_bytes(const tn_program *p, const semiring *s, size_t *bytes, lehr_error *err);
/* An empty stack. ENOMEM if small arrays cannot be had; free with machine_free. */
lehr_status machine_make(machine *m, const tn_program *p, const semiring *s, region *r,
                         lehr_error *err);
void machine_free(machine *m);

/* Does the program's operation k. */
void machine_step(machine *m, semiring_context *c, int64_t k);
static inline tn_table *machine_top(const machine *m) { return &m->table[m->depth - 1]; }

/* Runs the whole program in a region of its own, and hands the one entry that is left to `read`.
 * *is_complete is false where the guard ended it; then nothing was read. ENOMEM. */
lehr_status machine_run(const tn_program *p, const semiring *s, semiring_context *c,
                        bool *is_complete, void (*read)(const tn_table *root, void *user),
                        void *user, lehr_error *err);

#endif
