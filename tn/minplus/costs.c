/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/minplus/costs.h"

#include <string.h>

int64_t cost_clamp(mp_type type, int64_t value, int shift) {
  const int64_t size = (value < 0 ? -value : value) >> shift;
  return size < mp_types[type].top ? size : mp_types[type].top;
}

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(x) JOIN(x, TYPE)

#define TYPE int8
#define E uint8_t
#define LANE_BITS 6
#define MP_TYPE MP_INT8
#define ADD(x, y) ((E)((x) + (y) > UINT8_MAX ? UINT8_MAX : (x) + (y)))
#include "tn/minplus/costs.inc"
#undef TYPE
#undef E
#undef LANE_BITS
#undef MP_TYPE
#undef ADD

#define TYPE int16
#define E uint16_t
#define LANE_BITS 5
#define MP_TYPE MP_INT16
#define ADD(x, y) ((E)((x) + (y) > UINT16_MAX ? UINT16_MAX : (x) + (y)))
#include "tn/minplus/costs.inc"
#undef TYPE
#undef E
#undef LANE_BITS
#undef MP_TYPE
#undef ADD

#define TYPE int32
#define E int32_t
#define LANE_BITS 4
#define MP_TYPE MP_INT32
#define ADD(x, y) ((x) + (y) > (1 << 30) - 1 ? (1 << 30) - 1 : (x) + (y))
#include "tn/minplus/costs.inc"
#undef TYPE
#undef E
#undef LANE_BITS
#undef MP_TYPE
#undef ADD

#define TYPE float
#define E float
#define LANE_BITS 4
#define MP_TYPE MP_FLOAT
#define ADD(x, y) ((x) + (y))
#include "tn/minplus/costs.inc"
#undef TYPE
#undef E
#undef LANE_BITS
#undef MP_TYPE
#undef ADD

#define TYPE int64
#define E int64_t
#define LANE_BITS 3
#define MP_TYPE MP_INT64
#define ADD(x, y) ((x) + (y))
#include "tn/minplus/costs.inc"

void costs_fill(mp_type type, mp_step *s) {
  switch (type) {
  case MP_INT8:
    fill_int8(s);
    return;
  case MP_INT16:
    fill_int16(s);
    return;
  case MP_INT32:
    fill_int32(s);
    return;
  case MP_FLOAT:
    fill_float(s);
    return;
  default:
    fill_int64(s);
    return;
  }
}

void costs_of_factor(mp_type type, tn_factor f, int shift, void *entries) {
  switch (type) {
  case MP_INT8:
    factor_int8(f, shift, entries);
    return;
  case MP_INT16:
    factor_int16(f, shift, entries);
    return;
  case MP_INT32:
    factor_int32(f, shift, entries);
    return;
  case MP_FLOAT:
    factor_float(f, shift, entries);
    return;
  default:
    factor_int64(f, shift, entries);
    return;
  }
}

void tiny_run(mp_type type, const mp_step *s, void *table) {
  switch (type) {
  case MP_INT8:
    tiny_int8(s, table);
    return;
  case MP_INT16:
    tiny_int16(s, table);
    return;
  case MP_INT32:
    tiny_int32(s, table);
    return;
  case MP_FLOAT:
    tiny_float(s, table);
    return;
  default:
    tiny_int64(s, table);
    return;
  }
}
