/* SPDX-License-Identifier: Apache-2.0 */
/* Bare lists of `i j value`, where `i i value` is a linear term.
 *
 *   ising  spins, minimise sum J s_i s_j + sum h_i s_i. May begin with "n m" or "n m E0" (Qubist
 *          and planted instances). 1-based unless a comment says "0-based" or index 0 occurs.
 *   coo    dimod's format: 0-based, binary unless "# vartype=SPIN".
 * The number of variables is the header's, a comment's ("# variables = n"), or the largest index.
 */
#include "base/error.h"
#include "io/registry.h"
#include "io/text_model.h"
#include "io/text_sniff.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct item {
  int32_t at[2];
  text_number value;
} item;

typedef struct list {
  text_reader *r;
  text_notes notes;
  item *items;
  int64_t count, capacity;
  int32_t largest, smallest; /* index; -1 and INT32_MAX while empty */
  int64_t n, m;              /* of a header line of two numbers, -1 without one */
} list;

static lehr_status push(list *l, item entry, lehr_error *err) {
  if (l->count == l->capacity) {
    const int64_t wanted = l->capacity < 64 ? 64 : l->capacity * 2;
    item *grown = realloc(l->items, (size_t)wanted * sizeof *grown);
    if (!grown) return error_memory(err, (uint64_t)wanted * sizeof *grown);
    l->items = grown;
    l->capacity = wanted;
  }
  l->items[l->count++] = entry;
  return LEHR_OK;
}

static lehr_status read_item(list *l, bool is_first, lehr_error *err) {
  int64_t i, j;
  item entry;
  LEHR_TRY(text_int(l->r, "variable", 0, INT32_MAX - 1, &i, err));
  LEHR_TRY(text_int(l->r, "variable", 0, INT32_MAX - 1, &j, err));
  if (is_first && !text_has_word(l->r)) {
    l->n = i;
    l->m = j;
    return LEHR_OK;
  }
  LEHR_TRY(text_value(l->r, "value", &entry.value, err));
  LEHR_TRY(text_end_of_line(l->r, err));
  entry.at[0] = (int32_t)i;
  entry.at[1] = (int32_t)j;
  return push(l, entry, err);
}

static lehr_status read_items(list *l, bool may_have_header, lehr_error *err) {
  bool is_first = may_have_header;
  for (;;) {
    bool has_line;
    LEHR_TRY(notes_next_line(&l->notes, l->r, "#%c", &has_line, err));
    if (!has_line) return LEHR_OK;
    LEHR_TRY(read_item(l, is_first, err));
    is_first = false;
  }
}

static void find_range(list *l, int64_t from) {
  l->largest = -1;
  l->smallest = INT32_MAX;
  for (int64_t k = from; k < l->count; k++) {
    for (int side = 0; side < 2; side++) {
      const int32_t index = l->items[k].at[side];
      if (index > l->largest) l->largest = index;
      if (index < l->smallest) l->smallest = index;
    }
  }
}

/* "n m E0" looks like an entry. It is a header if exactly m entries follow, none beyond n. */
static bool first_is_header(list *l) {
  if (l->n >= 0 || l->count == 0 || l->items[0].at[1] != l->count - 1) return false;
  find_range(l, 1);
  return l->largest <= l->items[0].at[0];
}

static lehr_status check_header(list *l, int64_t entries, lehr_error *err) {
  if (l->n < 0 || l->m == entries) return LEHR_OK;
  return text_error(l->r, err, LEHR_EINPUT, "%" PRId64 " entries declared, %" PRId64 " present",
                    l->m, entries);
}

typedef struct shape {
  lehr_vartype vartype;
  int base;
  int64_t n;
} shape;

static lehr_status find_shape(const list *l, int base, shape *s, lehr_error *err) {
  s->base = l->notes.has_base ? l->notes.base : base;
  if (!l->notes.has_base && l->smallest == 0) s->base = 0;
  if (l->count > 0 && l->smallest < s->base)
    return error_set(err, LEHR_EINPUT, "index %d in a %d-based file", l->smallest, s->base);
  const int64_t declared = l->n >= 0 ? l->n : l->notes.variables;
  const int64_t used = (int64_t)l->largest - s->base + 1;
  s->n = declared >= 0 ? declared : used > 0 ? used : 0;
  if (used > s->n)
    return error_set(err, LEHR_EINPUT, "index %d, but only %" PRId64 " variables declared",
                     l->largest, s->n);
  return text_check_variables(l->r, s->n, err);
}

static lehr_status build(const list *l, shape s, int64_t from, lehr_model **out, lehr_error *err) {
  lehr_builder *b;
  lehr_status status = lehr_builder_create(s.vartype, (int32_t)s.n, &b);
  if (status != LEHR_OK) return error_memory(err, 0);
  for (int64_t k = from; k < l->count && status == LEHR_OK; k++) {
    const item *e = &l->items[k];
    const int32_t at[2] = {e->at[0] - s.base, e->at[1] - s.base};
    status = at[0] == at[1] ? text_add_linear(b, l->r, at[0], e->value, err)
                            : text_add(b, l->r, at, e->value, err);
  }
  if (status == LEHR_OK && l->notes.has_offset) status = text_add_offset(b, l->notes.offset, err);
  if (status == LEHR_OK) return text_finish(b, l->r, s.n, out, err);
  lehr_builder_free(b);
  return status;
}

/* Reads everything into l and makes the model. */
static lehr_status read_list(list *l, shape s, bool may_have_header, lehr_model **out,
                             lehr_error *err) {
  const int base = s.base;
  notes_init(&l->notes);
  LEHR_TRY(read_items(l, may_have_header, err));
  const bool has_long_header = may_have_header && first_is_header(l);
  const int64_t from = has_long_header;
  if (has_long_header) l->n = l->items[0].at[0];
  find_range(l, from);
  if (!has_long_header) LEHR_TRY(check_header(l, l->count, err));
  LEHR_TRY(find_shape(l, base, &s, err));
  if (l->notes.has_vartype) s.vartype = l->notes.vartype;
  return build(l, s, from, out, err);
}

static lehr_status read_ising(text_reader *r, const char *selector, lehr_model **out,
                              lehr_objective *objective, lehr_error *err) {
  (void)selector;
  (void)objective;
  list l = {.r = r, .n = -1, .m = -1};
  const lehr_status status = read_list(&l, (shape){LEHR_SPIN, 1, 0}, true, out, err);
  free(l.items);
  return status;
}

static lehr_status read_coo(text_reader *r, const char *selector, lehr_model **out,
                            lehr_objective *objective, lehr_error *err) {
  (void)selector;
  (void)objective;
  list l = {.r = r, .n = -1, .m = -1};
  const lehr_status status = read_list(&l, (shape){LEHR_BINARY, 0, 0}, false, out, err);
  free(l.items);
  return status;
}

/* ---- Writing ---- */

static lehr_status write_list(const lehr_model *m, lehr_vartype vartype, int base,
                              const char *first_line, const char *comment, publication *p,
                              lehr_error *err) {
  lehr_model *owned;
  LEHR_TRY(text_writable(m, vartype, base ? "ising" : "coo", &owned, err));
  const lehr_model_view *v = lehr_model_look(owned);
  lehr_status status = text_print(p, err, "%s\n# variables = %d\n", first_line, v->n);
  if (status == LEHR_OK) status = text_print_comment(p, "#", comment, err);
  if (status == LEHR_OK) status = text_print_offset(p, "#", v, 1, err);
  if (status == LEHR_OK) status = text_print_terms(p, v, (text_terms){base, 1, 1}, err);
  lehr_model_free(owned);
  return status;
}

static lehr_status write_ising(const lehr_model *m, const char *comment, publication *p,
                               lehr_error *err) {
  return write_list(m, LEHR_SPIN, 1,
                    "# minimise sum J_ij s_i s_j + sum h_i s_i, 1-based, `i i h` is a field",
                    comment, p, err);
}

static lehr_status write_coo(const lehr_model *m, const char *comment, publication *p,
                             lehr_error *err) {
  const bool is_spin = lehr_model_look(m)->vartype == LEHR_SPIN;
  return write_list(m, is_spin ? LEHR_SPIN : LEHR_BINARY, 0,
                    is_spin ? "# vartype=SPIN" : "# vartype=BINARY", comment, p, err);
}

/* ---- Recognising ---- */

static format_match sniff_ising(const char *head, size_t size) {
  const text_first_lines lines = sniff_lines(head, size);
  const bool is_list = lines.n_numbers[0] == 3 || lines.n_numbers[0] == 0;
  if (!lines.is_text || lines.has_vartype) return FORMAT_NO;
  if (lines.has_spin_objective && (is_list || lines.n_numbers[0] == 2)) return FORMAT_CERTAIN;
  if (lines.n_numbers[0] == 3) return FORMAT_LIKELY;
  return sniff_is_pairs(&lines) ? FORMAT_POSSIBLE : FORMAT_NO;
}

static format_match sniff_coo(const char *head, size_t size) {
  const text_first_lines lines = sniff_lines(head, size);
  if (!lines.is_text) return FORMAT_NO;
  if (lines.has_vartype) return FORMAT_CERTAIN;
  return lines.n_numbers[0] == 3 && !lines.has_spin_objective ? FORMAT_POSSIBLE : FORMAT_NO;
}

const model_format format_ising = {.name = "ising",
                                   .extensions = "ising",
                                   .summary = "spins, minimise: `i j J`, `i i h`, 1-based",
                                   .sniff = sniff_ising,
                                   .read = read_ising,
                                   .write = write_ising};
const model_format format_coo = {.name = "coo",
                                 .extensions = "coo",
                                 .summary = "dimod COO: `i j bias`, 0-based",
                                 .sniff = sniff_coo,
                                 .read = read_coo,
                                 .write = write_coo};
