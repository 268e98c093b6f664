/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_descriptor.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct descriptor_info {
  int fd;
} descriptor_info;

typedef struct descriptor_file {
  H5FD_t base; /* first: HDF5 sees only this */
  int fd;
  haddr_t end_of_allocation, end_of_file;
} descriptor_file;

static H5FD_t *open_file(const char *name, unsigned flags, hid_t access, haddr_t max_address) {
  (void)name;
  (void)max_address;
  struct stat s;
  const descriptor_info *info = H5Pget_driver_info(access);
  if (!info || fstat(info->fd, &s) != 0) return NULL;
  if (flags & H5F_ACC_TRUNC) {
    if (ftruncate(info->fd, 0) != 0) return NULL;
    s.st_size = 0;
  }
  descriptor_file *f = calloc(1, sizeof *f);
  if (!f) return NULL;
  f->fd = info->fd;
  f->end_of_file = (haddr_t)s.st_size;
  return &f->base;
}

static herr_t close_file(H5FD_t *file) {
  free(file);
  return 0;
}

static herr_t query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

static haddr_t get_end_of_allocation(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const descriptor_file *)file)->end_of_allocation;
}

static herr_t set_end_of_allocation(H5FD_t *file, H5FD_mem_t type, haddr_t address) {
  (void)type;
  ((descriptor_file *)file)->end_of_allocation = address;
  return 0;
}

static haddr_t get_end_of_file(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const descriptor_file *)file)->end_of_file;
}

/* Bytes behind the end of the file read as zeros, as in HDF5's own drivers. */
static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address,
                         size_t size, void *buffer) {
  (void)type;
  (void)transfer;
  const descriptor_file *f = (const descriptor_file *)file;
  unsigned char *into = buffer;
  while (size > 0) {
    const ssize_t got = pread(f->fd, into, size, (off_t)address);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) {
      memset(into, 0, size);
      return 0;
    }
    into += got;
    address += (haddr_t)got;
    size -= (size_t)got;
  }
  return 0;
}

static herr_t write_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address,
                          size_t size, const void *buffer) {
  (void)type;
  (void)transfer;
  descriptor_file *f = (descriptor_file *)file;
  const unsigned char *from = buffer;
  while (size > 0) {
    const ssize_t put = pwrite(f->fd, from, size, (off_t)address);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return -1;
    from += put;
    address += (haddr_t)put;
    size -= (size_t)put;
  }
  if (address > f->end_of_file) f->end_of_file = address;
  return 0;
}

static herr_t truncate_file(H5FD_t *file, hid_t transfer, hbool_t is_closing) {
  (void)transfer;
  (void)is_closing;
  descriptor_file *f = (descriptor_file *)file;
  if (f->end_of_allocation == f->end_of_file) return 0;
  if (ftruncate(f->fd, (off_t)f->end_of_allocation) != 0) return -1;
  f->end_of_file = f->end_of_allocation;
  return 0;
}

static const H5FD_class_t driver_class = {
#ifdef H5FD_CLASS_VERSION /* HDF5 1.14 */
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600,
#endif
    .name = "lehr descriptor",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(descriptor_info),
    .open = open_file,
    .close = close_file,
    .query = query,
    .get_eoa = get_end_of_allocation,
    .set_eoa = set_end_of_allocation,
    .get_eof = get_end_of_file,
    .read = read_bytes,
    .write = write_bytes,
    .truncate = truncate_file,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

herr_t h5_use_descriptor(hid_t access, int fd) {
  const descriptor_info info = {.fd = fd};
  const hid_t driver = H5FDregister(&driver_class);
  if (driver < 0) return -1;
  const herr_t rc = H5Pset_driver(access, driver, &info);
  H5FDunregister(driver); /* the property list keeps it alive */
  return rc;
}
