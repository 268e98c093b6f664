/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/plugin_elf.h"

#include "base/error.h"

#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_at(int fd, void *into, size_t bytes, uint64_t offset) {
  return offset <= INT64_MAX && pread(fd, into, bytes, (off_t)offset) == (ssize_t)bytes;
}

static bool lies_within(uint64_t offset, uint64_t bytes, uint64_t size) {
  return bytes <= size && offset <= size - bytes;
}

lehr_status plugin_elf_check(int fd, lehr_error *err) {
  struct stat s;
  ElfW(Ehdr) header;
  ElfW(Phdr) segment;
  if (fstat(fd, &s) != 0) return error_errno(err, LEHR_EUNAVAILABLE, "plugin");
  if (!read_at(fd, &header, sizeof header, 0) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return error_set(err, LEHR_EUNAVAILABLE, "is no shared object (ELF)");
  if (header.e_phentsize != sizeof segment)
    return error_set(err, LEHR_EUNAVAILABLE, "is a shared object for another kind of machine");
  for (unsigned k = 0; k < header.e_phnum; k++) {
    if (!read_at(fd, &segment, sizeof segment, header.e_phoff + k * sizeof segment))
      return error_set(err, LEHR_EUNAVAILABLE, "is cut off: its headers are missing");
    if (segment.p_type == PT_LOAD &&
        !lies_within(segment.p_offset, segment.p_filesz, (uint64_t)s.st_size))
      return error_set(err, LEHR_EUNAVAILABLE, "is cut off: its contents end at byte %lld",
                       (long long)s.st_size);
  }
  return LEHR_OK;
}
