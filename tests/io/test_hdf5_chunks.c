/* SPDX-License-Identifier: Apache-2.0 */
/* Values from chunks against values from the HDF5 library, in every pipeline of filters. */
#include "base/philox.h"
#include "check.h"
#include "io/hdf5_chunks.h"
#include "support/scratch.h"

#include <stdlib.h>

enum { VALUES = 1000, ALL = 8 };

static hid_t file;
static int64_t source[VALUES];

/* How a dataset is stored: filters as bits. */
enum { SHUFFLE = 1, DEFLATE = 2, CHECKSUM = 4 };

static hid_t make_dataset(const char *name, hid_t type, hsize_t chunk, int filters) {
  const hsize_t size = VALUES;
  const hid_t space = H5Screate_simple(1, &size, NULL), create = H5Pcreate(H5P_DATASET_CREATE);
  if (chunk > 0) H5Pset_chunk(create, 1, &chunk);
  if (filters & SHUFFLE) H5Pset_shuffle(create);
  if (filters & DEFLATE) H5Pset_deflate(create, 4);
  if (filters & CHECKSUM) H5Pset_fletcher32(create);
  const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
  H5Sclose(space);
  H5Pclose(create);
  return dataset;
}

/* Small numbers of either sign, as couplings are, and now and then a large one. */
static void fill_source(void) {
  philox_stream s = philox_stream_at(31, 1);
  for (int k = 0; k < VALUES; k++) {
    source[k] = (int64_t)philox_below(&s, 201) - 100;
    if (k % 50 == 7) source[k] *= INT64_C(123456789123);
  }
}

static void check_ranges(hid_t dataset, hid_t type) {
  unsigned char expected[VALUES * 8], found[VALUES * 8];
  const size_t width = H5Tget_size(type);
  philox_stream s = philox_stream_at(31, 2);
  h5_chunks *c = h5_chunks_open(dataset, type);
  REQUIRE(c != NULL);
  CHECK(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, expected) >= 0);
  for (int trial = 0; trial < 40; trial++) {
    const int64_t start = philox_below(&s, VALUES);
    const int64_t count = philox_below(&s, (uint32_t)(VALUES - start + 1));
    const int64_t first = trial == 0 ? 0 : start, length = trial == 0 ? VALUES : count;
    CHECK(h5_chunks_read(c, first, length, found));
    CHECK(memcmp(found, expected + (size_t)first * width, (size_t)length * width) == 0);
  }
  h5_chunks_close(c);
}

static void test_pipelines(void) {
  const hid_t types[] = {H5T_NATIVE_INT64, H5T_NATIVE_INT32, H5T_NATIVE_INT8, H5T_NATIVE_DOUBLE,
                         H5T_NATIVE_FLOAT};
  static const hsize_t chunks[] = {1, 7, 64, 333, VALUES};
  char name[64];
  for (int t = 0; t < 5; t++)
    for (int k = 0; k < 5; k++)
      for (int filters = 0; filters < ALL; filters++) {
        snprintf(name, sizeof name, "d%d-%d-%d", t, k, filters);
        const hid_t dataset = make_dataset(name, types[t], chunks[k], filters);
        REQUIRE(H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, source) >= 0);
        check_ranges(dataset, types[t]);
        H5Dclose(dataset);
      }
}

/* What is left to the library. */
static void test_refused(void) {
  const hid_t plain = make_dataset("plain", H5T_NATIVE_INT64, 0, 0);
  CHECK(h5_chunks_open(plain, H5T_NATIVE_INT64) == NULL);
  H5Dclose(plain);
  const hid_t foreign = make_dataset("foreign", H5T_STD_I64BE, 64, DEFLATE);
  CHECK(h5_chunks_open(foreign, H5T_NATIVE_INT64) == NULL);
  H5Dclose(foreign);
  const hid_t narrow = make_dataset("narrow", H5T_NATIVE_INT16, 64, DEFLATE);
  CHECK(h5_chunks_open(narrow, H5T_NATIVE_INT64) == NULL);
  H5Dclose(narrow);
  const hsize_t size = VALUES, chunk = 64;
  const hid_t space = H5Screate_simple(1, &size, NULL), create = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(create, 1, &chunk);
  H5Pset_deflate(create, 4);
  H5Pset_shuffle(create); /* after deflate */
  const hid_t odd =
      H5Dcreate2(file, "odd", H5T_NATIVE_INT64, space, H5P_DEFAULT, create, H5P_DEFAULT);
  CHECK(h5_chunks_open(odd, H5T_NATIVE_INT64) == NULL);
  H5Dclose(odd);
  H5Sclose(space);
  H5Pclose(create);
}

/* Chunks that are missing, damaged, or left a filter out: the library has to say what they are. */
static void test_doubtful(void) {
  int64_t values[VALUES];
  unsigned char junk[512] = {1, 2, 3};
  const hsize_t first = 0, second = 64, third = 128;
  const hid_t dataset =
      make_dataset("doubtful", H5T_NATIVE_INT64, 64, SHUFFLE | DEFLATE | CHECKSUM);
  CHECK(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &first, 40, junk) >= 0);
  CHECK(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &second, 2, junk) >= 0);
  CHECK(H5Dwrite_chunk(dataset, H5P_DEFAULT, 7, &third, 512, junk) >= 0);
  h5_chunks *c = h5_chunks_open(dataset, H5T_NATIVE_INT64);
  REQUIRE(c != NULL);
  CHECK(!h5_chunks_read(c, 0, 64, values));
  CHECK(!h5_chunks_read(c, 64, 64, values));
  CHECK(!h5_chunks_read(c, 128, 64, values));
  CHECK(!h5_chunks_read(c, 192, 64, values));
  CHECK(h5_chunks_read(c, 192, 0, values));
  h5_chunks_close(c);
  H5Dclose(dataset);
}

int main(void) {
  static const check_test tests[] = {
      {"pipelines", test_pipelines}, {"refused", test_refused}, {"doubtful chunks", test_doubtful}};
  char path[256];
  scratch_create();
  scratch_path(path, "chunks.h5");
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  fill_source();
  const int rc = check_run("io/hdf5_chunks", tests, sizeof tests / sizeof tests[0]);
  H5Fclose(file);
  scratch_remove();
  return rc;
}
