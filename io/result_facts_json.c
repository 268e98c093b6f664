/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "io/result_facts.h"

#include <math.h>
#include <stdlib.h>

json_t *result_real_json(double value) {
  char text[NUMBER_TEXT];
  if (!isfinite(value)) return json_null();
  number_format(value, text);
  return result_number_json(text);
}

static json_t *marginals_json(const lehr_result_info *info, int32_t n) {
  json_t *all = json_array();
  for (int32_t i = 0; i < n && all; i++) {
    if (json_array_append_new(all, result_real_json(info->marginals[i])) == 0) continue;
    json_decref(all);
    return NULL;
  }
  return all;
}

static json_t *pair_json(const lehr_pair_marginal *pair) {
  const double *p = pair->probability;
  return json_pack("{si, si, s[o, o, o, o]}", "i", pair->i, "j", pair->j, "probability",
                   result_real_json(p[0]), result_real_json(p[1]), result_real_json(p[2]),
                   result_real_json(p[3]));
}

static json_t *pairs_json(const lehr_result_info *info) {
  json_t *all = json_array();
  for (int64_t k = 0; k < info->n_pair_marginals && all; k++) {
    if (json_array_append_new(all, pair_json(&info->pair_marginals[k])) == 0) continue;
    json_decref(all);
    return NULL;
  }
  return all;
}

static json_t *state_json(const result *r, int64_t row, uint8_t bits[], char text[]) {
  lehr_lowest_state state = {.struct_size = sizeof state};
  char energy_text[RESULT_NUMBER];
  const int32_t n = lehr_sampleset_variables(r->set);
  lehr_sampleset_lowest(r->set, row, &state, bits);
  for (int32_t i = 0; i < n; i++) text[i] = bits[i] ? '1' : '0';
  text[n] = '\0';
  result_lowest_text(r, row, energy_text);
  json_t *object =
      json_pack("{sn, ss?, ss}", "energy", "degeneracy", state.degeneracy, "bits", text);
  if (object && result_set_number(object, "energy", energy_text) == 0) return object;
  json_decref(object);
  return NULL;
}

static json_t *lowest_json(const result *r) {
  const size_t n = (size_t)lehr_sampleset_variables(r->set);
  uint8_t *bits = malloc(n + 1);
  char *text = malloc(n + 1);
  json_t *all = bits && text ? json_array() : NULL;
  for (int64_t k = 0; k < lehr_sampleset_lowest_size(r->set) && all; k++) {
    if (json_array_append_new(all, state_json(r, k, bits, text)) == 0) continue;
    json_decref(all);
    all = NULL;
  }
  free(bits);
  free(text);
  return all;
}

int result_facts_json(const result *r, json_t *object) {
  lehr_result_info info = {.struct_size = sizeof info};
  int failed = 0;
  lehr_sampleset_info(r->set, &info);
  if (info.degeneracy)
    failed |= json_object_set_new(object, "degeneracy", json_string(info.degeneracy));
  if (info.has_log_z) {
    failed |= json_object_set_new(object, "beta", result_real_json(info.beta));
    failed |= json_object_set_new(object, "log_z", result_real_json(info.log_z));
  }
  if (info.marginals) {
    failed |= json_object_set_new(object, "marginals",
                                  marginals_json(&info, lehr_sampleset_variables(r->set)));
    failed |= json_object_set_new(object, "pair_marginals", pairs_json(&info));
  }
  if (lehr_sampleset_lowest_size(r->set) > 0)
    failed |= json_object_set_new(object, "lowest", lowest_json(r));
  return failed ? -1 : 0;
}
