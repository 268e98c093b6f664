/* SPDX-License-Identifier: Apache-2.0 */
/* lehr/plugin.h - the engine interface; built-in engines and plugins are the same thing.
 *
 * A plugin is a shared object NAME.lehr.so that exports one function, lehr_plugin_v1. It needs
 * this header only and links nothing of lehr: everything it may call comes in lehr_run.
 * Every struct begins with its size in bytes as the writer knows it; fields are only appended.
 * Callbacks must be called on the thread that entered run(), except should_stop. */
#ifndef LEHR_PLUGIN_H
#define LEHR_PLUGIN_H

#include "lehr/solve.h"

LEHR_BEGIN_DECLS

#define LEHR_PLUGIN_ABI 1u

/* What an engine can do (lehr_engine.caps). */
#define LEHR_CAP_PROVES (1u << 0)         /* may prove optimality */
#define LEHR_CAP_GROUPS (1u << 1)         /* keeps disjoint groups by its moves */
#define LEHR_CAP_GROUPS_OVERLAP (1u << 2) /* overlapping groups as well */
#define LEHR_CAP_THREADS (1u << 3)        /* uses several threads */
#define LEHR_CAP_INITIAL (1u << 4)        /* starts from given states */
#define LEHR_CAP_SCHEDULE (1u << 5)       /* follows a given schedule of temperatures */

typedef enum lehr_option_type {
  LEHR_OPTION_INT = 0,   /* int64_t */
  LEHR_OPTION_REAL = 1,  /* double */
  LEHR_OPTION_FLAG = 2,  /* int64_t 0 or 1 */
  LEHR_OPTION_CHOICE = 3 /* int64_t index into the names in `unit`: letters, digits and _-+.,
                          * separated by '|' */
} lehr_option_type;

/* One option of an engine; the value lies at `offset` of the engine's options struct. */
typedef struct lehr_option {
  const char *name;
  lehr_option_type type;
  size_t offset;
  double default_value;
  double low, high; /* inclusive; integers up to 2^53 */
  const char *unit; /* unit text, or for CHOICE the names separated by '|' */
  const char *help;
} lehr_option;

typedef struct lehr_option_table {
  size_t struct_size;
  size_t options_bytes; /* size of the options struct */
  size_t n_options;
  const lehr_option *options;
} lehr_option_table;

typedef struct lehr_run lehr_run;

/* Everything an engine gets. Owned by the host, valid during run(). */
struct lehr_run {
  size_t struct_size;
  const lehr_model_view *model;
  const void *options;    /* the filled options struct, defaults included */
  uint64_t key;           /* random key from (seed, engine name) */
  int64_t reads;          /* > 0: samples wanted; 0: the engine's default */
  int64_t work;           /* > 0: stop when so many attempts were made, in steps as small as the
                           * engine's method allows; 0: the engine's default */
  double time_limit_s;    /* < 0: none; 0: report initial states only */
  int32_t threads;        /* >= 1: use at most so many */
  int64_t n_initial;      /* rows in `initial`; read r starts from row r % n_initial */
  const uint8_t *initial; /* n_initial * n bytes 0/1, or NULL */
  void *host;             /* private to the host */

  /* Working memory, zeroed, 64-byte aligned, freed by the host after run(). NULL when the memory
   * limit or the machine refuses. Not thread-safe. */
  void *(*alloc)(lehr_run *run, size_t bytes);
  /* Non-zero when run() should come to its end: stop flag, deadline, or target reached. Poll at
   * least every 10 ms. Thread-safe and cheap (< 100 ns). */
  int (*should_stop)(lehr_run *run);
  /* A candidate found on the way: n bytes 0/1. The host recomputes its energy and keeps the best.
   * Returns non-zero when run() should come to its end. */
  int (*improved)(lehr_run *run, const uint8_t bits[]);
  /* A finished read. Rows are merged by the host. LEHR_ENOMEM if it could not be kept. */
  lehr_status (*sample)(lehr_run *run, const uint8_t bits[], int64_t occurrences);
  /* States that no assignment has an energy below `energy` (units of scale for exact models).
   * Equal to the best reported energy means: proven optimal; in real models, whose coefficients
   * are rounded anyway, 2^-30 of it below as well. */
  void (*bound_int)(lehr_run *run, int64_t energy);
  void (*bound_real)(lehr_run *run, double energy);
  /* States that no assignment satisfies the groups. */
  void (*infeasible)(lehr_run *run);
  /* fraction 0..1 of the budget, < 0 where unknown; phase: short static text. */
  void (*progress)(lehr_run *run, double fraction, const char *phase);
  /* Adds to the count of spin-update attempts (or states or table entries visited). */
  void (*attempts)(lehr_run *run, int64_t count);
  /* Detail text for a failing run(); returns `status`. */
  lehr_status (*fail)(lehr_run *run, lehr_status status, const char *text);
  /* A budget ended the run early although should_stop did not say so: LEHR_STOP_WORK,
   * LEHR_STOP_TIME_LIMIT (e.g. the next round would not fit), or LEHR_STOP_MEMORY. Not needed once
   * attempts() has reached `work`. Other reasons, and budgets that were not given, are ignored. */
  void (*ended_by)(lehr_run *run, lehr_stop_reason reason);
  /* The value used for an option whose given value left it to the engine, e.g. sweeps=0. The
   * result reports it, so that it can be repeated. `options` stays as it is; unknown names are
   * ignored; CHOICE by index. */
  void (*used)(lehr_run *run, const char *name, double value);

  const lehr_schedule_point *schedule; /* n_schedule points, or NULL; checked by the host */
  size_t n_schedule;
  /* `count` finished reads at once, rows[count][n], as by sample() one after the other. Their
   * energies are recomputed together, which is many times faster. */
  lehr_status (*samples)(lehr_run *run, const uint8_t rows[], int64_t count);
  /* Facts about the course of the run for those who read the result, e.g. rates of acceptance: one
   * number, or a list of `count` numbers, under a name of at most 31 of a-z, 0-9, _. Equal for
   * equal (model, options, seed), as samples are. The first one of a name counts; names that are
   * none, lists of more than 1024 numbers, and what goes beyond 32 kB of text in all are left out.
   */
  void (*statistic)(lehr_run *run, const char *name, double value);
  void (*statistics)(lehr_run *run, const char *name, const double values[], int64_t count);

  /* What the run may take in all, samples included; UINT64_MAX where plan() asked for so little
   * that nobody looked. */
  uint64_t memory_bytes;
  /* Results that only exact engines have (lehr_result_info says what they mean). The host checks
   * what can be checked: a run fails whose numbers contradict each other or its samples. Each is
   * told once; LEHR_ENOMEM if it could not be kept. */
  lehr_status (*degeneracy)(lehr_run *run, const char *decimal);
  lehr_status (*log_z)(lehr_run *run, double beta, double log_z);
  /* ones[n]: probabilities of bit 1; pairs ascending by i, then j, each at most once. */
  lehr_status (*marginals)(lehr_run *run, const double ones[], int64_t n_pairs,
                           const lehr_pair_marginal pairs[]);
  /* One of the lowest states; all of them in any order. degeneracy: of its energy, in decimal; NULL
   * where unknown. */
  lehr_status (*lowest)(lehr_run *run, const uint8_t bits[], const char *degeneracy);

  /* What lehr_engine.prepare() made for this run, to be read or changed; NULL where nothing was. */
  void *prepared;

  /* Something that was asked for beside the best sample is not told, or not all of it. Then a proof
   * of that sample is not why the run ended, but what should_stop or ended_by() say. */
  void (*unfinished)(lehr_run *run);
};

/* An engine. Constant data; NULL options table = none. */
struct lehr_engine {
  size_t struct_size;
  uint32_t abi;        /* LEHR_PLUGIN_ABI */
  uint32_t caps;       /* LEHR_CAP_* */
  const char *name;    /* [a-z][a-z0-9-]*, at most 31 characters */
  const char *summary; /* one line */
  const lehr_option_table *options;
  /* Fills bytes (of its own; the host adds those of `rows` samples), threads, will_prove, seconds,
   * note. No side effects. EUNAVAILABLE with a note if this engine cannot handle the model. Asked
   * again with fewer threads where the bytes are more than there may be. `reads` as in lehr_run. */
  lehr_status (*plan)(const lehr_model_view *model, const void *options, int64_t reads,
                      int32_t threads, lehr_plan *plan);
  lehr_status (*run)(lehr_run *run);

  /* From here on fields may be NULL, or lie beyond struct_size: for engines whose plan() takes
   * long. The same as plan(), called instead of it where a run follows: *prepared is for
   * lehr_run.prepared. Unless it is NULL, the host calls discard() in the end, run or not. */
  lehr_status (*prepare)(const lehr_model_view *model, const void *options, int64_t reads,
                         int32_t threads, lehr_plan *plan, void **prepared);
  void (*discard)(void *prepared);
};

/* What the host tells a plugin when it loads. */
typedef struct lehr_host {
  size_t struct_size;
  uint32_t abi;
  const char *version; /* of the host, e.g. "0.1.0" */
} lehr_host;

/* The one exported symbol. Returns NULL if the plugin cannot work with this host. The engine must
 * stay valid until the process ends. */
LEHR_API const lehr_engine *lehr_plugin_v1(const lehr_host *host);
typedef const lehr_engine *(*lehr_plugin_v1_fn)(const lehr_host *host);

LEHR_END_DECLS

#endif
