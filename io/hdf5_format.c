/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 models as a row of the format registry. */
#include "io/hdf5_model.h"
#include "io/registry.h"

#include <string.h>

static format_match sniff(const char *head, size_t size) {
  static const char signature[] = "\x89HDF\r\n\x1a\n";
  return size >= 8 && memcmp(head, signature, 8) == 0 ? FORMAT_CERTAIN : FORMAT_NO;
}

const model_format format_hdf5 = {
    .name = "hdf5",
    .extensions = "h5 hdf5 qb",
    .summary = "HDF5, beyond QUBin; FILE#NAME for one of /models",
    .sniff = sniff,
    .read_path = hdf5_model_read_file,
    .write_path = hdf5_model_write_file,
};
