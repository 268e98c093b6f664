/* SPDX-License-Identifier: Apache-2.0 */
/* lehr/solve.h - running engines on models and reading their samples.
 *
 * A lehr_context owns loaded plugins and the log callback; any number of contexts may exist, in
 * any threads; one context is used by one thread at a time. The library prints nothing, never
 * exits, and installs no signal handlers. */
#ifndef LEHR_SOLVE_H
#define LEHR_SOLVE_H

#include "lehr/model.h"

LEHR_BEGIN_DECLS

typedef struct lehr_context lehr_context;
typedef struct lehr_sampleset lehr_sampleset;
typedef struct lehr_engine lehr_engine; /* plugin.h */

typedef enum lehr_log_level { LEHR_LOG_ERROR, LEHR_LOG_WARNING, LEHR_LOG_INFO } lehr_log_level;
typedef void (*lehr_log_fn)(void *user, lehr_log_level level, const char *text);

LEHR_API lehr_status lehr_context_create(lehr_context **out) LEHR_MUST_CHECK;
LEHR_API void lehr_context_set_log(lehr_context *ctx, lehr_log_fn fn, void *user);
/* Frees the context. Plugins stay mapped: their code may still be referenced. */
LEHR_API void lehr_context_free(lehr_context *ctx);

/* Loads an engine plugin (see plugin.h). The file and its folders are checked first: owned by
 * root or the caller, not writable by others. EPERMISSION or EUNAVAILABLE with the reason. */
LEHR_API lehr_status lehr_context_load_plugin(lehr_context *ctx, const char *path,
                                              lehr_error *err) LEHR_MUST_CHECK;

/* Engines known to ctx, built-in ones first; the order is stable. NULL ctx: built-in ones. */
LEHR_API int32_t lehr_engine_count(const lehr_context *ctx);
LEHR_API const lehr_engine *lehr_engine_at(const lehr_context *ctx, int32_t index);
/* Engine of that name or NULL. */
LEHR_API const lehr_engine *lehr_engine_find(const lehr_context *ctx, const char *name);

/* ---- What to run ---- */

typedef struct lehr_progress {
  size_t struct_size;
  double elapsed_s;   /* wall seconds since the solve began */
  double fraction;    /* 0..1 of the budget, < 0 where unknown */
  int32_t has_best;   /* whether best_energy is set */
  double best_energy; /* real units */
  const char *phase;  /* short text, never NULL */
} lehr_progress;

/* Called on the thread that called lehr_solve, at most some ten times a second. */
typedef void (*lehr_progress_fn)(void *user, const lehr_progress *progress);
/* Called for every improvement, after the host has recomputed its energy. cpu_s counts the
 * process's CPU seconds since the solve began. */
typedef void (*lehr_improved_fn)(void *user, double wall_s, double cpu_s, double energy);

/* A point of a schedule of the caller's: the inverse temperature at a place of the run, in between
 * it is interpolated linearly. */
typedef struct lehr_schedule_point {
  double at;   /* the first point has 0, later ones have more; in sweeps, or as parts of the last */
  double beta; /* 1/energy, finite, >= 0 */
} lehr_schedule_point;

/* Fill with lehr_params_init, then change what you need. */
typedef struct lehr_params {
  size_t struct_size;
  const char *engine;    /* NULL or "auto": chosen from the model */
  uint64_t seed;         /* default 0 */
  int64_t reads;         /* samples asked for; 0 = the engine's default */
  int64_t work;          /* budget in spin-update attempts or table entries; 0 = default */
  double time_limit_s;   /* wall seconds; < 0 = none; 0 = report the initial states */
  uint64_t memory_bytes; /* refuse to solve above this; 0 = 80 % of what is available */
  int32_t threads;       /* at most; 0 = all that this process may use. Fewer where the memory is
                          * too little for all */
  int32_t has_target;    /* stop at an energy <= target (real units) */
  double target;
  const char *const *options; /* "key=value" texts for the engine, n_options of them */
  size_t n_options;
  const uint8_t *initial; /* n_initial rows of n bytes 0/1, reused cyclically; or NULL */
  int64_t n_initial;
  const volatile int32_t *stop; /* set it non-zero, e.g. in a signal handler, to stop; or NULL */
  lehr_progress_fn progress;
  lehr_improved_fn improved;
  void *user; /* passed to both callbacks */
  /* n_schedule points instead of the engine's own schedule, or NULL. The last point is the end of
   * the run. Its `at` is also the number of sweeps, where it is above 1 and neither an option nor a
   * budget says another one. */
  const lehr_schedule_point *schedule;
  size_t n_schedule;
  int32_t brief; /* non-zero: no options_json and statistics_json, which takes less time for tiny
                    models */
} lehr_params;

LEHR_API void lehr_params_init(lehr_params *params);

/* What a solve would take. */
typedef struct lehr_plan {
  size_t struct_size;
  uint64_t bytes;        /* most working memory beside the model, samples included */
  int32_t threads;       /* that it can use at most */
  int32_t will_prove;    /* whether the answer will be proven optimal */
  double seconds;        /* predicted on one core, NaN where unknown; from compiled-in rates */
  char note[192];        /* why the engine was chosen or cannot run */
  int64_t rows;          /* distinct samples at most; before plan() as many as reads and states */
  double time_limit_s;   /* of the parameters; set before plan() */
  uint64_t memory_bytes; /* the limit of the parameters, 0 = 80 % of what is available; set before
                          * plan() */
  /* Of a run inside of which this is planned: non-zero when it should end, and a plan that takes
   * long with it, whatever that says then. NULL: there is none. Set before plan(). */
  int (*should_stop)(void *user);
  void *user;
} lehr_plan;

/* Plans without side effects. engine NULL or "auto" chooses; *engine_name (nullable) receives the
 * chosen one. EUNAVAILABLE if the engine cannot handle the model, ENOMEM if it would not fit. */
LEHR_API lehr_status lehr_solve_plan(const lehr_context *ctx, const lehr_model *m,
                                     const lehr_params *params, lehr_plan *plan,
                                     const char **engine_name, lehr_error *err) LEHR_MUST_CHECK;

/* Solves m. Every energy in the result was recomputed by the host. Stopping early for whatever
 * reason is a success. Results depend on (model, options, seed) only - not on threads or machine -
 * unless a time limit or stop flag cut the run. *out is freed with lehr_sampleset_free.
 * ctx may be NULL (built-in engines). */
LEHR_API lehr_status lehr_solve(const lehr_context *ctx, const lehr_model *m,
                                const lehr_params *params, lehr_sampleset **out,
                                lehr_error *err) LEHR_MUST_CHECK;

/* ---- What came out ---- */

typedef enum lehr_solve_status {
  LEHR_SOLVE_UNKNOWN = 0,   /* no assignment that satisfies the groups was found */
  LEHR_SOLVE_FEASIBLE = 1,  /* best found, optimality not proven */
  LEHR_SOLVE_OPTIMAL = 2,   /* proven */
  LEHR_SOLVE_INFEASIBLE = 3 /* proven: the groups contradict each other */
} lehr_solve_status;

#define LEHR_STOP_REASONS(X)                                                                       \
  X(COMPLETED, "completed")                                                                        \
  X(PROVEN, "proven")                                                                              \
  X(TARGET, "target")                                                                              \
  X(TIME_LIMIT, "time_limit")                                                                      \
  X(WORK, "work")                                                                                  \
  X(STOPPED, "stopped")                                                                            \
  X(MEMORY, "memory")
typedef enum lehr_stop_reason {
#define X(code, text) LEHR_STOP_##code,
  LEHR_STOP_REASONS(X)
#undef X
} lehr_stop_reason;

/* Probabilities of the four states of two variables, by 2 * bit i + bit j (bit 1: spin +1). */
typedef struct lehr_pair_marginal {
  int32_t i, j; /* i < j */
  double probability[4];
} lehr_pair_marginal;

/* Facts about a result. Strings and arrays belong to the sample set. */
typedef struct lehr_result_info {
  size_t struct_size;
  lehr_solve_status status;
  lehr_stop_reason stop_reason;
  int32_t has_bound; /* bound is valid */
  int32_t proven;  /* that no state is lower; in real models, by more than 2^-30 of the energy */
  double bound; /* proven lower bound on the energy, real units */
  uint64_t seed;
  const char *engine;
  const char *options_json; /* JSON object of what the result was made with: the engine's options
                             * (values that it found itself included), and reads, work,
                             * time_limit, target where given; NULL where `brief` was asked */
  double wall_s, cpu_s, time_to_best_s; /* time_to_best_s: CPU seconds since the solve began */
  int64_t attempts;            /* spin-update attempts made (or states or entries visited) */
  const char *statistics_json; /* JSON object of what the engine tells about the course of the run:
                                * numbers and lists of numbers by name; "{}" where it tells nothing,
                                * NULL where `brief` was asked */
  /* What only exact engines know, where they were asked for it. */
  const char *degeneracy;  /* number of states with the lowest energy, in decimal; or NULL */
  int32_t has_log_z;       /* beta and log_z are set */
  double beta;             /* inverse temperature of what follows, 1/energy */
  double log_z;            /* ln of the sum over all states of exp(-beta energy), offset included */
  const double *marginals; /* [variables] probability of bit 1 at beta, or NULL */
  int64_t n_pair_marginals;
  const lehr_pair_marginal *pair_marginals; /* ascending by i, then j; NULL with n = 0 */
} lehr_result_info;

/* Distinct samples, feasible ones first, then by energy, then by bits. */
LEHR_API int64_t lehr_sampleset_size(const lehr_sampleset *s);
LEHR_API int32_t lehr_sampleset_variables(const lehr_sampleset *s);
/* Sum of all occurrences: the number of reads. */
LEHR_API int64_t lehr_sampleset_reads(const lehr_sampleset *s);
LEHR_API double lehr_sampleset_energy(const lehr_sampleset *s, int64_t row);
/* In units of scale; 0 where the model is not exact. */
LEHR_API int64_t lehr_sampleset_energy_int(const lehr_sampleset *s, int64_t row);
LEHR_API int64_t lehr_sampleset_occurrences(const lehr_sampleset *s, int64_t row);
LEHR_API int lehr_sampleset_feasible(const lehr_sampleset *s, int64_t row);
/* Writes n bytes 0/1. */
LEHR_API void lehr_sampleset_bits(const lehr_sampleset *s, int64_t row, uint8_t bits[]);
/* info->struct_size must be set by the caller. */
LEHR_API void lehr_sampleset_info(const lehr_sampleset *s, lehr_result_info *info);

/* The states of lowest energy, where an exact engine was asked for them: ascending, none left out
 * in between. Where the memory ended the list before all that were asked for, the stop reason is
 * LEHR_STOP_MEMORY. */
typedef struct lehr_lowest_state {
  size_t struct_size;
  double energy;
  int64_t energy_int;     /* in units of scale; 0 where the model is not exact */
  const char *degeneracy; /* number of all states with this energy, in decimal; NULL: unknown */
} lehr_lowest_state;
LEHR_API int64_t lehr_sampleset_lowest_size(const lehr_sampleset *s);
/* Row 0..size-1; state->struct_size must be set. Writes n bytes 0/1 unless bits is NULL. */
LEHR_API void lehr_sampleset_lowest(const lehr_sampleset *s, int64_t row, lehr_lowest_state *state,
                                    uint8_t bits[]);

LEHR_API void lehr_sampleset_free(lehr_sampleset *s);

LEHR_API const char *lehr_solve_status_text(lehr_solve_status status);
LEHR_API const char *lehr_stop_reason_text(lehr_stop_reason reason);

LEHR_END_DECLS

#endif
