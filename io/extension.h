/* SPDX-License-Identifier: Apache-2.0 */
/* io/extension.h - what the name of a file says about its format. */
#ifndef LEHR_IO_EXTENSION_H
#define LEHR_IO_EXTENSION_H

#include <stdbool.h>

enum { EXTENSION = 16 };

/* The extension of path in front of ".gz", without dot, cut to size; "" if there is none. */
void extension_of(const char *path, char extension[EXTENSION]);

/* Whether the name ends in ".gz". */
bool extension_is_gzip(const char *path);

/* Whether the name ends in .h5 or .hdf5, as of everything that is always HDF5. */
bool extension_is_hdf5(const char *path);

/* Whether the blank-separated `list` has the extension, in upper or lower case. */
bool extension_in(const char *list, const char *extension);

#endif
