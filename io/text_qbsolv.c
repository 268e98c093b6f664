/* SPDX-License-Identifier: Apache-2.0 */
/* qbsolv's .qubo: "p qubo 0 maxNodes nNodes nCouplers", then `i i w` and `i j w` lines, 0-based,
 * minimised, full coefficients. The constant is in a comment "c offset : v", as QUBOTools has it.
 */
#include "base/error.h"
#include "io/registry.h"
#include "io/text_model.h"
#include "io/text_sniff.h"

#include <inttypes.h>
#include <string.h>

typedef struct qbsolv {
  text_reader *r;
  text_notes notes;
  int64_t n, nodes, couplers;
  lehr_builder *b;
} qbsolv;

static bool is_word(text_word w, const char *text) {
  return w.length == strlen(text) && memcmp(w.text, text, w.length) == 0;
}

static lehr_status read_header(qbsolv *q, lehr_error *err) {
  bool has_line;
  text_word word, format, topology;
  LEHR_TRY(notes_next_line(&q->notes, q->r, "c", &has_line, err));
  if (!has_line) return text_error(q->r, err, LEHR_EINPUT, "the line \"p qubo ...\" is missing");
  if (!text_next_word(q->r, &word) || !is_word(word, "p") || !text_next_word(q->r, &format) ||
      !is_word(format, "qubo") || !text_next_word(q->r, &topology))
    return text_error(q->r, err, LEHR_EINPUT,
                      "expected \"p qubo topology maxNodes nNodes nCouplers\"");
  LEHR_TRY(text_int(q->r, "maxNodes", 0, INT32_MAX - 1, &q->n, err));
  LEHR_TRY(text_int(q->r, "nNodes", 0, INT64_MAX / 2, &q->nodes, err));
  LEHR_TRY(text_int(q->r, "nCouplers", 0, INT64_MAX / 2, &q->couplers, err));
  return text_end_of_line(q->r, err);
}

static lehr_status read_entry(qbsolv *q, lehr_error *err) {
  int64_t i, j;
  text_number w;
  LEHR_TRY(text_int(q->r, "node", 0, q->n - 1, &i, err));
  LEHR_TRY(text_int(q->r, "node", 0, q->n - 1, &j, err));
  LEHR_TRY(text_value(q->r, "weight", &w, err));
  LEHR_TRY(text_end_of_line(q->r, err));
  int64_t *left = i == j ? &q->nodes : &q->couplers;
  if ((*left)-- == 0)
    return text_error(q->r, err, LEHR_EINPUT, "more %s lines than the header declares",
                      i == j ? "node" : "coupler");
  return text_add(q->b, q->r, (const int32_t[]){(int32_t)i, (int32_t)j}, w, err);
}

static lehr_status read_entries(qbsolv *q, lehr_error *err) {
  LEHR_TRY(read_header(q, err));
  if (lehr_builder_create(LEHR_BINARY, (int32_t)q->n, &q->b) != LEHR_OK)
    return error_memory(err, 0);
  for (;;) {
    bool has_line;
    LEHR_TRY(notes_next_line(&q->notes, q->r, "c", &has_line, err));
    if (!has_line) break;
    LEHR_TRY(read_entry(q, err));
  }
  if (q->nodes > 0 || q->couplers > 0)
    return text_error(q->r, err, LEHR_EINPUT,
                      "file ends, %" PRId64 " node and %" PRId64 " coupler lines missing", q->nodes,
                      q->couplers);
  return q->notes.has_offset ? text_add_offset(q->b, q->notes.offset, err) : LEHR_OK;
}

static lehr_status read_qbsolv(text_reader *r, const char *selector, lehr_model **out,
                               lehr_objective *objective, lehr_error *err) {
  (void)selector;
  (void)objective;
  qbsolv q = {.r = r};
  notes_init(&q.notes);
  const lehr_status status = read_entries(&q, err);
  if (status == LEHR_OK) return text_finish(q.b, r, q.n, out, err);
  lehr_builder_free(q.b);
  return status;
}

static lehr_status write_qbsolv(const lehr_model *m, const char *comment, publication *p,
                                lehr_error *err) {
  lehr_model *owned;
  LEHR_TRY(text_writable(m, LEHR_BINARY, "qbsolv", &owned, err));
  const lehr_model_view *v = lehr_model_look(owned);
  lehr_status status = text_print_comment(p, "c", comment, err);
  if (status == LEHR_OK) status = text_print_offset(p, "c", v, 1, err);
  if (status == LEHR_OK)
    status = text_print(p, err, "p qubo 0 %d %" PRId64 " %" PRId64 "\n", v->n, text_count_linear(v),
                        v->n_interactions);
  if (status == LEHR_OK) status = text_print_terms(p, v, (text_terms){0, 1, 1}, err);
  lehr_model_free(owned);
  return status;
}

static format_match sniff(const char *head, size_t size) {
  const text_first_lines lines = sniff_lines(head, size);
  return lines.is_text && lines.has_mark_p ? FORMAT_CERTAIN : FORMAT_NO;
}

const model_format format_qbsolv = {.name = "qbsolv",
                                    .extensions = "qubo",
                                    .summary = "qbsolv's `p qubo` files",
                                    .sniff = sniff,
                                    .read = read_qbsolv,
                                    .write = write_qbsolv};
