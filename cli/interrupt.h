/* SPDX-License-Identifier: Apache-2.0 */
/* cli/interrupt.h - the first SIGINT or SIGTERM asks for an orderly end, the second kills.
 *
 * That is for commands with something worth saving. They call interrupt_resume(), pass
 * interrupt_flag() on as lehr_params.stop, publish what they have, and return; main() then dies of
 * the signal, as shells expect. All others are simply killed by the first signal: outputs are
 * whole files or nothing. */
#ifndef LEHR_CLI_INTERRUPT_H
#define LEHR_CLI_INTERRUPT_H

#include <stdint.h>

/* Ignores SIGPIPE and SIGXFSZ so that writes fail instead. */
void interrupt_prepare(void);
/* From here on the first signal asks for the orderly end. */
void interrupt_resume(void);
/* While there is nothing worth saving (reading input): the first signal kills at once. */
void interrupt_suspend(void);
/* Becomes non-zero with the first signal. */
const volatile int32_t *interrupt_flag(void);
/* The signal that came, e.g. "SIGINT", or NULL. */
const char *interrupt_name(void);
/* If a signal came: default action, raised again. Returns otherwise. */
void interrupt_reraise(void);

#endif
