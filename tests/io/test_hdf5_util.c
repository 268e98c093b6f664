/* SPDX-License-Identifier: Apache-2.0 */
/* Writing and reading HDF5 in memory, in a child, and in this process. */
#include "check.h"
#include "io/hdf5_util.h"
#include "support/scratch.h"

#include <hdf5.h>
#include <stdlib.h>

static const int64_t count = 40000;

static void write_sample(const char *path, uint64_t expected_bytes) {
  h5_writer *w;
  lehr_error err = {0};
  double *values = malloc((size_t)count * sizeof *values);
  int64_t matrix[6] = {1, 2, 3, INT64_MAX, INT64_MIN, -1};
  static const char *const names[] = {"a", "", "Zürich"};
  static const int8_t flags[] = {0, 1};
  for (int64_t k = 0; k < count; k++) values[k] = (double)k / 3;
  REQUIRE_OK(h5_writer_create(path, "a sample", expected_bytes, &w, &err));
  h5_put_array(w, "/group/inner/values", H5_REAL64, count, values);
  h5_put_matrix(w, "/matrix", H5_INT64, 2, 3, matrix);
  h5_put_strings(w, "/names", 3, names);
  h5_put_array(w, "/flags", H5_INT8, 2, flags);
  h5_put_int(w, "/one", INT64_MAX);
  h5_put_real(w, "/tenth", 0.1);
  h5_put_string(w, "/text", "grüezi");
  h5_put_attribute_int(w, "/group", "seed", -7);
  h5_put_attribute_real(w, "/group", "nan", NAN);
  h5_put_attribute_string(w, "/matrix", "units", "MW");
  h5_put_attribute_array(w, "/flags", "flag_values", H5_INT8, 2, flags);
  h5_make_scale(w, "/names");
  h5_make_dimension(w, "/rows", 2);
  h5_attach_scale(w, "/matrix", 0, "/rows");
  h5_attach_scale(w, "/matrix", 1, "/names");
  CHECK_INT(h5_writer_status(w), LEHR_OK);
  const lehr_status status = h5_writer_publish(w, &err);
  CHECK_TEXT(err.text, "");
  REQUIRE_OK(status);
  free(values);
}

static void check_sample(const char *path, bool is_trusted) {
  h5_reader *r;
  lehr_error err = {0};
  h5_kind kind;
  h5_shape shape;
  double *values, real = 0;
  int64_t n, integer = 0, matrix[6];
  int32_t narrow[3];
  char **names, *text;
  const int64_t zero[2] = {0}, block[2] = {2, 3};
  REQUIRE_OK(h5_open(path, is_trusted, &r, &err));
  REQUIRE_OK(h5_kind_of(r, "/group", &kind, &err));
  CHECK_INT(kind, H5_GROUP_OBJECT);
  REQUIRE_OK(h5_kind_of(r, "/nothing/here", &kind, &err));
  CHECK_INT(kind, H5_NOTHING);
  REQUIRE_OK(h5_shape_of(r, "/matrix", &shape, &err));
  CHECK_INT(shape.type, H5_INT64);
  CHECK_INT(shape.rank, 2);
  CHECK_INT(shape.dims[1], 3);
  REQUIRE_OK(h5_read_array(r, "/group/inner/values", H5_REAL64, count, (void **)&values, &n, &err));
  CHECK_INT(n, count);
  bool is_same = true;
  for (int64_t k = 0; k < n; k++) is_same &= values[k] == (double)k / 3;
  CHECK(is_same);
  free(values);
  REQUIRE_OK(h5_read(r, "/matrix", H5_INT64, 2, zero, block, matrix, &err));
  CHECK_INT(matrix[3], INT64_MAX);
  CHECK_INT(matrix[4], INT64_MIN);
  REQUIRE_OK(h5_read_strings(r, "/names", 0, 3, &names, &err));
  CHECK_TEXT(names[0], "a");
  CHECK_TEXT(names[1], "");
  CHECK_TEXT(names[2], "Zürich");
  free(names);
  REQUIRE_OK(h5_read_part(r, "/flags", H5_INT32, 1, 1, narrow, &err));
  CHECK_INT(narrow[0], 1);
  REQUIRE_OK(h5_read_scalar(r, "/one", H5_INT64, &integer, &err));
  CHECK_INT(integer, INT64_MAX);
  REQUIRE_OK(h5_read_scalar(r, "/tenth", H5_REAL64, &real, &err));
  CHECK_REAL(real, 0.1, 0);
  REQUIRE_OK(h5_read_string(r, "/text", &text, &err));
  CHECK_TEXT(text, "grüezi");
  free(text);
  REQUIRE_OK(h5_attribute_int(r, "/group", "seed", &integer, &err));
  CHECK_INT(integer, -7);
  integer = 5;
  REQUIRE_OK(h5_attribute_int(r, "/group", "absent", &integer, &err));
  CHECK_INT(integer, 5);
  REQUIRE_OK(h5_attribute_real(r, "/group", "nan", &real, &err));
  CHECK(isnan(real));
  REQUIRE_OK(h5_attribute_string(r, "/matrix", "units", &text, &err));
  CHECK_TEXT(text, "MW");
  free(text);
  REQUIRE_OK(h5_list(r, "/", 100, &names, &n, &err));
  CHECK_INT(n, 8);
  CHECK_TEXT(names[0], "flags");
  free(names);
  h5_close(r);
}

static void test_round_trip(void) {
  char path[256];
  scratch_path(path, "round.h5");
  write_sample(path, 0);
  check_sample(path, true);
  check_sample(path, false);
}

static void test_large_file_by_child(void) {
  char small[256], large[256];
  scratch_path(small, "image.h5");
  scratch_path(large, "child.h5");
  write_sample(small, 0);
  write_sample(large, UINT64_C(1) << 30);
  check_sample(large, false);
}

static void test_equal_bytes(void) {
  char a[256], b[256];
  scratch_path(a, "a.h5");
  scratch_path(b, "b.h5");
  for (uint64_t expected = 0; expected <= UINT64_C(1) << 30; expected += UINT64_C(1) << 30) {
    write_sample(a, expected);
    write_sample(b, expected);
    CHECK(scratch_equal(a, b));
  }
}

static void test_refusals(void) {
  char path[256];
  h5_reader *r;
  h5_shape shape;
  lehr_error err = {0};
  int32_t small[6];
  double real;
  int64_t n;
  void *array;
  const int64_t zero[2] = {0}, block[2] = {2, 4};
  scratch_path(path, "refuse.h5");
  write_sample(path, 0);
  REQUIRE_OK(h5_open(path, false, &r, &err));
  CHECK_INT(h5_read(r, "/matrix", H5_INT32, 2, zero, block, small, &err), LEHR_EINPUT);
  CHECK_INT(h5_read(r, "/matrix", H5_INT64, 2, zero, block, small, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "/matrix is shorter than expected");
  CHECK_INT(h5_read(r, "/matrix", H5_INT64, 1, zero, block, small, &err), LEHR_EINPUT);
  CHECK_INT(h5_read_scalar(r, "/one", H5_REAL64, &real, &err), LEHR_EINPUT);
  CHECK_INT(h5_shape_of(r, "/absent", &shape, &err), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "/absent is missing");
  CHECK_INT(h5_shape_of(r, "/group", &shape, &err), LEHR_EINPUT);
  CHECK_INT(h5_read_array(r, "/group/inner/values", H5_REAL64, 10, &array, &n, &err), LEHR_EINPUT);
  h5_close(r);
  CHECK_INT(h5_open("/nonexistent/file.h5", false, &r, &err), LEHR_ENOINPUT);
  CHECK_INT(h5_open("/dev/null", false, &r, &err), LEHR_ENOINPUT);
  scratch_write(path, "no HDF5", 7);
  CHECK_INT(h5_open(path, false, &r, &err), LEHR_EINPUT);
  CHECK_INT(h5_open(path, true, &r, &err), LEHR_EINPUT);
}

/* What another program could have put in: links, foreign storage, unknown types. */
static void write_traps(const char *path) {
  const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t huge = (hsize_t)1 << 42, ten = 10;
  const hid_t space = H5Screate_simple(1, &huge, NULL), small = H5Screate_simple(1, &ten, NULL);
  const hid_t chunked = H5Pcreate(H5P_DATASET_CREATE), external = H5Pcreate(H5P_DATASET_CREATE),
              scaled = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk = 1 << 16;
  H5Pset_chunk(chunked, 1, &chunk);
  H5Pset_deflate(chunked, 9);
  H5Dclose(H5Dcreate2(file, "bomb", H5T_IEEE_F64LE, space, H5P_DEFAULT, chunked, H5P_DEFAULT));
  H5Pset_external(external, "/etc/passwd", 0, 80);
  H5Dclose(H5Dcreate2(file, "external", H5T_STD_I64LE, small, H5P_DEFAULT, external, H5P_DEFAULT));
  H5Pset_chunk(scaled, 1, &ten);
  H5Pset_scaleoffset(scaled, H5Z_SO_INT, 0);
  H5Dclose(H5Dcreate2(file, "filter", H5T_STD_I64LE, small, H5P_DEFAULT, scaled, H5P_DEFAULT));
  H5Lcreate_soft("/filter", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_external("/etc/other.h5", "/x", file, "link", H5P_DEFAULT, H5P_DEFAULT);
  const hid_t vlen = H5Tvlen_create(H5T_STD_I32LE);
  H5Dclose(H5Dcreate2(file, "vlen", vlen, small, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Dclose(H5Dcreate2(file, "u64", H5T_STD_U64LE, small, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Tclose(vlen);
  H5Pclose(chunked);
  H5Pclose(external);
  H5Pclose(scaled);
  H5Sclose(space);
  H5Sclose(small);
  H5Fclose(file);
}

static void test_traps(void) {
  static const struct {
    const char *path, *why;
  } traps[] = {{"/bomb", "more values than the file can hold"},
               {"/external", "in another file"},
               {"/filter", "filter other than deflate"},
               {"/soft", "soft or external link"},
               {"/link", "soft or external link"},
               {"/link/x", "soft or external link"},
               {"/vlen", "not supported"},
               {"/u64", "not supported"}};
  char path[256];
  lehr_error err = {0};
  h5_shape shape;
  scratch_path(path, "traps.h5");
  write_traps(path);
  for (int is_trusted = 0; is_trusted < 2; is_trusted++) {
    h5_reader *r;
    REQUIRE_OK(h5_open(path, is_trusted, &r, &err));
    for (size_t k = 0; k < sizeof traps / sizeof traps[0]; k++) {
      CHECK_INT(h5_shape_of(r, traps[k].path, &shape, &err), LEHR_EINPUT);
      CHECK_CONTAINS(err.text, traps[k].why);
    }
    h5_close(r);
  }
}

int main(void) {
  static const check_test tests[] = {{"round trip", test_round_trip},
                                     {"large file by a child", test_large_file_by_child},
                                     {"equal calls, equal bytes", test_equal_bytes},
                                     {"refusals", test_refusals},
                                     {"traps", test_traps}};
  scratch_create();
  const int rc = check_run("io/hdf5_util", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return rc;
}
