/* SPDX-License-Identifier: Apache-2.0 */
/* The passes of dense.h one variable at a time: the definition of what the others compute. */
#include "solvers/tabu/dense.h"

#define PASS(name, FIELD, ROW, MOST, STEP)                                                         \
  static dense_found name(const dense_pass *p) {                                                   \
    FIELD *field = p->field;                                                                       \
    const FIELD *turn = p->turn, *less = p->less, *bars = p->bars;                                 \
    const ROW *row = p->row;                                                                       \
    dense_found found = {p->start * DENSE_CHUNK, MOST};                                            \
    for (int32_t k = 0; k < p->padded; k++) {                                                      \
      const int32_t ahead = p->start * DENSE_CHUNK + k;                                            \
      const int32_t i = ahead < p->padded ? ahead : ahead - p->padded;                             \
      field[i] = (FIELD)(p->is_minus ? field[i] - STEP * row[i] : field[i] + STEP * row[i]);       \
      const FIELD cost = (FIELD)((field[i] ^ turn[i]) - less[i]);                                  \
      const FIELD value = cost > bars[i] ? cost : bars[i];                                         \
      if (value < found.value) found = (dense_found){i, value};                                    \
    }                                                                                              \
    return found;                                                                                  \
  }

PASS(pass_16_8, int16_t, int8_t, INT16_MAX, 2)
PASS(pass_16_16, int16_t, int16_t, INT16_MAX, 2)
PASS(pass_halves_8, int16_t, int8_t, INT16_MAX, 1)
PASS(pass_halves_16, int16_t, int16_t, INT16_MAX, 1)
PASS(pass_32_8, int32_t, int8_t, INT32_MAX, 2)
PASS(pass_32_16, int32_t, int16_t, INT32_MAX, 2)
PASS(pass_32_32, int32_t, int32_t, INT32_MAX, 2)

const dense_kernel_set dense_scalar = {{pass_16_8, pass_16_16, NULL},
                                       {pass_32_8, pass_32_16, pass_32_32},
                                       {pass_halves_8, pass_halves_16, NULL}};
