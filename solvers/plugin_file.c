/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/plugin_file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_trusted(const struct stat *s) { return s->st_uid == 0 || s->st_uid == geteuid(); }

static bool is_writable_by_others(const struct stat *s) {
  return (s->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

static lehr_status check_folder(int fd, const char *path, lehr_error *err) {
  struct stat s;
  if (fstat(fd, &s) != 0) return error_errno(err, LEHR_EUNAVAILABLE, path);
  if (!is_trusted(&s))
    return error_set(err, LEHR_EPERMISSION, "a folder above belongs to user %u: %s",
                     (unsigned)s.st_uid, path);
  const bool is_shared = s.st_uid == 0 && (s.st_mode & S_ISVTX); /* /tmp */
  if (is_writable_by_others(&s) && !is_shared)
    return error_set(err, LEHR_EPERMISSION, "others may write to a folder above: %s", path);
  return LEHR_OK;
}

/* Walks down from the root, holding each folder open while it is checked, so that what was checked
 * is what is passed through. path is absolute without links; cut apart in place. */
static lehr_status open_folder(char *path, int *folder, lehr_error *err) {
  int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return error_errno(err, LEHR_EUNAVAILABLE, "/");
  lehr_status status = check_folder(fd, "/", err);
  for (char *name = path + 1; status == LEHR_OK && *name;) {
    char *end = strchrnul(name, '/');
    const bool is_last = *end == '\0';
    *end = '\0';
    const int next = openat(fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0)
      status = error_errno(err, LEHR_EUNAVAILABLE, path);
    else
      status = check_folder(next, path, err);
    close(fd);
    fd = next;
    if (is_last) break;
    *end = '/';
    name = end + 1;
  }
  if (status == LEHR_OK)
    *folder = fd;
  else if (fd >= 0)
    close(fd);
  return status;
}

static lehr_status check_file(int fd, lehr_error *err) {
  struct stat s;
  if (fstat(fd, &s) != 0) return error_errno(err, LEHR_EUNAVAILABLE, "plugin");
  if (!S_ISREG(s.st_mode)) return error_set(err, LEHR_EPERMISSION, "is not a regular file");
  if (!is_trusted(&s))
    return error_set(err, LEHR_EPERMISSION, "belongs to user %u", (unsigned)s.st_uid);
  if (is_writable_by_others(&s)) return error_set(err, LEHR_EPERMISSION, "others may write to it");
  return LEHR_OK;
}

lehr_status plugin_file_open(const char *path, int *fd, lehr_error *err) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  char *above = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
  if (!above) return error_memory(err, strlen(path));
  char *folder_path = realpath(above, NULL);
  free(above);
  if (!folder_path) return error_errno(err, LEHR_EUNAVAILABLE, "cannot be opened");
  int folder = -1;
  lehr_status status = open_folder(folder_path, &folder, err);
  free(folder_path);
  if (status != LEHR_OK) return status;
  /* O_NONBLOCK: a FIFO must not keep us waiting. */
  *fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  const int reason = errno;
  close(folder);
  if (*fd < 0) {
    if (reason == ELOOP)
      return error_set(err, LEHR_EPERMISSION, "is a symbolic link; name the file itself");
    errno = reason;
    return error_errno(err, LEHR_EUNAVAILABLE, "cannot be opened");
  }
  status = check_file(*fd, err);
  if (status != LEHR_OK) close(*fd);
  return status;
}
