/* SPDX-License-Identifier: Apache-2.0 */
/* cli/command_line.h - argp with the manners that argp lacks.
 *
 * Long options must be written out: an abbreviation that works today would become ambiguous or
 * change its meaning with the next option. */
#ifndef LEHR_CLI_COMMAND_LINE_H
#define LEHR_CLI_COMMAND_LINE_H

#include <argp.h>

/* argp_parse(argp, argc, argv, 0, NULL, input); wrong options end the process with exit status 64
 * and say which option is nearest. */
void command_line_parse(const struct argp *argp, int argc, char **argv, void *input);

#endif
