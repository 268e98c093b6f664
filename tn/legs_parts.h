/* SPDX-License-Identifier: Apache-2.0 */
/* tn/legs_parts.h - between legs.c, which lists legs and their states, and legs_network.c, which
 * makes a network of them. */
#ifndef LEHR_TN_LEGS_PARTS_H
#define LEHR_TN_LEGS_PARTS_H

#include "tn/legs.h"

/* Members, states and bits; no factor has a code yet. ENOMEM. */
lehr_status legs_list(const lehr_model_view *m, const uint8_t is_leg[], tn_legs *out,
                      lehr_error *err);

#endif
