/* SPDX-License-Identifier: Apache-2.0 */
/* base/c_random.h - calling code that draws from rand() of the C library, as METIS does.
 *
 * That generator is one for the whole process. So one such call is made at a time, whatever thread
 * it comes from, with a state of its own: it neither depends on what was drawn before nor changes
 * what the program draws afterwards. Only a program that draws in another thread meanwhile would
 * disturb it. */
#ifndef LEHR_BASE_C_RANDOM_H
#define LEHR_BASE_C_RANDOM_H

/* Calls work(context) while rand() draws the numbers of a seed. */
void c_random_call(unsigned seed, void (*work)(void *context), void *context);

#endif
