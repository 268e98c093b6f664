/* SPDX-License-Identifier: Apache-2.0 */
/* QUBOs on a Chimera graph by coordinates, as in Selby's QUBO-Chimera: "X Y", the size of the graph
 * in cells, then "x y o i  x y o i  weight": cell (x, y), side o (0 or 1) of the cell, qubit i (0
 * to 3) on that side. Minimised over bits; both qubits the same: a linear term. All lines add up.
 * Variables are numbered as they are sorted, ((x Y + y) 2 + o) 4 + i, all 8 X Y of them. */
#include "base/error.h"
#include "io/registry.h"
#include "io/text_model.h"
#include "io/text_sniff.h"

enum { SIDES = 2, QUBITS = 4, MOST_ACROSS = (1 << 14) - 1, WORDS = 9 };

typedef struct chimera {
  text_reader *r;
  text_notes notes;
  int64_t columns, rows;
  lehr_builder *b;
} chimera;

static int64_t variables(const chimera *c) { return c->columns * c->rows * SIDES * QUBITS; }

static lehr_status read_size(chimera *c, lehr_error *err) {
  bool has_line;
  LEHR_TRY(notes_next_line(&c->notes, c->r, "#", &has_line, err));
  if (!has_line) return text_error(c->r, err, LEHR_EINPUT, "the line \"X Y\" is missing");
  LEHR_TRY(text_int(c->r, "number of columns", 0, MOST_ACROSS, &c->columns, err));
  LEHR_TRY(text_int(c->r, "number of rows", 0, MOST_ACROSS, &c->rows, err));
  return text_end_of_line(c->r, err);
}

static lehr_status read_qubit(chimera *c, int32_t *number, lehr_error *err) {
  int64_t x, y, side, qubit;
  LEHR_TRY(text_int(c->r, "column", 0, c->columns - 1, &x, err));
  LEHR_TRY(text_int(c->r, "row", 0, c->rows - 1, &y, err));
  LEHR_TRY(text_int(c->r, "side of the cell", 0, SIDES - 1, &side, err));
  LEHR_TRY(text_int(c->r, "qubit", 0, QUBITS - 1, &qubit, err));
  *number = (int32_t)(((x * c->rows + y) * SIDES + side) * QUBITS + qubit);
  return LEHR_OK;
}

static lehr_status read_entry(chimera *c, lehr_error *err) {
  int32_t at[2];
  text_number weight;
  LEHR_TRY(read_qubit(c, &at[0], err));
  LEHR_TRY(read_qubit(c, &at[1], err));
  LEHR_TRY(text_value(c->r, "weight", &weight, err));
  LEHR_TRY(text_end_of_line(c->r, err));
  return text_add(c->b, c->r, at, weight, err);
}

static lehr_status read_all(chimera *c, lehr_error *err) {
  LEHR_TRY(read_size(c, err));
  if (lehr_builder_create(LEHR_BINARY, (int32_t)variables(c), &c->b) != LEHR_OK)
    return error_memory(err, 0);
  for (;;) {
    bool has_line;
    LEHR_TRY(notes_next_line(&c->notes, c->r, "#", &has_line, err));
    if (!has_line) break;
    LEHR_TRY(read_entry(c, err));
  }
  return c->notes.has_offset ? text_add_offset(c->b, c->notes.offset, err) : LEHR_OK;
}

static lehr_status read_chimera(text_reader *r, const char *selector, lehr_model **out,
                                lehr_objective *objective, lehr_error *err) {
  (void)selector;
  (void)objective;
  chimera c = {.r = r};
  notes_init(&c.notes);
  const lehr_status status = read_all(&c, err);
  if (status == LEHR_OK) return text_finish(c.b, r, variables(&c), out, err);
  lehr_builder_free(c.b);
  return status;
}

static format_match sniff(const char *head, size_t size) {
  const text_first_lines lines = sniff_lines(head, size);
  const bool fits = lines.is_text && lines.n_numbers[0] == 2 && lines.n_numbers[1] == WORDS;
  return fits ? FORMAT_CERTAIN : FORMAT_NO;
}

const model_format format_chimera = {.name = "chimera",
                                     .extensions = "chimera",
                                     .summary = "Chimera QUBOs by coordinates (QUBO-Chimera)",
                                     .sniff = sniff,
                                     .read = read_chimera};
