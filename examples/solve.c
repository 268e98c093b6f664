/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a small model, solves it, prints the best sample. See README.md for how to compile it. */
#include <lehr/lehr.h>
#include <stdio.h>

int main(void) {
  lehr_builder *b = NULL;
  lehr_model *m = NULL;
  lehr_sampleset *s = NULL;
  lehr_error err = {0};
  int failed = lehr_builder_create(LEHR_BINARY, 3, &b) != LEHR_OK ||
               lehr_builder_add_linear(b, 0, -1, &err) != LEHR_OK ||   /* - x0 */
               lehr_builder_add_linear(b, 2, 0.25, &err) != LEHR_OK || /* + 0.25 x2 */
               lehr_builder_add(b, 0, 1, 2, &err) != LEHR_OK ||        /* + 2 x0 x1 */
               lehr_builder_add(b, 1, 2, -1.5, &err) != LEHR_OK ||     /* - 1.5 x1 x2 */
               lehr_builder_finish(b, &m, &err) != LEHR_OK ||
               lehr_solve(NULL, m, NULL, &s, &err) != LEHR_OK;
  if (failed) {
    fprintf(stderr, "%s\n", err.text);
  } else {
    uint8_t bits[3];
    lehr_sampleset_bits(s, 0, bits);
    printf("energy %g at %d%d%d\n", lehr_sampleset_energy(s, 0), bits[0], bits[1], bits[2]);
  }
  lehr_sampleset_free(s);
  lehr_model_free(m);
  lehr_builder_free(b);
  return failed;
}
