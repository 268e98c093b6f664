/* SPDX-License-Identifier: Apache-2.0 */
#include "lehr/version.h"

const char *lehr_version(void) { return LEHR_VERSION; }
