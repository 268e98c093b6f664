/* SPDX-License-Identifier: Apache-2.0 */
#include "io/publish.h"

#include "base/descriptor.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 16, NAME_TRIES = 100 };

struct publication {
  char *shown;    /* the path as the user wrote it, for messages */
  char *target;   /* the file to be replaced, links resolved; NULL for streams */
  char *temp;     /* name of the temporary file; NULL while it has none */
  int fd, folder; /* folder: of target, -1 for streams */
  bool owns_fd;
  size_t used;
  unsigned char buffer[BUFFER_BYTES];
};

static void release(publication *p) {
  if (!p) return;
  if (p->temp) unlinkat(p->folder, p->temp, 0);
  if (p->fd >= 0 && p->owns_fd) close(p->fd);
  if (p->folder >= 0) close(p->folder);
  free(p->shown);
  free(p->target);
  free(p->temp);
  free(p);
}

void publish_abort(publication *p) { release(p); }

bool publish_is_file(const publication *p) { return p->target != NULL; }

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool is_descriptor_path(const char *path) {
  return strncmp(path, "/dev/fd/", 8) == 0 || strncmp(path, "/proc/self/fd/", 14) == 0;
}

/* ---- Opening ---- */

static lehr_status open_stream(publication *p, const char *path, lehr_error *err) {
  if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
    p->fd = STDOUT_FILENO;
    p->owns_fd = false;
    return LEHR_OK;
  }
  p->fd = open(path, O_WRONLY | O_CLOEXEC);
  p->owns_fd = true;
  return p->fd >= 0 ? LEHR_OK : error_errno(err, LEHR_EOUTPUT, path);
}

static lehr_status open_folder(publication *p, lehr_error *err) {
  char *folder = strdup(p->target);
  if (!folder) return error_memory(err, strlen(p->target));
  char *slash = strrchr(folder, '/');
  if (!slash)
    strcpy(folder, "."); /* the name has at least one character */
  else
    slash[slash == folder] = '\0';
  p->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  free(folder);
  if (p->folder < 0) return error_errno(err, LEHR_EOUTPUT, p->shown);
  /* A folder that was deleted under its user: some file systems make unnamed files in it, which
   * could never be published. */
  struct stat facts;
  if (fstat(p->folder, &facts) == 0 && facts.st_nlink > 0) return LEHR_OK;
  errno = ENOENT;
  return error_errno(err, LEHR_EOUTPUT, p->shown);
}

/* A name in the folder that nobody uses yet: .NAME.XXXXXXXX.tmp */
static lehr_status new_name(publication *p, lehr_error *err) {
  uint64_t random;
  if (getrandom(&random, sizeof random, 0) != sizeof random)
    return error_errno(err, LEHR_EOUTPUT, p->shown);
  free(p->temp);
  if (asprintf(&p->temp, ".%.200s.%016llx.tmp", base_name(p->target), (unsigned long long)random) <
      0) {
    p->temp = NULL;
    return error_memory(err, 256);
  }
  return LEHR_OK;
}

static void forget_name(publication *p) {
  free(p->temp);
  p->temp = NULL;
}

/* An unnamed file where the file system has them, otherwise one with a hidden name. */
static lehr_status open_temp(publication *p, lehr_error *err) {
  p->owns_fd = true;
  p->fd = openat(p->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  if (p->fd >= 0) return LEHR_OK;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)
    return error_errno(err, LEHR_EOUTPUT, p->shown);
  for (int k = 0; k < NAME_TRIES; k++) {
    LEHR_TRY(new_name(p, err));
    p->fd = openat(p->folder, p->temp, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (p->fd >= 0) return LEHR_OK;
    if (errno != EEXIST) break;
  }
  forget_name(p);
  return error_errno(err, LEHR_EOUTPUT, p->shown);
}

/* Follows links, refuses what must not be replaced, keeps the permissions of the old file. */
static lehr_status open_file(publication *p, const char *path, lehr_error *err) {
  struct stat old;
  if (path[0] == '\0' || path[strlen(path) - 1] == '/')
    return error_set(err, LEHR_EOUTPUT, "'%s' is not a file name", path);
  const bool is_there = lstat(path, &old) == 0;
  p->target = is_there && S_ISLNK(old.st_mode) ? realpath(path, NULL) : strdup(path);
  if (!p->target) return error_errno(err, LEHR_EOUTPUT, path);
  if (is_there && access(path, W_OK) != 0) return error_errno(err, LEHR_EOUTPUT, path);
  LEHR_TRY(open_folder(p, err));
  LEHR_TRY(open_temp(p, err));
  if (is_there && stat(path, &old) == 0 && fchmod(p->fd, old.st_mode & 0777) != 0)
    return error_errno(err, LEHR_EOUTPUT, path);
  return LEHR_OK;
}

lehr_status publish_open(const char *path, publication **out, lehr_error *err) {
  struct stat s;
  *out = NULL;
  publication *p = malloc(sizeof *p);
  if (!p) return error_memory(err, sizeof *p);
  *p = (publication){.fd = -1, .folder = -1};
  p->shown = strdup(path);
  lehr_status status;
  if (!p->shown)
    status = error_memory(err, strlen(path));
  else if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0 || is_descriptor_path(path))
    status = open_stream(p, path, err);
  else if (stat(path, &s) != 0 || S_ISREG(s.st_mode))
    status = open_file(p, path, err);
  else if (S_ISFIFO(s.st_mode) || S_ISCHR(s.st_mode))
    status = open_stream(p, path, err);
  else
    status = error_set(err, LEHR_EOUTPUT, "%s: %s", path,
                       S_ISDIR(s.st_mode) ? "is a directory" : "is not a file");
  if (status != LEHR_OK) {
    release(p);
    return status;
  }
  *out = p;
  return LEHR_OK;
}

/* ---- Writing ---- */

static lehr_status write_all(publication *p, const void *data, size_t size, lehr_error *err) {
  return descriptor_write(p->fd, data, size) ? LEHR_OK : error_errno(err, LEHR_EIO, p->shown);
}

static lehr_status flush(publication *p, lehr_error *err) {
  const size_t used = p->used;
  p->used = 0;
  return write_all(p, p->buffer, used, err);
}

lehr_status publish_write(publication *p, const void *data, size_t size, lehr_error *err) {
  if (size > BUFFER_BYTES - p->used) LEHR_TRY(flush(p, err));
  if (size >= BUFFER_BYTES) return write_all(p, data, size, err);
  if (size > 0) memcpy(p->buffer + p->used, data, size);
  p->used += size;
  return LEHR_OK;
}

lehr_status publish_descriptor(publication *p, int *fd, lehr_error *err) {
  *fd = p->fd;
  return flush(p, err);
}

/* ---- Committing ---- */

static lehr_status sync_descriptor(const publication *p, int fd, lehr_error *err) {
  return descriptor_sync(fd) ? LEHR_OK : error_errno(err, LEHR_EIO, p->shown);
}

/* Gives an unnamed file a hidden name; rename needs one. */
static lehr_status give_name(publication *p, lehr_error *err) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", p->fd);
  for (int k = 0; k < NAME_TRIES; k++) {
    LEHR_TRY(new_name(p, err));
    if (linkat(AT_FDCWD, link, p->folder, p->temp, AT_SYMLINK_FOLLOW) == 0) return LEHR_OK;
    if (errno != EEXIST) break;
  }
  forget_name(p);
  return error_errno(err, LEHR_EIO, p->shown);
}

static lehr_status commit_file(publication *p, lehr_error *err) {
  LEHR_TRY(sync_descriptor(p, p->fd, err));
  if (!p->temp) LEHR_TRY(give_name(p, err));
  const int fd = p->fd;
  p->fd = -1;
  if (close(fd) != 0 && errno != EINTR) return error_errno(err, LEHR_EIO, p->shown);
  if (renameat(p->folder, p->temp, p->folder, base_name(p->target)) != 0)
    return error_errno(err, LEHR_EIO, p->shown);
  forget_name(p);
  return sync_descriptor(p, p->folder, err);
}

lehr_status publish_commit(publication *p, lehr_error *err) {
  lehr_status status = flush(p, err);
  if (status == LEHR_OK && p->target) status = commit_file(p, err);
  if (status == LEHR_OK && !p->target && p->owns_fd) {
    const int fd = p->fd;
    p->fd = -1;
    if (close(fd) != 0 && errno != EINTR) status = error_errno(err, LEHR_EIO, p->shown);
  }
  release(p);
  return status;
}

lehr_status publish_bytes(const char *path, const void *data, size_t size, lehr_error *err) {
  publication *p;
  LEHR_TRY(publish_open(path, &p, err));
  const lehr_status status = publish_write(p, data, size, err);
  if (status != LEHR_OK) {
    publish_abort(p);
    return status;
  }
  return publish_commit(p, err);
}
