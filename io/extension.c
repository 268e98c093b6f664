/* SPDX-License-Identifier: Apache-2.0 */
#include "io/extension.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool extension_is_gzip(const char *path) {
  const size_t length = strlen(path);
  return length > 3 && strcasecmp(path + length - 3, ".gz") == 0;
}

void extension_of(const char *path, char extension[EXTENSION]) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t length = strlen(name);
  if (extension_is_gzip(name)) length -= 3;
  const char *dot = memrchr(name, '.', length);
  const bool has_one = dot && dot != name;
  snprintf(extension, EXTENSION, "%.*s", has_one ? (int)(name + length - dot - 1) : 0,
           has_one ? dot + 1 : "");
}

bool extension_in(const char *list, const char *extension) {
  const size_t length = strlen(extension);
  while (*list && length > 0) {
    const size_t here = strcspn(list, " ");
    if (here == length && strncasecmp(list, extension, here) == 0) return true;
    list += here + strspn(list + here, " ");
  }
  return false;
}

bool extension_is_hdf5(const char *path) {
  char extension[EXTENSION];
  extension_of(path, extension);
  return !extension_is_gzip(path) && extension_in("h5 hdf5", extension);
}
