/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/plugin_file.h - whether nobody else could have put this plugin where it lies.
 *
 * A plugin is native code with the caller's rights. These checks stop planted files and accidents,
 * not the malice of somebody who may already act as root or the caller. */
#ifndef LEHR_SOLVERS_PLUGIN_FILE_H
#define LEHR_SOLVERS_PLUGIN_FILE_H

#include "lehr/status.h"

/* Opens path for reading if it is a regular file (no symbolic link) owned by root or the caller,
 * writable by nobody else, and the same holds for every folder above it; root's sticky folders
 * such as /tmp pass. LEHR_EPERMISSION or LEHR_EUNAVAILABLE with the reason. Close *fd. */
lehr_status plugin_file_open(const char *path, int *fd, lehr_error *err);

#endif
