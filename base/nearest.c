/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

#include <string.h>

enum { LONGEST = 63 };

size_t nearest_distance(const char *a, const char *b) {
  size_t row[LONGEST + 1];
  const size_t columns = strnlen(b, LONGEST), rows = strnlen(a, LONGEST);
  for (size_t j = 0; j <= columns; j++) row[j] = j;
  for (size_t i = 1; i <= rows; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= columns; j++) {
      const size_t replace = diagonal + (a[i - 1] != b[j - 1]);
      const size_t insert = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
      diagonal = row[j];
      row[j] = replace < insert ? replace : insert;
    }
  }
  return row[columns];
}
