/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/plugin_elf.h - whether a shared object is all there.
 *
 * The loader maps what the headers promise; touching pages behind the end of a file that was cut
 * off (a copy that ran out of disk) would kill the process with SIGBUS. */
#ifndef LEHR_SOLVERS_PLUGIN_ELF_H
#define LEHR_SOLVERS_PLUGIN_ELF_H

#include "lehr/status.h"

/* LEHR_EUNAVAILABLE unless fd holds an ELF file whose loaded segments lie within it. */
lehr_status plugin_elf_check(int fd, lehr_error *err);

#endif
