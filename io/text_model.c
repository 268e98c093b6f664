/* SPDX-License-Identifier: Apache-2.0 */
#include "io/text_model.h"

#include "base/error.h"
#include "base/number.h"
#include "qubo/scale.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FREE_VARIABLES = 1 << 20, VARIABLES_PER_BYTE = 8 };

lehr_status text_check_variables(const text_reader *r, int64_t n, lehr_error *err) {
  const int64_t most = FREE_VARIABLES + VARIABLES_PER_BYTE * text_bytes(r);
  if (n <= most) return LEHR_OK;
  return error_set(err, LEHR_EINPUT,
                   "%" PRId64
                   " variables declared, far more than the file has entries: with %" PRId64
                   " bytes at most %" PRId64,
                   n, text_bytes(r), most);
}

lehr_status text_add(lehr_builder *b, const text_reader *r, const int32_t at[2], text_number value,
                     lehr_error *err) {
  const lehr_status status = value.is_int ? lehr_builder_add_int(b, at[0], at[1], value.i, err)
                                          : lehr_builder_add(b, at[0], at[1], value.f, err);
  return text_locate(r, status, err);
}

lehr_status text_add_linear(lehr_builder *b, const text_reader *r, int32_t i, text_number value,
                            lehr_error *err) {
  const lehr_status status = value.is_int ? lehr_builder_add_linear_int(b, i, value.i, err)
                                          : lehr_builder_add_linear(b, i, value.f, err);
  return text_locate(r, status, err);
}

lehr_status text_add_offset(lehr_builder *b, text_number value, lehr_error *err) {
  return value.is_int ? lehr_builder_add_offset_int(b, value.i, err)
                      : lehr_builder_add_offset(b, value.f, err);
}

lehr_status text_finish(lehr_builder *b, const text_reader *r, int64_t n, lehr_model **out,
                        lehr_error *err) {
  lehr_status status = text_check_variables(r, n, err);
  if (status == LEHR_OK && lehr_builder_set_name(b, text_name(r)) != LEHR_OK)
    status = error_memory(err, 0);
  if (status == LEHR_OK) status = lehr_builder_finish(b, out, err);
  lehr_builder_free(b);
  return status;
}

/* ---- Writing ---- */

__extension__ typedef unsigned __int128 wide;

/* integer / d for d = 2^a 5^b in all its digits. */
static lehr_status format_fraction(int64_t integer, uint64_t d, char text[TEXT_NUMBER],
                                   lehr_error *err) {
  const uint64_t magnitude = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
  uint64_t rest = magnitude % d;
  int length = snprintf(text, TEXT_NUMBER, "%s%" PRIu64 "%s", integer < 0 ? "-" : "", magnitude / d,
                        rest ? "." : "");
  for (; rest > 0 && length < TEXT_NUMBER - 1; text[length] = '\0') {
    const wide next = (wide)rest * 10;
    text[length++] = (char)('0' + (int)(next / d));
    rest = (uint64_t)(next % d);
  }
  return rest == 0 ? LEHR_OK
                   : error_set(err, LEHR_ERANGE, "a coefficient has no finite decimal form");
}

static bool divides_power_of_ten(uint64_t d) {
  while (d % 2 == 0) d /= 2;
  while (d % 5 == 0) d /= 5;
  return d == 1;
}

static lehr_status format_exact(int64_t integer, double scale, char text[TEXT_NUMBER],
                                lehr_error *err) {
  int64_t product;
  if (scale == nearbyint(scale) && scale < 0x1p62) {
    if (__builtin_mul_overflow(integer, (int64_t)scale, &product))
      return error_set(err, LEHR_ERANGE, "a coefficient is outside the 64-bit range");
    snprintf(text, TEXT_NUMBER, "%" PRId64, product);
    return LEHR_OK;
  }
  const double d = nearbyint(1 / scale);
  if (d >= 1 && d < 0x1p63 && 1 / d == scale && divides_power_of_ten((uint64_t)d))
    return format_fraction(integer, (uint64_t)d, text, err);
  if (llabs(integer) > INT64_C(1) << 53)
    return error_set(err, LEHR_ERANGE, "a coefficient cannot be written exactly");
  number_format_plain(scale_real(integer, scale), text, TEXT_NUMBER);
  return LEHR_OK;
}

lehr_status text_format(const lehr_model_view *m, int64_t exact, double real, double factor,
                        char text[TEXT_NUMBER], lehr_error *err) {
  if (!m->is_exact) {
    number_format_plain(real * factor, text, TEXT_NUMBER);
    return LEHR_OK;
  }
  return format_exact(factor < 0 ? -exact : exact, m->scale * fabs(factor), text, err);
}

lehr_status text_writable(const lehr_model *m, lehr_vartype vartype, const char *format_name,
                          lehr_model **owned, lehr_error *err) {
  *owned = NULL;
  if (lehr_model_look(m)->n_groups > 0)
    return error_set(err, LEHR_EINPUT,
                     "the %s format cannot hold one-hot or cardinality groups; HDF5 can",
                     format_name);
  return lehr_model_convert(m, vartype, owned, err);
}

lehr_status text_print(publication *p, lehr_error *err, const char *format, ...) {
  char text[TEXT_NUMBER + 128];
  va_list args;
  va_start(args, format);
  const int length = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (length < 0 || (size_t)length >= sizeof text)
    return error_set(err, LEHR_EINTERNAL, "a line of output is too long");
  return publish_write(p, text, (size_t)length, err);
}

lehr_status text_print_comment(publication *p, const char *mark, const char *comment,
                               lehr_error *err) {
  while (*comment) {
    const size_t length = strcspn(comment, "\n");
    LEHR_TRY(publish_write(p, mark, strlen(mark), err));
    LEHR_TRY(publish_write(p, " ", 1, err));
    LEHR_TRY(publish_write(p, comment, length, err));
    LEHR_TRY(publish_write(p, "\n", 1, err));
    comment += length + (comment[length] == '\n');
  }
  return LEHR_OK;
}

static int64_t exact_at(const int64_t *values, int64_t k) { return values ? values[k] : 0; }
static double real_at(const double *values, int64_t k) { return values ? values[k] : 0; }

lehr_status text_print_terms(publication *p, const lehr_model_view *m, text_terms terms,
                             lehr_error *err) {
  char text[TEXT_NUMBER];
  for (int32_t i = 0; i < m->n; i++) {
    const int64_t exact = exact_at(m->linear_i64, i);
    const double real = real_at(m->linear_f64, i);
    if (exact == 0 && real == 0) continue;
    LEHR_TRY(text_format(m, exact, real, terms.linear_factor, text, err));
    LEHR_TRY(text_print(p, err, "%d %d %s\n", i + terms.base, i + terms.base, text));
  }
  for (int32_t i = 0; i < m->n; i++) {
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++) {
      if (m->col[k] < i) continue;
      LEHR_TRY(text_format(m, exact_at(m->weight_i64, k), real_at(m->weight_f64, k),
                           terms.pair_factor, text, err));
      LEHR_TRY(text_print(p, err, "%d %d %s\n", i + terms.base, m->col[k] + terms.base, text));
    }
  }
  return LEHR_OK;
}

int64_t text_count_linear(const lehr_model_view *m) {
  int64_t count = 0;
  for (int32_t i = 0; i < m->n; i++)
    count += exact_at(m->linear_i64, i) != 0 || real_at(m->linear_f64, i) != 0;
  return count;
}

lehr_status text_print_offset(publication *p, const char *mark, const lehr_model_view *m,
                              double factor, lehr_error *err) {
  char text[TEXT_NUMBER];
  if (m->offset_i64 == 0 && m->offset_f64 == 0) return LEHR_OK;
  LEHR_TRY(text_format(m, m->offset_i64, m->offset_f64, factor, text, err));
  return text_print(p, err, "%s offset = %s\n", mark, text);
}
