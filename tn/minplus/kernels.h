/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/kernels.h - operations of a program on one contiguous table, by element type and
 * instruction set.
 *
 * Tables hold costs: with x J s = -|J| + 2 |J| [x and s disagree with J] (and the same for fields)
 * an energy is a constant plus twice a sum of non-negative integers. So entries only grow,
 * additions saturate at the top alone, and a saturated entry is a lower bound of the true one. When
 * x leaves (f = its field, s the others; a: cost of f for x = -1, b: for x = +1)
 *
 *   ELIM     T'[s]    = min(T[s,-] + a(s), T[s,+] + b(s))
 *   REPLACE  T'[s,u]  = min(T[s,-] + a(s) + |J| [u disagrees], T[s,+] + b(s) + |J| [u disagrees])
 *
 * A *granule* is 64 bytes of a table; slots below lane_bits are lanes of a granule. a(s) and b(s)
 * come in three parts that are added up: a short table of granules (couplings with lanes and with
 * the lowest bits of the granule's number), a value per run of granules, and one per tile.
 * All levels and the scalar twin add in the same order: results are alike in every bit, for floats
 * too. */
#ifndef LEHR_TN_MINPLUS_KERNELS_H
#define LEHR_TN_MINPLUS_KERNELS_H

#include "base/cpu.h"

#include <stdbool.h>
#include <stdint.h>

enum { MP_GRANULE_LOG2 = 6, MP_GRANULE = 64, MP_TABLE_BITS = 4, MP_TABLE = 1 << MP_TABLE_BITS };

typedef enum mp_type { MP_INT8, MP_INT16, MP_INT32, MP_FLOAT, MP_INT64, MP_TYPES } mp_type;

/* What the leaving variable costs, in one tile. The *number* of a pair of granules (T[s,-], T[s,+])
 * is its place among the pairs, that is the index of s without lanes; where both are in one granule
 * (slot < lane_bits) it is the number of the granule. */
typedef struct mp_costs {
  const void *a, *b;         /* [1 << table_bits] granules, by the lowest bits of the number. slot <
                                lane_bits: a is for x = u and b for x != u, with the coupling added */
  const void *run_a, *run_b; /* by number >> run_bits */
  int table_bits, run_bits;  /* table_bits <= min(run_bits, MP_TABLE_BITS) */
  int64_t links;             /* bits of the number that the tables depend on */
  int64_t tile_a, tile_b;    /* >= 0, at most the type's top */
  int64_t coupling;          /* J of the entering variable, |J| at most the type's top */
} mp_costs;

/* One operation on a table of 2^width entries, width > lane_bits, in place. bits, if not NULL: of
 * each entry of the result, in its order, whether x = +1 was better. */
typedef void (*mp_op_fn)(void *table, int width, int slot, const mp_costs *c, uint8_t *bits);

/* Two REPLACE, the second after the first, at different slots, neither a lane. */
typedef void (*mp_two_fn)(void *table, int width, const int slots[2], const mp_costs *first,
                          const mp_costs *second);

/* The least and the largest of all entries so far, by lane; begins with {0}. Rows are short: what
 * is left for the end is done once per tile. */
typedef struct mp_ends {
  _Alignas(MP_GRANULE) char least[MP_GRANULE];
  _Alignas(MP_GRANULE) char most[MP_GRANULE];
  bool is_begun;
} mp_ends;

typedef struct mp_span {
  int64_t least, most;
} mp_span;

typedef struct mp_kernels {
  /* [1]: for tables whose largest entry with all costs is not above the top; additions need not
   * saturate, the results are the same. */
  mp_op_fn replace[2];
  mp_two_fn replace_two[2];
  mp_op_fn elim; /* what was at the last slot is then at `slot` */
  /* to[i] = from[i] - less; to == from is allowed. The least of from[] is at least `less`. */
  void (*lower)(void *to, const void *from, int64_t count, int64_t less);
  /* to == from is allowed. */
  void (*copy)(void *to, const void *from, int64_t count, mp_ends *ends);
  /* to[i] += from[i]; ends of the sums. */
  void (*add)(void *to, const void *from, int64_t count, mp_ends *ends);
  mp_span (*span)(const mp_ends *ends); /* of one entry at least */
  /* Exchanges slot `lane` < lane_bits with `slot` >= lane_bits of a table of `count` entries. */
  void (*exchange)(void *table, int64_t count, int lane, int slot);
} mp_kernels; /* counts are multiples of a granule, arrays aligned to one */

/* Level of the scalar twin. */
enum { MP_SCALAR = -1 };

const mp_kernels *mp_kernels_of(mp_type type, int level);

/* bytes, largest value, log2 of entries per granule, name */
typedef struct mp_type_facts {
  int bytes;
  int lane_bits;
  int64_t top;
  const char *name;
} mp_type_facts;
extern const mp_type_facts mp_types[MP_TYPES];

extern const mp_kernels mp_scalar[MP_TYPES], mp_baseline[MP_TYPES];
#if defined(__x86_64__)
extern const mp_kernels mp_avx2[MP_TYPES], mp_avx512[MP_TYPES];
#endif

#endif
