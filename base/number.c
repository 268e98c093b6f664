/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The "C" locale as an object; glibc hands out a static one, nothing to free. */
static locale_t c_locale(void) { return newlocale(LC_ALL_MASK, "C", (locale_t)0); }

bool number_parse_int(const char *text, size_t length, int64_t *value) {
  size_t i = 0;
  const bool is_negative = length > 0 && text[0] == '-';
  if (length > 0 && (text[0] == '-' || text[0] == '+')) i++;
  if (i == length) return false;
  int64_t v = 0;
  for (; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, text[i] - '0', &v))
      return false; /* counts downwards so that INT64_MIN is reachable */
  }
  if (!is_negative && v == INT64_MIN) return false;
  *value = is_negative ? v : -v;
  return true;
}

static bool is_decimal(const char *text, size_t length) {
  bool has_digit = false;
  for (size_t i = 0; i < length; i++) {
    if (isdigit((unsigned char)text[i]))
      has_digit = true;
    else if (!strchr("+-.eE", text[i]) || text[i] == '\0')
      return false;
  }
  return has_digit;
}

/* Mantissas below 2^53 with a small power of ten: one exact operation, correctly rounded
 * (Clinger 1990). Returns false where strtod must decide. */
static bool parse_fast(const char *text, size_t length, double *value) {
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  size_t i = 0;
  const bool is_negative = text[0] == '-';
  if (text[0] == '-' || text[0] == '+') i++;
  uint64_t mantissa = 0;
  int digits = 0, decimals = 0;
  bool after_point = false;
  for (; i < length; i++) {
    if (text[i] == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return false;
    mantissa = mantissa * 10 + (uint64_t)(text[i] - '0');
    decimals += after_point;
    if (++digits > 15) return false;
  }
  if (digits == 0) return false;
  const double v = (double)mantissa / powers[decimals];
  *value = is_negative ? -v : v;
  return true;
}

bool number_parse_real(const char *text, size_t length, double *value) {
  char copy[512], *end;
  if (length == 0 || length >= sizeof copy || !is_decimal(text, length)) return false;
  if (parse_fast(text, length, value)) return true;
  memcpy(copy, text, length);
  copy[length] = '\0';
  const double v = strtod_l(copy, &end, c_locale());
  if (end != copy + length || !isfinite(v)) return false;
  *value = v;
  return true;
}

bool number_parse_count(const char *text, size_t length, int64_t *value) {
  double v;
  if (number_parse_int(text, length, value)) return true;
  const char *caret = memchr(text, '^', length);
  if (caret) {
    int64_t base, exponent;
    if (!number_parse_int(text, (size_t)(caret - text), &base) ||
        !number_parse_int(caret + 1, length - (size_t)(caret - text) - 1, &exponent))
      return false;
    if (base != 2 || exponent < 0 || exponent > 62) return false;
    *value = INT64_C(1) << exponent;
    return true;
  }
  if (!number_parse_real(text, length, &v) || v != nearbyint(v) || fabs(v) > 0x1p53) return false;
  *value = (int64_t)v;
  return true;
}

static void with_c_locale(char text[], size_t size, const char *format, int digits, double value) {
  const locale_t caller = uselocale(c_locale());
  snprintf(text, size, format, digits, value);
  uselocale(caller);
}

void number_format(double value, char text[NUMBER_TEXT]) {
  if (fabs(value) < 1e18 && value == nearbyint(value)) {
    snprintf(text, NUMBER_TEXT, "%lld", (long long)value);
    return;
  }
  for (int digits = 15; digits <= 17; digits++) {
    with_c_locale(text, NUMBER_TEXT, "%.*g", digits, value);
    double back;
    if (number_parse_real(text, strlen(text), &back) && back == value) return;
  }
}

size_t number_format_plain(double value, char text[], size_t size) {
  for (int decimals = 0; decimals < 1080; decimals++) {
    double back;
    with_c_locale(text, size, "%.*f", decimals, value);
    if (number_parse_real(text, strlen(text), &back) && back == value) break;
  }
  return strlen(text);
}

void number_bytes(uint64_t bytes, char text[BYTES_TEXT]) {
  static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = (double)bytes;
  int unit = 0;
  /* Three digits and no exponent; bytes as they are. */
  for (; value >= (unit == 0 ? 1024 : 999.5) && unit < 6; unit++) value /= 1024;
  snprintf(text, BYTES_TEXT, "%.*g %s", unit == 0 ? 4 : 3, value, units[unit]);
}
