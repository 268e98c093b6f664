/* SPDX-License-Identifier: Apache-2.0 */
/* lehr/model.h - quadratic models over binary (0/1) or spin (-1/+1) variables.
 *
 *   E(x) = offset + sum_i linear_i x_i + sum_{i<j} weight_ij x_i x_j        (minimised)
 *
 * A model is immutable once built and may be read from any number of threads.
 * Bits: an assignment is n bytes, each 0 or 1; for spin variables 1 means +1 and 0 means -1. */
#ifndef LEHR_MODEL_H
#define LEHR_MODEL_H

#include "lehr/status.h"

#include <stddef.h>
#include <stdint.h>

LEHR_BEGIN_DECLS

typedef enum lehr_vartype { LEHR_BINARY = 0, LEHR_SPIN = 1 } lehr_vartype;

/* Side conditions that engines handle by their moves instead of penalties.
 * ONE_HOT: exactly one member is 1. AT_MOST_ONE: none or one. CARDINALITY: exactly k. */
typedef enum lehr_group_kind {
  LEHR_GROUP_ONE_HOT = 1,
  LEHR_GROUP_AT_MOST_ONE = 2,
  LEHR_GROUP_CARDINALITY = 3
} lehr_group_kind;

/* Read-only look into a model: what engines and plugins get. All arrays belong to the model.
 *
 * Couplings are compressed rows holding both triangles without diagonal: the neighbours of i
 * are col[row[i] .. row[i+1]-1], ascending, and each coupling {i,j} appears in row i and row j
 * with its full coefficient.
 *
 * Exact models (is_exact) hold int64 coefficients in units of `scale`: exactly one of
 * weight_i64 / weight_f64 (and of linear_*) is non-NULL. For exact models any sum of terms is
 * bounded by INT64_MAX/4 in magnitude, so energies and flip deltas cannot wrap. */
typedef struct lehr_model_view {
  size_t struct_size;
  int32_t n;              /* variables, >= 0 */
  int32_t vartype;        /* lehr_vartype */
  int64_t n_interactions; /* couplings, each counted once */
  const int64_t *row;     /* [n+1] */
  const int32_t *col;     /* [2 * n_interactions] */
  int32_t is_exact;
  int32_t groups_disjoint;   /* no variable is in two groups */
  const int64_t *weight_i64; /* [2 * n_interactions] or NULL */
  const int64_t *linear_i64; /* [n] or NULL */
  int64_t offset_i64;
  const double *weight_f64; /* [2 * n_interactions] or NULL */
  const double *linear_f64; /* [n] or NULL */
  double offset_f64;        /* offset in real units; always set */
  double scale;             /* real value = integer * scale; 1 for real models */
  int32_t n_groups;
  const int64_t *group_ptr;  /* [n_groups+1] */
  const int32_t *group_idx;  /* [group_ptr[n_groups]] member variables */
  const int8_t *group_kind;  /* [n_groups] lehr_group_kind */
  const int32_t *group_k;    /* [n_groups] required ones (1 for ONE_HOT and AT_MOST_ONE) */
  const int32_t *time_index; /* [n] layout hint for tensor networks, or NULL */
} lehr_model_view;

typedef struct lehr_model lehr_model;
typedef struct lehr_builder lehr_builder;

/* Starts an empty model of n variables (0 <= n < INT32_MAX). Free with lehr_builder_free. O(1). */
LEHR_API lehr_status lehr_builder_create(lehr_vartype vartype, int32_t n,
                                         lehr_builder **out) LEHR_MUST_CHECK;

/* Adds value * x_i * x_j. Entries for the same pair are summed, (i,j) and (j,i) are the same
 * pair, i == j is linear for binary variables (x*x = x) and constant for spins (s*s = 1).
 * EINPUT if an index is outside 0..n-1 or value is not finite. Amortised O(1). */
LEHR_API lehr_status lehr_builder_add(lehr_builder *b, int32_t i, int32_t j, double value,
                                      lehr_error *err) LEHR_MUST_CHECK;
LEHR_API lehr_status lehr_builder_add_int(lehr_builder *b, int32_t i, int32_t j, int64_t value,
                                          lehr_error *err) LEHR_MUST_CHECK;

/* Adds value * x_i, for either variable type. */
LEHR_API lehr_status lehr_builder_add_linear(lehr_builder *b, int32_t i, double value,
                                             lehr_error *err) LEHR_MUST_CHECK;
LEHR_API lehr_status lehr_builder_add_linear_int(lehr_builder *b, int32_t i, int64_t value,
                                                 lehr_error *err) LEHR_MUST_CHECK;

/* Adds a constant. */
LEHR_API lehr_status lehr_builder_add_offset(lehr_builder *b, double value,
                                             lehr_error *err) LEHR_MUST_CHECK;
LEHR_API lehr_status lehr_builder_add_offset_int(lehr_builder *b, int64_t value,
                                                 lehr_error *err) LEHR_MUST_CHECK;

/* Multiplies every coefficient by `scale` (> 0, finite) when the model is built. Use it to hand
 * over integer coefficients of a scaled model exactly. */
LEHR_API lehr_status lehr_builder_set_scale(lehr_builder *b, double scale) LEHR_MUST_CHECK;

/* Adds a group over `count` distinct variables; k is used by CARDINALITY only
 * (0 <= k <= count). The array is copied. */
LEHR_API lehr_status lehr_builder_add_group(lehr_builder *b, lehr_group_kind kind,
                                            const int32_t idx[], int64_t count, int32_t k,
                                            lehr_error *err) LEHR_MUST_CHECK;

/* Optional names. `label` is copied; variables without one are called by their index. */
LEHR_API lehr_status lehr_builder_set_name(lehr_builder *b, const char *name) LEHR_MUST_CHECK;
LEHR_API lehr_status lehr_builder_set_label(lehr_builder *b, int32_t i,
                                            const char *label) LEHR_MUST_CHECK;

/* Layout hint: time_index[n], copied. */
LEHR_API lehr_status lehr_builder_set_time_index(lehr_builder *b,
                                                 const int32_t time_index[]) LEHR_MUST_CHECK;

/* Makes the model. Coefficients that are exactly integer * 10^-k or integer * 2^-k for one k
 * become int64 (see is_exact). ERANGE if the magnitudes sum up to more than INT64_MAX/4,
 * those of real models to more than 2^1015.
 * The builder stays valid and unchanged; free it. O(n + entries). */
LEHR_API lehr_status lehr_builder_finish(const lehr_builder *b, lehr_model **out,
                                         lehr_error *err) LEHR_MUST_CHECK;
LEHR_API void lehr_builder_free(lehr_builder *b);

/* The model's arrays; valid until lehr_model_free. Never NULL. */
LEHR_API const lehr_model_view *lehr_model_look(const lehr_model *m);
/* Name of the model or "". */
LEHR_API const char *lehr_model_name(const lehr_model *m);
/* Label of variable i, or NULL if it has none. */
LEHR_API const char *lehr_model_label(const lehr_model *m, int32_t i);

/* Energy of bits[n] in real units (offset included). Exact models sum in int64, real ones with
 * compensated summation in fixed order. O(interactions). */
LEHR_API double lehr_model_energy(const lehr_model *m, const uint8_t bits[]);
/* The same in units of scale; only for exact models (0 otherwise). */
LEHR_API int64_t lehr_model_energy_int(const lehr_model *m, const uint8_t bits[]);
/* Non-zero if every group's condition holds. */
LEHR_API int lehr_model_feasible(const lehr_model *m, const uint8_t bits[]);

/* The same model over the other variable type, x = (1 + s) / 2; bits keep their meaning and every
 * energy is unchanged. ERANGE if the exact form does not fit. */
LEHR_API lehr_status lehr_model_convert(const lehr_model *m, lehr_vartype vartype, lehr_model **out,
                                        lehr_error *err) LEHR_MUST_CHECK;

LEHR_API void lehr_model_free(lehr_model *m);

LEHR_END_DECLS

#endif
