/* SPDX-License-Identifier: Apache-2.0 */
/* The family "n m", then m lines "i j w" (1-based): one body, four conventions.
 *
 *   rudy   Max-Cut: maximise the sum of w over cut edges; w = 1 where left out.
 *          cut = sum w (1 - s_i s_j) / 2, so E = sum (w/2) s_i s_j - W/2 = -cut over spins.
 *   mqlib  (also Biq Mac .sparse) maximise x'Qx, Q symmetric and each pair listed once: a pair
 *          counts twice. E = -x'Qx.
 *   orlib  Beasley's OR-Library: a count K, then K such models.
 *   bq     minimise sum c x_i x_j with the full coefficient. */
#include "base/error.h"
#include "io/registry.h"
#include "io/text_model.h"
#include "io/text_sniff.h"

#include "base/number.h"

#include <inttypes.h>
#include <string.h>

typedef struct convention {
  lehr_vartype vartype;
  int linear_factor, pair_factor; /* energy coefficient = factor * file's, in units of scale */
  double scale;
  bool may_omit_weight;
  double objective_factor;
} convention;

static const convention rudy = {LEHR_SPIN, 0, 1, 0.5, true, -1};
static const convention maximise = {LEHR_BINARY, -1, -2, 1, false, -1};
static const convention minimise = {LEHR_BINARY, 1, 1, 1, false, 1};

typedef struct pairs {
  text_reader *r;
  text_notes notes;
  const convention *c;
  int64_t n, m;
  lehr_builder *b;
} pairs;

static lehr_status read_counts(pairs *p, lehr_error *err) {
  bool has_line;
  LEHR_TRY(notes_next_line(&p->notes, p->r, "#c%", &has_line, err));
  if (!has_line) return text_error(p->r, err, LEHR_EINPUT, "the line \"n m\" is missing");
  LEHR_TRY(text_int(p->r, "number of variables", 0, INT32_MAX - 1, &p->n, err));
  LEHR_TRY(text_int(p->r, "number of entries", 0, INT64_MAX, &p->m, err));
  return text_end_of_line(p->r, err);
}

/* A cut edge {i,j}: E = (w/2) s_i s_j - w/2; an edge from i to itself is never cut. */
static lehr_status add_edge(pairs *p, const int32_t at[2], text_number w, lehr_error *err) {
  if (at[0] == at[1]) return LEHR_OK;
  LEHR_TRY(text_add(p->b, p->r, at, w, err));
  LEHR_TRY(text_locate(p->r, text_number_times(&w, -1, err), err));
  return text_locate(p->r, text_add_offset(p->b, w, err), err);
}

static lehr_status read_entry(pairs *p, lehr_error *err) {
  int64_t i, j;
  text_number w = {.is_int = true, .i = 1};
  LEHR_TRY(text_int(p->r, "variable", 1, p->n, &i, err));
  LEHR_TRY(text_int(p->r, "variable", 1, p->n, &j, err));
  if (!p->c->may_omit_weight || text_has_word(p->r)) LEHR_TRY(text_value(p->r, "weight", &w, err));
  LEHR_TRY(text_end_of_line(p->r, err));
  const int32_t at[2] = {(int32_t)i - 1, (int32_t)j - 1};
  if (p->c->vartype == LEHR_SPIN) return add_edge(p, at, w, err);
  const int factor = i == j ? p->c->linear_factor : p->c->pair_factor;
  LEHR_TRY(text_locate(p->r, text_number_times(&w, factor, err), err));
  return text_add(p->b, p->r, at, w, err);
}

static lehr_status read_entries(pairs *p, lehr_error *err) {
  for (int64_t k = 0; k < p->m; k++) {
    bool has_line;
    LEHR_TRY(notes_next_line(&p->notes, p->r, "#c%", &has_line, err));
    if (!has_line)
      return text_error(p->r, err, LEHR_EINPUT,
                        "file ends after %" PRId64 " of %" PRId64 " entries", k, p->m);
    LEHR_TRY(read_entry(p, err));
  }
  return LEHR_OK;
}

static lehr_status expect_end(pairs *p, lehr_error *err) {
  bool has_line;
  LEHR_TRY(notes_next_line(&p->notes, p->r, "#c%", &has_line, err));
  if (!has_line) return LEHR_OK;
  return text_error(p->r, err, LEHR_EINPUT, "more lines than the %" PRId64 " entries declared",
                    p->m);
}

/* The offset comment speaks of the file's objective. */
static lehr_status add_offset(pairs *p, lehr_error *err) {
  text_number offset = p->notes.offset;
  if (!p->notes.has_offset) return LEHR_OK;
  const int factor = p->c == &rudy ? -2 : p->c->linear_factor; /* units of scale = 1/2 */
  LEHR_TRY(text_number_times(&offset, factor, err));
  return text_add_offset(p->b, offset, err);
}

static lehr_status read_model(pairs *p, lehr_error *err) {
  LEHR_TRY(read_counts(p, err));
  if (lehr_builder_create(p->c->vartype, (int32_t)p->n, &p->b) != LEHR_OK ||
      lehr_builder_set_scale(p->b, p->c->scale) != LEHR_OK)
    return error_memory(err, 0);
  return read_entries(p, err);
}

static lehr_status finish(pairs *p, lehr_model **out, lehr_error *err) {
  lehr_builder *b = p->b;
  p->b = NULL;
  return text_finish(b, p->r, p->n, out, err);
}

static lehr_status read_pairs(text_reader *r, const convention *c, lehr_model **out,
                              lehr_objective *objective, lehr_error *err) {
  pairs p = {.r = r, .c = c};
  notes_init(&p.notes);
  objective->factor = c->objective_factor;
  lehr_status status = read_model(&p, err);
  if (status == LEHR_OK) status = expect_end(&p, err);
  if (status == LEHR_OK) status = add_offset(&p, err);
  if (status == LEHR_OK) status = finish(&p, out, err);
  lehr_builder_free(p.b);
  return status;
}

static lehr_status read_rudy(text_reader *r, const char *selector, lehr_model **out,
                             lehr_objective *objective, lehr_error *err) {
  (void)selector;
  return read_pairs(r, &rudy, out, objective, err);
}

static lehr_status read_mqlib(text_reader *r, const char *selector, lehr_model **out,
                              lehr_objective *objective, lehr_error *err) {
  (void)selector;
  return read_pairs(r, &maximise, out, objective, err);
}

static lehr_status read_bq(text_reader *r, const char *selector, lehr_model **out,
                           lehr_objective *objective, lehr_error *err) {
  (void)selector;
  return read_pairs(r, &minimise, out, objective, err);
}

/* ---- OR-Library: one of K models ---- */

static lehr_status choose(text_reader *r, const char *selector, int64_t count, int64_t *chosen,
                          lehr_error *err) {
  *chosen = 1;
  if (selector &&
      (!number_parse_int(selector, strlen(selector), chosen) || *chosen < 1 || *chosen > count))
    return text_error(r, err, LEHR_EINPUT, "no model #%s among the %" PRId64 " of this file",
                      selector, count);
  if (selector || count == 1) return LEHR_OK;
  return text_error(r, err, LEHR_EINPUT,
                    "holds %" PRId64 " models; choose one with FILE#1 .. #%" PRId64, count, count);
}

static lehr_status read_chosen(pairs *p, int64_t count, int64_t chosen, lehr_model **out,
                               lehr_error *err) {
  for (int64_t k = 1; k <= count; k++) {
    LEHR_TRY(read_model(p, err));
    if (k == chosen) LEHR_TRY(finish(p, out, err));
    lehr_builder_free(p->b);
    p->b = NULL;
  }
  return expect_end(p, err);
}

static lehr_status read_orlib(text_reader *r, const char *selector, lehr_model **out,
                              lehr_objective *objective, lehr_error *err) {
  pairs p = {.r = r, .c = &maximise};
  bool has_line;
  int64_t count, chosen;
  notes_init(&p.notes);
  objective->factor = -1;
  LEHR_TRY(notes_next_line(&p.notes, r, "#", &has_line, err));
  if (!has_line) return text_error(r, err, LEHR_EINPUT, "the number of models is missing");
  LEHR_TRY(text_int(r, "number of models", 1, INT32_MAX, &count, err));
  LEHR_TRY(text_end_of_line(r, err));
  LEHR_TRY(choose(r, selector, count, &chosen, err));
  const lehr_status status = read_chosen(&p, count, chosen, out, err);
  lehr_builder_free(p.b);
  if (status != LEHR_OK) {
    lehr_model_free(*out);
    *out = NULL;
  }
  return status;
}

/* ---- Writing ---- */

static lehr_status write_binary(const lehr_model *m, const char *comment, const convention *c,
                                const char *name, publication *p, lehr_error *err) {
  lehr_model *owned;
  LEHR_TRY(text_writable(m, LEHR_BINARY, name, &owned, err));
  const lehr_model_view *v = lehr_model_look(owned);
  const bool is_orlib = strcmp(name, "orlib") == 0; /* knows no comments */
  lehr_status status = LEHR_OK;
  if (is_orlib && (v->offset_i64 != 0 || v->offset_f64 != 0))
    status = error_set(err, LEHR_EINPUT, "the orlib format cannot hold a constant");
  else if (is_orlib)
    status = text_print(p, err, "1\n");
  else
    status = text_print_comment(p, "#", comment, err);
  if (status == LEHR_OK) status = text_print_offset(p, "#", v, c->linear_factor, err);
  if (status == LEHR_OK)
    status = text_print(p, err, "%d %" PRId64 "\n", v->n, text_count_linear(v) + v->n_interactions);
  const text_terms terms = {1, c->linear_factor, 1.0 / c->pair_factor};
  if (status == LEHR_OK) status = text_print_terms(p, v, terms, err);
  lehr_model_free(owned);
  return status;
}

static lehr_status write_mqlib(const lehr_model *m, const char *comment, publication *p,
                               lehr_error *err) {
  return write_binary(m, comment, &maximise, "mqlib", p, err);
}

static lehr_status write_orlib(const lehr_model *m, const char *comment, publication *p,
                               lehr_error *err) {
  return write_binary(m, comment, &maximise, "orlib", p, err);
}

static lehr_status write_bq(const lehr_model *m, const char *comment, publication *p,
                            lehr_error *err) {
  return write_binary(m, comment, &minimise, "bq", p, err);
}

/* What the constant is beside the -W/2 that a cut implies, as an integer model or a real one. */
static lehr_status print_cut_offset(publication *p, const lehr_model_view *v, lehr_error *err) {
  lehr_model_view rest = *v;
  for (int32_t i = 0; i < v->n; i++) {
    for (int64_t k = v->row[i]; k < v->row[i + 1]; k++) {
      if (v->col[k] < i) continue;
      if (v->is_exact)
        rest.offset_i64 += v->weight_i64[k]; /* within the checked range of the model */
      else
        rest.offset_f64 += v->weight_f64[k];
    }
  }
  if (v->is_exact) rest.offset_f64 = 0;
  return text_print_offset(p, "#", &rest, -1, err);
}

static lehr_status write_rudy(const lehr_model *m, const char *comment, publication *p,
                              lehr_error *err) {
  lehr_model *owned;
  LEHR_TRY(text_writable(m, LEHR_SPIN, "rudy", &owned, err));
  const lehr_model_view *v = lehr_model_look(owned);
  lehr_status status = LEHR_OK;
  if (text_count_linear(v) > 0)
    status = error_set(err, LEHR_EINPUT,
                       "the rudy format cannot hold linear terms: a cut has only edges");
  if (status == LEHR_OK) status = text_print_comment(p, "#", comment, err);
  if (status == LEHR_OK) status = print_cut_offset(p, v, err);
  if (status == LEHR_OK) status = text_print(p, err, "%d %" PRId64 "\n", v->n, v->n_interactions);
  if (status == LEHR_OK) status = text_print_terms(p, v, (text_terms){1, 0, 2}, err);
  lehr_model_free(owned);
  return status;
}

/* ---- Recognising ---- */

static format_match sniff_pairs(const char *head, size_t size) {
  const text_first_lines lines = sniff_lines(head, size);
  return sniff_is_pairs(&lines) && !lines.has_spin_objective ? FORMAT_POSSIBLE : FORMAT_NO;
}

static format_match sniff_orlib(const char *head, size_t size) {
  const text_first_lines lines = sniff_lines(head, size);
  return lines.is_text && lines.n_numbers[0] == 1 && lines.n_numbers[1] == 2 ? FORMAT_CERTAIN
                                                                             : FORMAT_NO;
}

const model_format format_rudy = {.name = "rudy",
                                  .extensions = "mc rud rudy",
                                  .summary = "Max-Cut edges `i j w` (rudy, Gset, Biq Mac .mc)",
                                  .sniff = sniff_pairs,
                                  .read = read_rudy,
                                  .write = write_rudy};
const model_format format_mqlib = {.name = "mqlib",
                                   .extensions = "sparse bqp qubo",
                                   .summary = "maximise x'Qx, each pair listed once (MQLib)",
                                   .sniff = sniff_pairs,
                                   .read = read_mqlib,
                                   .write = write_mqlib};
const model_format format_orlib = {.name = "orlib",
                                   .extensions = "orlib",
                                   .summary = "OR-Library bqp files, FILE#k for the k-th model",
                                   .sniff = sniff_orlib,
                                   .read = read_orlib,
                                   .write = write_orlib};
const model_format format_bq = {.name = "bq",
                                .extensions = "bq",
                                .summary = "minimise sum c x_i x_j, full coefficients",
                                .sniff = sniff_pairs,
                                .read = read_bq,
                                .write = write_bq};
