/* SPDX-License-Identifier: Apache-2.0 */
/* lehr/version.h - version at compile time and at run time. */
#ifndef LEHR_VERSION_H
#define LEHR_VERSION_H

#include "lehr/status.h"

LEHR_BEGIN_DECLS

#define LEHR_VERSION_MAJOR 0
#define LEHR_VERSION_MINOR 1
#define LEHR_VERSION_PATCH 0
#define LEHR_VERSION "0.1.0"

/* Version of the library that is running, "major.minor.patch". */
LEHR_API const char *lehr_version(void);

LEHR_END_DECLS

#endif
