/* SPDX-License-Identifier: Apache-2.0 */
/* base/timezone.h - UTC offsets of named time zones, from the system's zoneinfo files.
 *
 * Reads TZif versions 1 to 4 (RFC 8536, RFC 9636) from /usr/share/zoneinfo; times after the table
 * follow the POSIX rule in the footer, so the far future has daylight saving too. Never looks at
 * TZ, never calls tzset: a time_zone is a plain immutable value, safe in any number of threads.
 * (The type is not called timezone because <time.h> has a variable of that name.) */
#ifndef LEHR_BASE_TIMEZONE_H
#define LEHR_BASE_TIMEZONE_H

#include "lehr/status.h"

#include <stddef.h>

typedef struct time_zone time_zone;

/* Opens an IANA name such as "Australia/Melbourne", or "UTC", or a fixed offset such as "+05:30".
 * EUSAGE for names that cannot be one (absolute, "..", strange characters) and for unknown ones;
 * EUNAVAILABLE without zoneinfo on this machine; EINPUT for damaged files. */
lehr_status time_zone_open(const char *name, time_zone **out, lehr_error *err);
/* The same from the bytes of a TZif file (tests, embedded data). */
lehr_status time_zone_parse(const void *bytes, size_t size, time_zone **out, lehr_error *err);
/* NULL is accepted. */
void time_zone_free(time_zone *tz);

/* Seconds east of UTC in force at the instant utc_s. O(log transitions). */
int32_t time_zone_offset(const time_zone *tz, int64_t utc_s);

/* The instants at which the wall clock shows wall_s, ascending in utc_s[]. Returns their number: 0
 * in the gap when clocks go forward, 2 in the hour that is repeated when they go back, else 1.
 * (Wall values as in base/civil.h.) */
int time_zone_to_utc(const time_zone *tz, int64_t wall_s, int64_t utc_s[2]);

#endif
