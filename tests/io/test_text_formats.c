/* SPDX-License-Identifier: Apache-2.0 */
/* Every text format: the tiny model in all spellings, round trips, hostile variants. */
#include "check.h"
#include "io/registry.h"
#include "lehr/lehr.h"
#include "support/scratch.h"

static lehr_error err;

/* Writes text to scratch file `name` and reads it as a model. */
static lehr_status read_as(const char *name, const char *text, size_t size, const char *format,
                           lehr_model **m, lehr_objective *objective) {
  char path[256];
  scratch_path(path, name);
  scratch_write(path, text, size);
  return lehr_model_read(path, format, m, objective, &err);
}

static lehr_status read_text(const char *name, const char *text, lehr_model **m,
                             lehr_objective *objective) {
  return read_as(name, text, strlen(text), NULL, m, objective);
}

/* E = 0.25 - x1 + 0.5 x3 + 2 x1x2 - 1.5 x2x3, the model of optimizers-and-formats.md. */
static double tiny_energy(int k) {
  const int x1 = k & 1, x2 = k >> 1 & 1, x3 = k >> 2 & 1;
  return 0.25 - x1 + 0.5 * x3 + 2 * x1 * x2 - 1.5 * x2 * x3;
}

static void check_tiny(const lehr_model *m, double constant) {
  CHECK_INT(lehr_model_look(m)->n, 3);
  for (int k = 0; k < 8; k++) {
    const uint8_t bits[3] = {k & 1, k >> 1 & 1, k >> 2 & 1};
    CHECK_REAL(lehr_model_energy(m, bits), tiny_energy(k) - 0.25 + constant, 0);
  }
}

static void test_conventions(void) {
  static const struct {
    const char *name, *text;
    double constant, factor;
  } cases[] = {
      {"a.qubo", "c hello\nc offset : 0.25\np qubo 0 3 2 2\n0 0 -1\n2 2 0.5\n0 1 2\n1 2 -1.5\n",
       0.25, 1},
      {"b.qubo", "# comment\n3 4\n1 1 1\n3 3 -0.5\n1 2 -1\n2 3 0.75\n", 0, -1},
      {"b.sparse", "3 4\n1 1 1\n3 3 -0.5\n2 1 -1\n2 3 0.75", 0, -1},
      {"b.bqp", "3 5\r\n1 1 1\r\n3 3 -0.5\r\n1 2 -0.5\r\n2 1 -0.5\r\n2 3 0.75\r\n", 0, -1},
      {"b.txt", "1\n3 4\n1 1 1\n3 3 -0.5\n1 2 -1\n2 3 0.75\n", 0, -1},
      {"c.bq", "3 4\n1 1 -1\n3 3 0.5\n1 2 2\n3 2 -1.5\n", 0, 1},
      {"c.coo", "\xef\xbb\xbf# vartype=BINARY\n0 0 -1\n2 2 0.5\n0 1 2\n1 2 -1.5\n", 0, 1},
      {"d.coo", "# vartype=BINARY\n# offset = 0.25\n0 0 -1.0\n2 2 0.5\n0 1 2.\n1 2 -1.5\n", 0.25,
       1},
      {"e.ising", "# offset = 0.125\n1 1 0\n2 2 0.125\n3 3 -0.125\n1 2 0.5\n2 3 -0.375\n", 0.25, 1},
  };
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    lehr_model *m;
    lehr_objective objective;
    const lehr_status status = read_text(cases[k].name, cases[k].text, &m, &objective);
    if (status != LEHR_OK) printf("\n  %s: %s", cases[k].name, err.text);
    REQUIRE_OK(status);
    check_tiny(m, cases[k].constant);
    CHECK_REAL(objective.factor, cases[k].factor, 0);
    lehr_model_free(m);
  }
}

static void test_rudy_counts_the_cut(void) {
  lehr_model *m;
  lehr_objective objective;
  REQUIRE_OK(read_text("t.mc", "4 4\n1 2\n2 3 3\n3 4 -2\n4 1 5\n", &m, &objective));
  CHECK_TEXT(lehr_model_name(m), "t");
  for (int k = 0; k < 16; k++) {
    const uint8_t x[4] = {k & 1, k >> 1 & 1, k >> 2 & 1, k >> 3 & 1};
    const int cut = (x[0] != x[1]) + 3 * (x[1] != x[2]) - 2 * (x[2] != x[3]) + 5 * (x[3] != x[0]);
    CHECK_REAL(lehr_model_energy(m, x), -cut, 0);
  }
  CHECK(lehr_model_look(m)->is_exact);
  CHECK_REAL(objective.factor, -1, 0);
  lehr_model_free(m);
}

static void test_headers_of_spin_lists(void) {
  static const struct {
    const char *text;
    int n;
    double all_up;
  } cases[] = {
      {"# minimise sum J_ij s_i s_j, 0-based\n3 2 -7\n0 1 2\n1 2 3\n", 3, 5},
      {"#\n1 2 2\n2 3 3\n", 3, 5},
      {"0 1 2\n1 2 3\n", 3, 5},
      {"# s_i s_j\n5 2\n1 2 2\n2 3 3\n", 5, 5},
      {"# s_i s_j\n# variables = 9\n1 2 2\n2 3 3\n", 9, 5},
      {"# s_i s_j\n", 0, 0},
  };
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    lehr_model *m;
    REQUIRE_OK(read_text("h.txt", cases[k].text, &m, NULL));
    const uint8_t up[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    CHECK_INT(lehr_model_look(m)->n, cases[k].n);
    CHECK_REAL(lehr_model_energy(m, up), cases[k].all_up, 0);
    lehr_model_free(m);
  }
}

static void test_orlib_selects(void) {
  static const char text[] = "2\n2 1\n1 1 5\n3 2\n1 1 1\n2 3 -4\n";
  char path[256];
  lehr_model *m;
  CHECK_INT(read_text("two.txt", text, &m, NULL), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "FILE#1 .. #2");
  scratch_path(path, "two.txt#2");
  REQUIRE_OK(lehr_model_read(path, NULL, &m, NULL, &err));
  CHECK_INT(lehr_model_look(m)->n, 3);
  CHECK_REAL(lehr_model_energy(m, (const uint8_t[]){0, 1, 1}), 8, 0);
  lehr_model_free(m);
  scratch_path(path, "two.txt#3");
  CHECK_INT(lehr_model_read(path, NULL, &m, NULL, &err), LEHR_EINPUT);
  scratch_path(path, "two.txt#");
  CHECK_INT(lehr_model_read(path, NULL, &m, NULL, &err), LEHR_EINPUT);
}

/* Numbers by coordinates, lines that name a pair twice, and cells with nothing in them. */
static void test_chimera_by_coordinates(void) {
  lehr_model *m;
  REQUIRE_OK(read_text("q.txt",
                       "2 3\n0 0 0 0  0 0 0 0  -3\n0 0 0 0  0 0 1 2  4\n0 0 1 2  0 0 0 0  1\n"
                       "1 2 1 3  1 1 1 3  -2\n",
                       &m, NULL));
  const lehr_model_view *const v = lehr_model_look(m);
  CHECK_INT(v->n, 48);
  CHECK_INT(v->vartype, LEHR_BINARY);
  CHECK_INT(v->n_interactions, 2);
  uint8_t bits[48] = {0};
  bits[0] = bits[6] = 1;
  CHECK_REAL(lehr_model_energy(m, bits), 2, 0);
  bits[47] = bits[39] = 1;
  CHECK_REAL(lehr_model_energy(m, bits), 0, 0);
  lehr_model_free(m);
}

static void test_ambiguity_names_candidates(void) {
  lehr_model *m;
  CHECK_INT(read_text("g.dat", "2 1\n1 2 3\n", &m, NULL), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "rudy, mqlib, bq");
  CHECK_CONTAINS(err.text, "--from");
  REQUIRE_OK(read_as("g.dat", "2 1\n1 2 3\n", 10, "bq", &m, NULL));
  lehr_model_free(m);
  CHECK_INT(read_as("g.dat", "2 1\n1 2 3\n", 10, "nosuch", &m, NULL), LEHR_EUSAGE);
  CHECK_INT(lehr_model_read("/nonexistent/x.mc", NULL, &m, NULL, &err), LEHR_ENOINPUT);
  CHECK_INT(lehr_model_read(scratch_folder, NULL, &m, NULL, &err), LEHR_ENOINPUT);
}

/* ---- Round trips ---- */

/* Exact models come back exactly; real ones lose a few ulp where the variable type changes. */
static void check_same(const lehr_model *a, const lehr_model *b, double magnitude) {
  const lehr_model_view *u = lehr_model_look(a);
  const double tolerance = u->is_exact ? 0 : 1e-14 * magnitude;
  REQUIRE(u->n == lehr_model_look(b)->n);
  CHECK_INT(u->is_exact, lehr_model_look(b)->is_exact);
  uint8_t bits[16];
  for (int k = 0; k < 1 << u->n; k++) {
    for (int i = 0; i < u->n; i++) bits[i] = k >> i & 1;
    CHECK_REAL(lehr_model_energy(a, bits), lehr_model_energy(b, bits), tolerance);
  }
}

static lehr_model *sample_model(lehr_vartype vartype, double divisor, bool has_linear) {
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(vartype, 6, &b));
  for (int i = 0; i < 6; i++) {
    if (has_linear && i % 2) REQUIRE_OK(lehr_builder_add_linear(b, i, (i - 4) / divisor, &err));
    if (i < 4) REQUIRE_OK(lehr_builder_add(b, i, i + 1, (2 * i - 3) / divisor, &err));
  }
  REQUIRE_OK(lehr_builder_add(b, 0, 3, 7 / divisor, &err));
  if (has_linear) REQUIRE_OK(lehr_builder_add_offset(b, -3 / divisor, &err));
  REQUIRE_OK(lehr_builder_finish(b, &m, &err));
  lehr_builder_free(b);
  return m;
}

static void round_trip(const model_format *f, const lehr_model *m, double magnitude) {
  char path[256], name[64];
  lehr_model *back;
  snprintf(name, sizeof name, "r.%.*s", (int)strcspn(f->extensions, " "), f->extensions);
  scratch_path(path, name);
  const lehr_status status = format_write(m, path, f->name, "a comment\nof two lines", &err);
  if (status == LEHR_EINPUT) {
    CHECK_CONTAINS(err.text, "cannot hold");
    return;
  }
  if (status != LEHR_OK) printf("\n  %s: %s", f->name, err.text);
  REQUIRE_OK(status);
  const lehr_status read = lehr_model_read(path, f->name, &back, NULL, &err);
  if (read != LEHR_OK) printf("\n  %s: %s (line %d)", f->name, err.text, (int)err.line);
  REQUIRE_OK(read);
  check_same(m, back, magnitude);
  lehr_model_free(back);
}

static void test_round_trips(void) {
  static const double divisors[] = {1, 10, 64, 1e5, 3, 1 / 3e14, 1e300};
  for (int k = 0; format_at(k); k++) {
    if (!format_at(k)->write) continue;
    for (size_t u = 0; u < sizeof divisors / sizeof divisors[0]; u++) {
      for (int kind = 0; kind < 4; kind++) {
        lehr_model *m = sample_model(kind & 1 ? LEHR_SPIN : LEHR_BINARY, divisors[u], kind & 2);
        round_trip(format_at(k), m, 20 / divisors[u]);
        lehr_model_free(m);
      }
    }
  }
}

/* ---- Damage ---- */

static const char *const samples[][2] = {
    {"x.qubo", "c offset : 0.25\np qubo 0 3 2 2\n0 0 -1\n2 2 0.5\n0 1 2\n1 2 -1.5\n"},
    {"x.mc", "# c\n4 4\n1 2\n2 3 3\n3 4 -2\n4 1 5\n"},
    {"x.bqp", "3 4\n1 1 1\n3 3 -0.5\n1 2 -1\n2 3 0.75\n"},
    {"x.bq", "3 4\n1 1 -1\n3 3 0.5\n1 2 2\n3 2 -1.5\n"},
    {"x.orlib", "2\n2 1\n1 1 5\n3 2\n1 1 1\n2 3 -4\n"},
    {"x.coo", "# vartype=SPIN\n0 0 -1\n2 2 5e-1\n0 1 2\n1 2 -1.5\n"},
    {"x.ising", "# s_i s_j 0-based\n3 2 -7\n0 1 2\n1 2 3\n"},
    {"x.chimera", "# c\n2 1\n0 0 0 1   0 0 1 3 -4\n0 0 1 3   1 0 1 3 1.5\n1 0 1 3   1 0 1 3 2\n"},
};
enum { N_SAMPLES = sizeof samples / sizeof samples[0] };

/* Whatever the bytes are: a model or a clean error. */
static void survive(const char *name, const char *text, size_t size) {
  lehr_model *m;
  const lehr_status status = read_as(name, text, size, NULL, &m, NULL);
  if (status == LEHR_OK) {
    CHECK(lehr_model_look(m)->n < 1 << 20);
    lehr_model_free(m);
  } else {
    CHECK(status == LEHR_EINPUT || status == LEHR_ERANGE);
    CHECK(m == NULL);
    CHECK(err.text[0] != '\0');
  }
}

static void test_truncated_everywhere(void) {
  for (int k = 0; k < N_SAMPLES; k++)
    for (size_t size = 0; size <= strlen(samples[k][1]); size++)
      survive(samples[k][0], samples[k][1], size);
}

static void test_every_byte_changed(void) {
  static const char wrong[] = {0, '\n', '\r', ' ', '-', '9', '0', 'e', '.', '#', '\xff', 'p'};
  char text[256];
  for (int k = 0; k < N_SAMPLES; k++) {
    const size_t size = strlen(samples[k][1]);
    for (size_t at = 0; at < size; at++) {
      for (size_t w = 0; w < sizeof wrong + 8; w++) {
        memcpy(text, samples[k][1], size);
        text[at] = w < sizeof wrong ? wrong[w] : (char)(text[at] ^ 1 << (w - sizeof wrong));
        survive(samples[k][0], text, size);
      }
    }
  }
}

static void test_long_lines_and_many_words(void) {
  const size_t size = 3 << 20;
  char *text = malloc(size);
  REQUIRE(text != NULL);
  memset(text, '1', size);
  survive("long.mc", text, size);
  for (size_t k = 0; k < size; k += 2) text[k] = ' ';
  survive("words.mc", text, size);
  memset(text, '\n', size);
  survive("blank.mc", text, size);
  free(text);
}

static const check_test tests[] = {
    {"conventions", test_conventions},
    {"rudy counts the cut", test_rudy_counts_the_cut},
    {"headers of spin lists", test_headers_of_spin_lists},
    {"orlib selects", test_orlib_selects},
    {"chimera by coordinates", test_chimera_by_coordinates},
    {"ambiguity names candidates", test_ambiguity_names_candidates},
    {"round trips", test_round_trips},
    {"truncated everywhere", test_truncated_everywhere},
    {"every byte changed", test_every_byte_changed},
    {"long lines and many words", test_long_lines_and_many_words},
};

int main(void) {
  const int status = check_run("io/text_formats", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return status;
}
