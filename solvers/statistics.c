/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/statistics.h"

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 31, LONGEST_LIST = 1024, LONGEST_TEXT = 32 << 10, FIRST_CAPACITY = 256 };

static bool is_name(const char *name) {
  const size_t length = name ? strlen(name) : 0;
  return length > 0 && length <= LONGEST_NAME &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static bool is_there(const statistics *s, const char *name) {
  char key[LONGEST_NAME + 4];
  snprintf(key, sizeof key, "\"%s\":", name);
  return s->text && strstr(s->text, key);
}

static bool reserve(statistics *s, size_t more) {
  size_t capacity = s->capacity ? s->capacity : FIRST_CAPACITY;
  while (capacity - s->length <= more) capacity *= 2;
  if (capacity == s->capacity) return true;
  char *text = realloc(s->text, capacity);
  if (!text) {
    s->is_failed = true;
    return false;
  }
  s->text = text;
  s->capacity = capacity;
  return true;
}

static void put(statistics *s, const char *text) {
  const size_t length = strlen(text);
  if (!reserve(s, length)) return;
  memcpy(s->text + s->length, text, length + 1);
  s->length += length;
}

static void put_number(statistics *s, double value) {
  char text[NUMBER_TEXT] = "null";
  if (isfinite(value)) number_format(value, text);
  put(s, text);
}

static void put_list(statistics *s, const double values[], int64_t count) {
  put(s, "[");
  for (int64_t k = 0; k < count; k++) {
    if (k > 0) put(s, ", ");
    put_number(s, values[k]);
  }
  put(s, "]");
}

void statistics_add(statistics *s, const char *name, const double values[], int64_t count) {
  const size_t before = s->length;
  if (s->is_failed || !is_name(name) || count > LONGEST_LIST || is_there(s, name)) return;
  put(s, before ? ", \"" : "{\"");
  put(s, name);
  put(s, "\": ");
  if (count == STATISTIC_NUMBER)
    put_number(s, values[0]);
  else
    put_list(s, values, count);
  if (s->is_failed || s->length <= LONGEST_TEXT) return;
  s->length = before;
  s->text[before] = '\0';
}

void statistics_free(statistics *s) {
  free(s->text);
  *s = (statistics){0};
}

char *statistics_take(statistics *s) {
  put(s, s->length ? "}" : "{}");
  char *text = s->text;
  if (s->is_failed) {
    free(text);
    text = NULL;
  }
  *s = (statistics){0};
  return text;
}
