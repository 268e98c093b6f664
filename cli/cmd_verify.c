/* SPDX-License-Identifier: Apache-2.0 */
/* `lehr verify RESULT MODEL`: recomputes every energy of a result file from the model, or of a
 * batch result from the batch. */
#include "base/error.h"
#include "cli/command.h"
#include "cli/command_line.h"
#include "cli/file_options.h"
#include "cli/output.h"
#include "io/hdf5_util.h"
#include "io/result.h"
#include "qubo/energy.h"
#include "workflows/batch/batch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static const double relative_tolerance = 1e-9;

typedef struct verify_command {
  file_options files;
  const char *result_path, *model_path;
  const char *culprit;
  lehr_model *model;
  result_rows rows;
  lehr_objective objective;
  batch_tally tally; /* rows: samples of one model, or items */
  int64_t wrong;
} verify_command;

static error_t parse(int key, char *arg, struct argp_state *state) {
  verify_command *c = state->input;
  switch (key) {
  case ARGP_KEY_INIT:
    state->child_inputs[0] = &c->files;
    state->child_inputs[1] = &c->files;
    return 0;
  case ARGP_KEY_ARG:
    if (state->arg_num == 0)
      c->result_path = arg;
    else if (state->arg_num == 1)
      c->model_path = arg;
    else
      argp_error(state, "two files: RESULT MODEL");
    return 0;
  case ARGP_KEY_END:
    if (!c->model_path) argp_error(state, "two files: RESULT MODEL");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* Whether integer * scale is the whole number `stated`, without going through double. */
static bool is_integer_energy(int64_t integer, double scale, int64_t stated) {
  int64_t product;
  if (scale >= 1)
    return scale == nearbyint(scale) && scale < 0x1p62 &&
           !__builtin_mul_overflow(integer, (int64_t)scale, &product) && product == stated;
  const double divisor = nearbyint(1 / scale);
  return divisor < 0x1p62 && !__builtin_mul_overflow(stated, (int64_t)divisor, &product) &&
         product == integer;
}

static bool is_near(double a, double b) {
  return fabs(a - b) <= relative_tolerance * fmax(1, fabs(b));
}

static const uint8_t *bits_of(const verify_command *c, int64_t row) {
  return c->rows.bits + (size_t)row * (size_t)c->rows.n;
}

static bool is_right(const verify_command *c, int64_t row, double *recomputed) {
  const lehr_model_view *v = lehr_model_look(c->model);
  *recomputed = lehr_model_energy(c->model, bits_of(c, row));
  if (v->is_exact && c->rows.is_int[row] && c->rows.is_scaled)
    return lehr_model_energy_int(c->model, bits_of(c, row)) == c->rows.energy_int[row] &&
           is_near(c->rows.energy[row], *recomputed);
  if (v->is_exact && c->rows.is_int[row])
    return is_integer_energy(lehr_model_energy_int(c->model, bits_of(c, row)), v->scale,
                             c->rows.energy_int[row]);
  return is_near(c->rows.energy[row], *recomputed);
}

static lehr_status check_rows(verify_command *c, lehr_error *err) {
  lehr_status status = LEHR_OK;
  for (int64_t k = 0; k < c->rows.count; k++) {
    double recomputed;
    const bool is_feasible = lehr_model_feasible(c->model, bits_of(c, k));
    const bool is_claim_right = c->rows.feasible[k] < 0 || c->rows.feasible[k] == is_feasible;
    c->tally.infeasible += !is_feasible;
    if (is_right(c, k, &recomputed) && is_claim_right) continue;
    if (c->wrong++ > 0) continue;
    if (is_claim_right)
      status = error_set(err, LEHR_EINPUT, "sample %" PRId64 " states energy %.17g, it is %.17g",
                         k + 1, c->rows.energy[k], recomputed);
    else
      status = error_set(err, LEHR_EINPUT, "sample %" PRId64 " is called %s, it is not", k + 1,
                         is_feasible ? "infeasible" : "feasible");
  }
  return status;
}

/* The file's own objective follows from the energy of the first sample. */
static bool is_objective(const verify_command *c) {
  const result_summary *s = &c->rows.summary;
  const lehr_objective o = c->objective;
  const lehr_model_view *v = lehr_model_look(c->model);
  if (!s->has_objective) return true;
  if (c->rows.count == 0) return false;
  if (s->is_objective_int && v->is_exact && fabs(o.factor) == 1 && o.constant == 0 &&
      s->objective_int != INT64_MIN)
    return is_integer_energy(lehr_model_energy_int(c->model, bits_of(c, 0)), v->scale,
                             o.factor < 0 ? -s->objective_int : s->objective_int);
  return is_near(s->objective, o.factor * lehr_model_energy(c->model, bits_of(c, 0)) + o.constant);
}

static lehr_status check_summary(verify_command *c, lehr_error *err) {
  result_facts facts = {.has_sample = c->rows.count > 0};
  if (facts.has_sample) {
    facts.energy = lehr_model_energy(c->model, bits_of(c, 0));
    facts.proof_gap = energy_proof_gap(lehr_model_look(c->model), facts.energy);
    facts.is_feasible = lehr_model_feasible(c->model, bits_of(c, 0));
  }
  if (!is_objective(c))
    return error_set(err, LEHR_EINPUT, "its objective is not that of the first sample");
  const char *fault = result_claims_fault(&c->rows.summary.claims, &facts);
  return fault ? error_set(err, LEHR_EINPUT, "%s", fault) : LEHR_OK;
}

static lehr_status print_summary(const verify_command *c, lehr_error *err) {
  const int64_t checked = c->tally.rows - c->tally.failed;
  if (c->files.format == OUTPUT_JSON)
    return output_json(json_pack("{ss, sI, sI, sI, sI}", "schema", "lehr.verify/1", "samples",
                                 (json_int_t)checked, "wrong", (json_int_t)c->wrong, "infeasible",
                                 (json_int_t)c->tally.infeasible, "failed",
                                 (json_int_t)c->tally.failed),
                       c->files.output, err);
  char text[200], failed[64] = "";
  if (c->tally.failed > 0)
    snprintf(failed, sizeof failed, ", %" PRId64 " failed items without any", c->tally.failed);
  snprintf(text, sizeof text,
           "%" PRId64 " samples, %" PRId64 " wrong energies, %" PRId64 " infeasible%s\n", checked,
           c->wrong, c->tally.infeasible, failed);
  return output_text(text, c->files.output, err);
}

/* Whether the result is that of `lehr batch`. */
static lehr_status is_batch(const verify_command *c, bool *answer, lehr_error *err) {
  h5_reader *r;
  h5_kind kind = H5_NOTHING;
  *answer = false;
  if (result_format_for(c->result_path) != &result_hdf5) return LEHR_OK;
  LEHR_TRY(h5_open(c->result_path, false, &r, err));
  const lehr_status status = h5_kind_of(r, "/result", &kind, err);
  h5_close(r);
  *answer = kind == H5_GROUP_OBJECT;
  return status;
}

static lehr_status verify_batch(verify_command *c, lehr_error *err) {
  LEHR_TRY(batch_verify(c->result_path, c->model_path, false, &c->tally, err));
  return print_summary(c, err);
}

static lehr_status verify_samples(verify_command *c, lehr_error *err) {
  lehr_error ignored;
  c->culprit = c->model_path;
  LEHR_TRY(lehr_model_read(c->model_path, c->files.from, &c->model, &c->objective, err));
  c->culprit = c->result_path;
  LEHR_TRY(result_read(c->result_path, &c->rows, err));
  const int32_t n = lehr_model_look(c->model)->n;
  if (c->rows.count > 0 && c->rows.n != n)
    return error_set(err, LEHR_EINPUT, "samples of %d bits for a model of %d variables", c->rows.n,
                     n);
  c->tally.rows = c->rows.count;
  lehr_status checked = check_rows(c, err);
  if (checked == LEHR_OK) checked = check_summary(c, err);
  const lehr_status printed = print_summary(c, checked == LEHR_OK ? err : &ignored);
  return checked == LEHR_OK ? printed : checked;
}

static lehr_status run(verify_command *c, lehr_error *err) {
  bool is_of_batch;
  c->culprit = c->result_path;
  LEHR_TRY(is_batch(c, &is_of_batch, err));
  return is_of_batch ? verify_batch(c, err) : verify_samples(c, err);
}

int cmd_verify(int argc, char **argv) {
  static const struct argp_child children[] = {
      {&file_options_argp, 0, NULL, 0}, {&from_option_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      .parser = parse,
      .args_doc = "RESULT MODEL",
      .doc = "Recomputes every energy of a result file (.json, .csv, .h5) from the model, or of a "
             "batch result from the batch.\v"
             "Status, proof, bound and objective are checked against them. Exit status 65 if "
             "anything is wrong.",
      .children = children};
  verify_command c = {0};
  lehr_error err = {0};
  command_line_parse(&argp, argc, argv, &c);
  const lehr_status status = run(&c, &err);
  result_rows_free(&c.rows);
  lehr_model_free(c.model);
  return status == LEHR_OK ? 0 : command_fail(c.culprit, status, &err);
}
