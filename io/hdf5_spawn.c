/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and starting lehr-h5. */
#include "base/error.h"
#include "io/hdf5_link.h"
#include "lehr/version.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_DESCRIPTOR = 3, SHARED_DESCRIPTOR = 4, FREE_DESCRIPTOR = 10 };

/* Only a program that nobody but root or this user could have put there. */
static bool is_ours(const char *program) {
  struct stat s;
  return stat(program, &s) == 0 && S_ISREG(s.st_mode) && access(program, X_OK) == 0 &&
         (s.st_uid == 0 || s.st_uid == geteuid()) && !(s.st_mode & 022);
}

/* program = folder of `file` + suffix, if it is there. */
static bool try_beside(const char *file, const char *suffix, char program[PATH_MAX]) {
  const char *slash = strrchr(file, '/');
  if (!slash) return false;
  const int length = snprintf(program, PATH_MAX, "%.*s%s", (int)(slash - file), file, suffix);
  return length > 0 && length < PATH_MAX && is_ours(program);
}

/* Beside the shared library, beside the running command, or where it was installed. */
static bool find_program(char program[PATH_MAX]) {
  Dl_info library;
  char self[PATH_MAX];
  static const char here = 0; /* lies in the library's own data */
  if (dladdr(&here, &library) && library.dli_fname && library.dli_fname[0] == '/' &&
      (try_beside(library.dli_fname, "/../libexec/lehr/lehr-h5", program) ||
       try_beside(library.dli_fname, "/../../libexec/lehr/lehr-h5", program)))
    return true;
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length > 0) {
    self[length] = '\0';
    if (try_beside(self, "/../libexec/lehr/lehr-h5", program)) return true;
  }
  snprintf(program, PATH_MAX, "%s", LEHR_LIBEXECDIR "/lehr-h5");
  return is_ours(program);
}

/* What the child gets; all of them at FREE_DESCRIPTOR or above. shared: -1 if there is none. */
typedef struct gifts {
  int socket, file, shared;
} gifts;

/* The child sees the socket as 0, the file as 3 and the shared memory as 4; it prints nowhere and
 * has a process group of its own, so that Ctrl-C does not end it before we do. */
static int start(const char *program, const char *mode, gifts g, int *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  char *const arguments[] = {"lehr-h5", (char *)mode, LEHR_VERSION, NULL};
  int rc = posix_spawn_file_actions_init(&actions);
  if (rc != 0) return rc;
  rc = posix_spawnattr_init(&attributes);
  if (rc != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return rc;
  }
  if (rc == 0) rc = posix_spawn_file_actions_adddup2(&actions, g.socket, 0);
  if (rc == 0) rc = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  if (rc == 0) rc = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (rc == 0) rc = posix_spawn_file_actions_adddup2(&actions, g.file, FILE_DESCRIPTOR);
  if (rc == 0 && g.shared >= 0)
    rc = posix_spawn_file_actions_adddup2(&actions, g.shared, SHARED_DESCRIPTOR);
  const int last = g.shared >= 0 ? SHARED_DESCRIPTOR : FILE_DESCRIPTOR;
  if (rc == 0) rc = posix_spawn_file_actions_addclosefrom_np(&actions, last + 1);
  if (rc == 0) rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  if (rc == 0) rc = posix_spawnattr_setpgroup(&attributes, 0);
  if (rc == 0) rc = posix_spawn(pid, program, &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return rc;
}

/* A copy of fd away from the numbers that the child gets; -1 stays -1 with errno as it is. */
static int set_aside(int fd) { return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FREE_DESCRIPTOR); }

static void give_back(int fd) {
  if (fd >= 0) close(fd);
}

lehr_status h5_spawn(const char *mode, int fd, int shared_fd, int *socket, int *pid,
                     lehr_error *err) {
  char program[PATH_MAX];
  int pair[2];
  if (!find_program(program))
    return error_set(err, LEHR_EUNAVAILABLE,
                     "the guarded HDF5 reader lehr-h5 is not installed (looked in %s); "
                     "commands that have --trust-input can read without it",
                     LEHR_LIBEXECDIR);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return error_errno(err, LEHR_EIO, "socketpair");
  const gifts g = {set_aside(pair[1]), set_aside(fd), set_aside(shared_fd)};
  errno = g.socket < 0 || g.file < 0 ? errno : start(program, mode, g, pid);
  const lehr_status status =
      errno == 0 ? LEHR_OK : error_errno(err, LEHR_EUNAVAILABLE, "starting lehr-h5");
  give_back(g.socket);
  give_back(g.file);
  give_back(g.shared);
  close(pair[1]);
  if (status == LEHR_OK)
    *socket = pair[0];
  else
    close(pair[0]);
  return status;
}
