/* SPDX-License-Identifier: Apache-2.0 */
/* io/load_unit.h - units of load in files, and what makes MW of them. */
#ifndef LEHR_IO_LOAD_UNIT_H
#define LEHR_IO_LOAD_UNIT_H

#include <stddef.h>
#include <stdint.h>

/* MW per unit for steps of step_s seconds: MW, kW, GW, W, and the energies MWh, kWh, GWh (MWh in
 * half an hour: 2). 0 for unknown units. */
double load_unit_factor(const char *unit, int64_t step_s);

/* Unit that a column name ends in ("load_kwh": "kWh"; any case), or NULL. */
const char *load_unit_of_name(const char *name, size_t length);

#endif
