/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_shared.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int h5_shared_create(void) {
  const int fd = memfd_create("lehr-h5", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return -1;
  if (ftruncate(fd, H5_SHARED_BYTES) == 0 &&
      fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return fd;
  close(fd);
  return -1;
}

unsigned char *h5_shared_map(int fd) {
  if (fd < 0) return NULL;
  void *memory = mmap(NULL, H5_SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void h5_shared_unmap(unsigned char *shared) {
  if (shared) munmap(shared, H5_SHARED_BYTES);
}
