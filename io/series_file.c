/* SPDX-License-Identifier: Apache-2.0 */
#include "io/series_file.h"

#include "base/error.h"
#include "io/byte_source.h"
#include "io/csv_series.h"
#include "io/hdf5_series.h"
#include "io/publish.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static lehr_status has_hdf5_signature(const char *path, bool *yes, lehr_error *err) {
  static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  unsigned char head[sizeof signature];
  byte_source *source = NULL;
  size_t got = 0;
  LEHR_TRY(byte_source_open(path, &source, err));
  const lehr_status status = byte_source_read(source, head, sizeof head, &got, err);
  byte_source_close(source);
  *yes = got == sizeof head && memcmp(head, signature, sizeof head) == 0;
  return status;
}

lehr_status series_file_read(const char *path, const series_file_options *options, series **out,
                             lehr_error *err) {
  bool is_hdf5 = false;
  *out = NULL;
  if (strcmp(path, "-") != 0) LEHR_TRY(has_hdf5_signature(path, &is_hdf5, err));
  return is_hdf5 ? hdf5_series_read(path, options, out, err)
                 : csv_series_read(path, options, out, err);
}

static bool ends_in(const char *path, const char *ending) {
  const size_t n = strlen(path), m = strlen(ending);
  return n > m && strcasecmp(path + n - m, ending) == 0;
}

lehr_status series_file_write(const series *s, const char *path, const char *title,
                              lehr_error *err) {
  char *text = NULL;
  size_t length = 0;
  if (ends_in(path, ".h5") || ends_in(path, ".hdf5") || ends_in(path, ".nc"))
    return hdf5_series_write(s, path, title, err);
  if (!ends_in(path, ".csv") && strcmp(path, "-") != 0)
    return error_set(err, LEHR_EUSAGE, "series are written as .h5, .hdf5, .nc or .csv");
  LEHR_TRY(csv_series_format(s, &text, &length, err));
  const lehr_status status = publish_bytes(path, text, length, err);
  free(text);
  return status;
}
