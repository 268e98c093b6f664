/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files or nothing. */
#include "check.h"
#include "io/publish.h"
#include "support/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static lehr_error err;

static int files_in_folder(void) {
  int count = 0;
  DIR *d = opendir(scratch_folder);
  for (struct dirent *e; d && (e = readdir(d));)
    count += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
  if (d) closedir(d);
  return count;
}

static void check_content(const char *path, const char *text) {
  char *now = scratch_text(path);
  CHECK_TEXT(now, text);
  free(now);
}

static void test_replaces_and_keeps_permissions(void) {
  char path[256];
  struct stat s;
  scratch_path(path, "a");
  REQUIRE_OK(publish_bytes(path, "one", 3, &err));
  check_content(path, "one");
  CHECK_INT(chmod(path, 0640), 0);
  REQUIRE_OK(publish_bytes(path, "second", 6, &err));
  check_content(path, "second");
  CHECK_INT(stat(path, &s), 0);
  CHECK_INT(s.st_mode & 0777, 0640);
  CHECK_INT(files_in_folder(), 1);
}

static void test_abort_leaves_the_old(void) {
  char path[256];
  publication *p;
  scratch_path(path, "a");
  REQUIRE_OK(publish_open(path, &p, &err));
  REQUIRE_OK(publish_write(p, "xxx", 3, &err));
  publish_abort(p);
  check_content(path, "second");
  CHECK_INT(files_in_folder(), 1);
}

static void test_links_stay(void) {
  char path[256], link[256];
  struct stat s;
  scratch_path(path, "a");
  scratch_path(link, "link");
  CHECK_INT(symlink("a", link), 0);
  REQUIRE_OK(publish_bytes(link, "by link", 7, &err));
  check_content(path, "by link");
  CHECK(lstat(link, &s) == 0 && S_ISLNK(s.st_mode));
  unlink(path);
  CHECK_INT(publish_bytes(link, "x", 1, &err), LEHR_EOUTPUT);
  unlink(link);
}

static void test_refuses_what_is_no_file(void) {
  char path[256];
  CHECK_INT(publish_bytes(scratch_folder, "x", 1, &err), LEHR_EOUTPUT);
  CHECK_CONTAINS(err.text, "directory");
  CHECK_INT(publish_bytes("", "x", 1, &err), LEHR_EOUTPUT);
  scratch_path(path, "no/such/file");
  CHECK_INT(publish_bytes(path, "x", 1, &err), LEHR_EOUTPUT);
  scratch_path(path, "name/");
  CHECK_INT(publish_bytes(path, "x", 1, &err), LEHR_EOUTPUT);
}

static void test_devices(void) {
  CHECK_INT(publish_bytes("/dev/null", "x", 1, &err), LEHR_OK);
  CHECK_INT(publish_bytes("/dev/full", "x", 1, &err), LEHR_EIO);
  CHECK_CONTAINS(err.text, "No space");
}

static void test_fifo(void) {
  char path[256], got[8] = "";
  scratch_path(path, "fifo");
  REQUIRE(mkfifo(path, 0600) == 0);
  const int fd = open(path, O_RDWR | O_NONBLOCK);
  REQUIRE_OK(publish_bytes(path, "through", 7, &err));
  CHECK_INT(read(fd, got, sizeof got), 7);
  CHECK_TEXT(got, "through");
  close(fd);
  unlink(path);
}

/* In a child, because the limit cannot be lifted again without privileges. */
static void test_full_disk(void) {
  char path[256];
  scratch_path(path, "big");
  REQUIRE_OK(publish_bytes(path, "old", 3, &err));
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    static char zeros[1 << 20];
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = {1 << 16, 1 << 16};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(9);
    _exit((int)publish_bytes(path, zeros, sizeof zeros, &err));
  }
  int status;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK_INT(WEXITSTATUS(status), LEHR_EIO);
  check_content(path, "old");
  CHECK_INT(files_in_folder(), 1);
}

static void test_killed_leaves_nothing(void) {
  char path[256];
  scratch_path(path, "big");
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    publication *p;
    static char zeros[1 << 20];
    if (publish_open(path, &p, &err) == LEHR_OK &&
        publish_write(p, zeros, sizeof zeros, &err) == LEHR_OK)
      raise(SIGKILL);
    _exit(1);
  }
  int status;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  check_content(path, "old");
}

static const check_test tests[] = {
    {"replaces and keeps permissions", test_replaces_and_keeps_permissions},
    {"abort leaves the old", test_abort_leaves_the_old},
    {"links stay", test_links_stay},
    {"refuses what is no file", test_refuses_what_is_no_file},
    {"devices", test_devices},
    {"fifo", test_fifo},
    {"full disk", test_full_disk},
    {"killed leaves nothing", test_killed_leaves_nothing},
};

int main(void) {
  const int status = check_run("io/publish", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return status;
}
