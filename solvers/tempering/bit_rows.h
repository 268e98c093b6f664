/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tempering/bit_rows.h - states between one word per site and one row per walker. */
#ifndef LEHR_SOLVERS_TEMPERING_BIT_ROWS_H
#define LEHR_SOLVERS_TEMPERING_BIT_ROWS_H

#include <stdint.h>

/* Bit l of word i becomes bit i of row l: rows[64][words] from site[n], words = ceil(n / 64). Bits
 * behind the last site are 0. O(6 n). */
void bit_rows_from_sites(int32_t n, const uint64_t site[], uint64_t rows[]);
void bit_rows_to_sites(int32_t n, const uint64_t rows[], uint64_t site[]);

#endif
