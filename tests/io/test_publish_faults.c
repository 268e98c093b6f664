/* SPDX-License-Identifier: Apache-2.0 */
/* Every system call of publishing fails once, in turn: the old file stays as it was, or the new
 * one is complete; never anything between, and nothing is left behind. */
#include "check.h"
#include "io/publish.h"
#include "support/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>

/* The linker sends publish.c's calls here (-Wl,--wrap). */
ssize_t __real_write(int fd, const void *data, size_t size);
int __real_fsync(int fd);
int __real_close(int fd);
int __real_renameat(int from_folder, const char *from, int to_folder, const char *to);
int __real_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __real_openat(int folder, const char *name, int flags, ...);
int __real_fchmod(int fd, mode_t mode);

static struct {
  bool is_armed;
  int countdown;   /* the call that brings it to 0 fails */
  int error;       /* errno, or 0 for a short write */
  bool no_unnamed; /* as on a file system without O_TMPFILE */
} fault;

static bool fails(void) {
  if (!fault.is_armed || fault.countdown <= 0 || --fault.countdown > 0) return false;
  errno = fault.error;
  return true;
}

ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size) {
  if (!fails()) return __real_write(fd, data, size);
  return fault.error ? -1 : __real_write(fd, data, size > 1 ? size / 2 : size);
}

int __wrap_fsync(int fd);
int __wrap_fsync(int fd) { return fault.error && fails() ? -1 : __real_fsync(fd); }

int __wrap_close(int fd);
int __wrap_close(int fd) {
  const bool is_failure = fault.error && fails();
  const int rc = __real_close(fd);
  if (!is_failure) return rc;
  errno = fault.error; /* the descriptor is gone all the same */
  return -1;
}

int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to);
int __wrap_renameat(int from_folder, const char *from, int to_folder, const char *to) {
  return fault.error && fails() ? -1 : __real_renameat(from_folder, from, to_folder, to);
}

int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  return fault.error && fails() ? -1 : __real_linkat(from_folder, from, to_folder, to, flags);
}

int __wrap_openat(int folder, const char *name, int flags, ...);
int __wrap_openat(int folder, const char *name, int flags, ...) {
  va_list args;
  va_start(args, flags);
  const int mode = va_arg(args, int);
  va_end(args);
  if (fault.no_unnamed && strcmp(name, ".") == 0) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return fault.error && fails() ? -1 : __real_openat(folder, name, flags, mode);
}

int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode) {
  return fault.error && fails() ? -1 : __real_fchmod(fd, mode);
}

enum { BYTES = 200000, MOST_CALLS = 60 };
static char old_bytes[BYTES / 2], new_bytes[BYTES];

static int files_in_folder(void) {
  int count = 0;
  DIR *d = opendir(scratch_folder);
  for (struct dirent *e; d && (e = readdir(d));)
    count += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
  if (d) closedir(d);
  return count;
}

static bool holds(const char *path, const char *data, size_t size) {
  size_t now_size = 0;
  char *now = scratch_read(path, &now_size);
  const bool is_same = now && now_size == size && memcmp(now, data, size) == 0;
  free(now);
  return is_same;
}

/* Publishes with the k-th call failing; false when no call failed any more. */
static bool publish_with_fault(const char *path, int k, int error) {
  lehr_error err;
  scratch_write(path, old_bytes, sizeof old_bytes);
  fault.countdown = k;
  fault.error = error;
  fault.is_armed = true;
  publication *p;
  lehr_status status = publish_open(path, &p, &err);
  for (size_t done = 0; status == LEHR_OK && done < BYTES && p; done += BYTES / 4) {
    status = publish_write(p, new_bytes + done, BYTES / 4, &err);
    if (status != LEHR_OK) publish_abort(p);
  }
  if (status == LEHR_OK) status = publish_commit(p, &err);
  fault.is_armed = false;
  const bool was_hit = fault.countdown == 0;
  const bool is_new = holds(path, new_bytes, sizeof new_bytes);
  CHECK(is_new || holds(path, old_bytes, sizeof old_bytes));
  CHECK(status != LEHR_OK || is_new);
  CHECK(status == LEHR_OK || status == LEHR_EIO || status == LEHR_EOUTPUT);
  CHECK_INT(files_in_folder(), 1);
  if (error == EINTR || error == 0) CHECK_INT(status, LEHR_OK);
  return was_hit;
}

static void fail_everywhere(int error) {
  char path[256];
  scratch_path(path, "file");
  int k = 1;
  while (k < MOST_CALLS && publish_with_fault(path, k, error)) k++;
  CHECK(k > 3 && k < MOST_CALLS);
}

static void test_io_error(void) { fail_everywhere(EIO); }
static void test_disk_full(void) { fail_everywhere(ENOSPC); }
static void test_short_writes(void) { fail_everywhere(0); }

static void test_without_unnamed_files(void) {
  fault.no_unnamed = true;
  fail_everywhere(EIO);
  fault.no_unnamed = false;
}

/* EINTR can only come from write, fsync and close. */
static void test_interrupted_writes(void) {
  char path[256];
  scratch_path(path, "file");
  for (int k = 3; k <= 8; k++) {
    lehr_error err;
    scratch_write(path, old_bytes, sizeof old_bytes);
    publication *p;
    REQUIRE_OK(publish_open(path, &p, &err));
    fault.countdown = k - 2;
    fault.error = EINTR;
    fault.is_armed = true;
    const lehr_status written = publish_write(p, new_bytes, BYTES, &err);
    fault.is_armed = false;
    CHECK_INT(written, LEHR_OK);
    REQUIRE_OK(publish_commit(p, &err));
    CHECK(holds(path, new_bytes, BYTES));
  }
}

static const check_test tests[] = {
    {"io error", test_io_error},
    {"disk full", test_disk_full},
    {"short writes", test_short_writes},
    {"without unnamed files", test_without_unnamed_files},
    {"interrupted writes", test_interrupted_writes},
};

int main(void) {
  memset(old_bytes, 'o', sizeof old_bytes);
  for (size_t k = 0; k < BYTES; k++) new_bytes[k] = (char)('a' + k % 26);
  const int status = check_run("io/publish_faults", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return status;
}
