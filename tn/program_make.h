/* SPDX-License-Identifier: Apache-2.0 */
/* tn/program_make.h - from an elimination tree to a program.
 *
 * The tree is walked in post-order. The table of the first child is carried on; it takes in the
 * variables of the next child before that one's table is begun on top of it, and the table itself
 * (JOIN) when it is there. Among the variables that v brings in when it leaves, lower slots (v's
 * own is the lowest) go to those that the table will be joined by, in the order that they have
 * there, then to those that stay longer. Where a
 * variable leaves without a successor and the next thing would be that another one enters, the two
 * make one REPLACE. Trees that have nothing in common follow each other on the same table. */
#ifndef LEHR_TN_PROGRAM_MAKE_H
#define LEHR_TN_PROGRAM_MAKE_H

#include "tn/elimination.h"
#include "tn/program.h"

/* e is an elimination of t's graph. EUNAVAILABLE if a table needs more than TN_MOST_SLOTS; ENOMEM.
 * Fields and couplings of t are copied. O((n + couplings) * width). */
lehr_status program_make(const tn_network *t, const tn_elimination *e, tn_program *out,
                         lehr_error *err);

/* elimination_make and program_make in one. */
lehr_status program_from_order(const tn_network *t, const int32_t order[], tn_program *out,
                               lehr_error *err);

#endif
