/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tabu/dense.h"

#include <string.h>

/* A flip costs `vector` per 64 variables in rows and `leaf` per neighbour in a tournament. In
 * nanoseconds on one core of Zen 4, from moves per second of `lehr-bench p3000` and
 * `lehr solve G22.mc --engine tabu`. Rows must also keep below 100 bytes per coupling. */
static const double vector_ns = 3.5, pass_ns = 30, leaf_ns = 6, leaves_ns = 30;
enum { BYTES_PER_COUPLING = 100, FEWEST_FLIPS = 16 };

static int32_t padded_to_chunks(int32_t n) {
  return (n + DENSE_CHUNK - 1) / DENSE_CHUNK * DENSE_CHUNK;
}

/* Bytes of a row entry, as log2, that holds -step..step. */
static int type_of(int64_t step) { return step <= INT8_MAX ? 0 : step <= INT16_MAX ? 1 : 2; }

/* Largest |J|. */
static int64_t largest_coupling(const spin_form *f) {
  int64_t most = 0;
  for (int64_t k = 0; k < f->row[f->n]; k++) {
    const int64_t size = f->J[k] < 0 ? -f->J[k] : f->J[k];
    most = size > most ? size : most;
  }
  return most;
}

static bool is_dense_enough(int32_t n, int64_t entries, int bytes) {
  const double degree = n > 0 ? (double)entries / n : 0;
  const double in_rows = pass_ns + vector_ns * padded_to_chunks(n) / DENSE_CHUNK;
  return in_rows < leaves_ns + leaf_ns * degree &&
         (double)n * bytes < BYTES_PER_COUPLING * degree / 2 + 4096;
}

bool dense_pays(const spin_form *f) {
  if (f->n == 0 || f->largest_field >= INT32_MAX / 2) return false;
  return is_dense_enough(f->n, f->row[f->n], 1 << type_of(largest_coupling(f)));
}

static uint64_t matrix_bytes(int32_t n, int type) {
  return (((uint64_t)n + 1) * (uint64_t)padded_to_chunks(n)) << type;
}

uint64_t dense_most_bytes(const lehr_model_view *m) {
  uint64_t most = 0;
  for (int type = 0; type < DENSE_ROW_TYPES; type++)
    if (is_dense_enough(m->n, 2 * m->n_interactions, 1 << type)) most = matrix_bytes(m->n, type);
  return most + 4 * (uint64_t)padded_to_chunks(m->n) + 128;
}

static void put(const flip_model *m, void *rows, size_t at, int64_t value) {
  if (m->row_type == 0)
    ((int8_t *)rows)[at] = (int8_t)value;
  else if (m->row_type == 1)
    ((int16_t *)rows)[at] = (int16_t)value;
  else
    ((int32_t *)rows)[at] = (int32_t)value;
}

bool dense_prepare(flip_model *m, lehr_run *run) {
  const spin_form *f = m->form;
  m->is_dense = true;
  m->padded = padded_to_chunks(f->n);
  m->largest_step = 2 * largest_coupling(f);
  m->row_type = type_of(m->largest_step / 2);
  m->field_type = m->row_type < 2 && f->largest_field < INT16_MAX ? 1 : 2;
  void *rows = run->alloc(run, matrix_bytes(f->n, m->row_type));
  int32_t *rest = run->alloc(run, (size_t)m->padded * sizeof *rest);
  if (!rows || !rest) return false;
  for (int32_t i = 0; i < f->n; i++) {
    int64_t sum = f->h[i];
    for (int64_t k = f->row[i]; k < f->row[i + 1]; k++) {
      put(m, rows, (size_t)i * (size_t)m->padded + (size_t)f->col[k], f->J[k]);
      sum += f->J[k];
    }
    rest[i] = (int32_t)sum;
  }
  m->rows = rows;
  m->rest = rest;
  return true;
}

static void set_word(const flips *f, void *array, int32_t i, int32_t narrow, int32_t wide) {
  if (f->type == 1)
    ((int16_t *)array)[i] = (int16_t)narrow;
  else
    ((int32_t *)array)[i] = wide;
}

static int32_t word(const flips *f, const void *array, int32_t i) {
  return f->type == 1 ? ((const int16_t *)array)[i] : ((const int32_t *)array)[i];
}

static void bar(flips *f, int32_t i, bool is_barred) {
  set_word(f, f->bars, i, is_barred ? INT16_MAX : INT16_MIN, is_barred ? INT32_MAX : INT32_MIN);
}

/* Whether fields are kept as halves: where int16 is chosen although it may not do for ever. */
static bool is_halved(const flips *f) { return f->type == 1 && f->model->field_type != 1; }

/* The parity of g_i in all states. */
static int32_t parity(const flips *f, int32_t i) { return f->model->rest[i] & 1; }

static int32_t field_of(const flips *f, int32_t i) {
  const int32_t kept = word(f, f->field, i);
  return is_halved(f) ? 2 * kept + parity(f, i) : kept;
}

static void set_turn(flips *f, int32_t i, uint8_t bit) {
  const int32_t turn = -bit, less = is_halved(f) && parity(f, i) ? 0 : turn;
  f->bits[i] = bit;
  set_word(f, f->turn, i, turn, turn);
  set_word(f, f->less, i, less, less);
}

static dense_found pass(flips *f, int32_t row, bool is_minus) {
  const flip_model *m = f->model;
  const dense_kernel_set *set = &dense_baseline;
  if (f->level == DENSE_SCALAR) set = &dense_scalar;
#if defined(__x86_64__)
  if (f->level == CPU_AVX2) set = &dense_avx2;
  if (f->level == CPU_AVX512) set = &dense_avx512;
#endif
  const size_t row_bytes = (size_t)m->padded << m->row_type;
  const dense_pass p = {.row = (const char *)m->rows + (size_t)row * row_bytes,
                        .field = f->field,
                        .turn = f->turn,
                        .less = f->less,
                        .bars = f->bars,
                        .padded = m->padded,
                        .start =
                            (int32_t)flips_below(&f->random, (uint32_t)(m->padded / DENSE_CHUNK)),
                        .is_minus = is_minus};
  return (*set)[is_halved(f) ? 2 : f->type - 1][m->row_type](&p);
}

/* Largest size of what is kept. */
static int32_t largest_kept(const flips *f) {
  const int16_t *narrow = f->field;
  const int32_t *wide = f->field, n = f->model->form->n;
  int32_t low = 0, high = 0;
  for (int32_t i = 0; f->type == 1 && i < n; i++) {
    low = narrow[i] < low ? narrow[i] : low;
    high = narrow[i] > high ? narrow[i] : high;
  }
  for (int32_t i = 0; f->type == 2 && i < n; i++) {
    low = wide[i] < low ? wide[i] : low;
    high = wide[i] > high ? wide[i] : high;
  }
  return -low > high ? -low : high;
}

/* Converts all arrays to fields of 2^type bytes. */
static void retype(flips *f, int type) {
  const flip_model *m = f->model;
  const flips old = *f;
  const bool is_wider = type > f->type; /* from behind, since it happens in place */
  if (type == f->type) return;
  f->type = type;
  for (int32_t k = 0; k < m->padded; k++) {
    const int32_t i = is_wider ? m->padded - 1 - k : k;
    const int32_t g = field_of(&old, i);
    const bool is_barred = word(&old, old.bars, i) > 0;
    const uint8_t bit = i < m->form->n ? f->bits[i] : 0;
    set_word(f, f->field, i, is_halved(f) ? (g - parity(f, i)) / 2 : g, g);
    if (i < m->form->n) set_turn(f, i, bit);
    bar(f, i, is_barred);
  }
}

/* Flips that halves in int16 are certain to bear. */
static int64_t bearable(const flips *f) {
  const int64_t kept = largest_kept(f), halves = is_halved(f) ? kept : kept / 2 + 1;
  const int64_t room = INT16_MAX - 1 - halves, step = f->model->largest_step / 2;
  return room < 0 ? 0 : step > 0 ? room / step : INT64_MAX;
}

/* Before a flip that halves may not bear. */
static void check_range(flips *f) {
  f->until_check = bearable(f);
  if (f->until_check >= FEWEST_FLIPS) return;
  retype(f, 2);
  f->until_check = INT64_MAX;
}

static flip_choice choice(const flips *f, dense_found found) {
  if (found.value == (f->type == 1 ? INT16_MAX : INT32_MAX)) return (flip_choice){-1, 0};
  const int64_t cost = found.value;
  return (flip_choice){found.index, is_halved(f) ? 2 * cost + parity(f, found.index) : cost};
}

static flip_choice best(flips *f) { return choice(f, pass(f, f->model->form->n, false)); }

static flip_choice flip(flips *f, int32_t i) {
  if (f->until_check <= 0) check_range(f);
  f->until_check--;
  const uint8_t old = f->bits[i];
  const int64_t g = field_of(f, i);
  f->energy += old ? -g : g;
  set_turn(f, i, old ^ 1);
  return choice(f, pass(f, i, old != 0));
}

/* The type that the fields of the current state ask for, whatever it was before. */
static void choose_type(flips *f) {
  const flip_model *m = f->model;
  f->until_check = INT64_MAX;
  if (m->field_type == 1) {
    retype(f, 1);
    return;
  }
  const int64_t flips_left = m->row_type < 2 ? bearable(f) : 0;
  const bool is_narrow = flips_left > 2 * FEWEST_FLIPS;
  if (is_narrow) f->until_check = flips_left;
  retype(f, is_narrow ? 1 : 2);
}

static void sum_energy(flips *f) {
  const spin_form *form = f->model->form;
  int64_t quarters = 0, rest = 0; /* of 2 E = sum_i s_i (h_i + g_i) */
  for (int32_t i = 0; i < form->n; i++) {
    const int64_t sum = form->h[i] + field_of(f, i), term = f->bits[i] ? sum : -sum;
    quarters += term >> 2;
    rest += term & 3;
  }
  f->energy = quarters + (rest >> 2);
}

static void enter_afresh(flips *f, const uint8_t bits[]) {
  const flip_model *m = f->model;
  const int32_t n = m->form->n;
  f->type = 2;
  memcpy(f->field, m->rest, (size_t)m->padded * sizeof *m->rest);
  for (int32_t i = 0; i < m->padded; i++) bar(f, i, i >= n);
  for (int32_t i = 0; i < n; i++) set_turn(f, i, bits[i]);
  for (int32_t i = 0; i < n; i++)
    if (!bits[i]) (void)pass(f, i, true);
  sum_energy(f);
}

/* A state that is near is reached by flips. The type is that of the state: with halves, what is
 * chosen among nearly equal flips depends on it. */
static void enter(flips *f, const uint8_t bits[]) {
  const int32_t n = f->model->form->n;
  int32_t distance = 0;
  for (int32_t i = 0; i < n; i++) distance += f->bits[i] ^ bits[i];
  if (!f->is_entered || distance > n / 3) enter_afresh(f, bits);
  for (int32_t i = 0; i < n; i++) {
    bar(f, i, false);
    if (f->bits[i] != bits[i]) (void)flip(f, i);
  }
  f->is_entered = true;
  choose_type(f);
}

bool dense_make(flips *f, lehr_run *run, int level) {
  const size_t bytes = (size_t)f->model->padded * sizeof(int32_t);
  f->level = level;
  f->enter = enter;
  f->flip = flip;
  f->best = best;
  f->bar = bar;
  f->field = run->alloc(run, bytes);
  f->turn = run->alloc(run, bytes);
  f->less = run->alloc(run, bytes);
  f->bars = run->alloc(run, bytes);
  return f->field && f->turn && f->less && f->bars;
}
