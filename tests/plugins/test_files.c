/* SPDX-License-Identifier: Apache-2.0 */
/* Where a plugin may lie, and what is refused before any of its code runs. */
#include "plugin_fixture.h"

#include <limits.h>

static char scratch[PATH_BYTES], file[PATH_BYTES + 32];

static void begin(const char *name) {
  make_scratch(scratch);
  snprintf(file, sizeof file, "%s/%s", scratch, name);
}

static void check_refused(const char *path, lehr_status expected, const char *reason) {
  lehr_error err;
  CHECK_INT(try_load(path, &err), expected);
  CHECK_INT(err.status, expected);
  CHECK_CONTAINS(err.text, reason);
}

static void good_file(void) {
  lehr_error err;
  begin("good.lehr.so");
  copy_file(TEMPLATE_PLUGIN, file, SIZE_MAX);
  CHECK_INT(try_load(file, &err), LEHR_OK);
  CHECK_INT(try_load(TEMPLATE_PLUGIN, &err), LEHR_OK);
  remove_scratch(scratch);
}

static void relative_path(void) {
  char here[PATH_MAX];
  lehr_error err;
  begin("good.lehr.so");
  copy_file(TEMPLATE_PLUGIN, file, SIZE_MAX);
  REQUIRE(getcwd(here, sizeof here) != NULL && chdir(scratch) == 0);
  CHECK_INT(try_load("good.lehr.so", &err), LEHR_OK);
  CHECK_INT(try_load("./good.lehr.so", &err), LEHR_OK);
  REQUIRE(chdir(here) == 0);
  remove_scratch(scratch);
}

static void writable_by_others(void) {
  begin("shared.lehr.so");
  copy_file(TEMPLATE_PLUGIN, file, SIZE_MAX);
  REQUIRE(chmod(file, 0666) == 0);
  check_refused(file, LEHR_EPERMISSION, "others may write to it");
  REQUIRE(chmod(file, 0664) == 0);
  check_refused(file, LEHR_EPERMISSION, "others may write to it");
  REQUIRE(chmod(file, 0644) == 0 && chmod(scratch, 0777) == 0);
  check_refused(file, LEHR_EPERMISSION, "others may write to a folder above");
  remove_scratch(scratch);
}

static void sticky_folder_of_a_user(void) {
  if (geteuid() != 0) return;
  begin("planted.lehr.so");
  copy_file(TEMPLATE_PLUGIN, file, SIZE_MAX);
  REQUIRE(chown(scratch, 12345, 12345) == 0 && chmod(scratch, 01777) == 0);
  check_refused(file, LEHR_EPERMISSION, "belongs to user 12345");
  REQUIRE(chown(scratch, 0, 0) == 0 && chmod(scratch, 01777) == 0);
  lehr_error err;
  CHECK_INT(try_load(file, &err), LEHR_OK);
  REQUIRE(chown(file, 12345, 12345) == 0);
  check_refused(file, LEHR_EPERMISSION, "belongs to user 12345");
  remove_scratch(scratch);
}

static void links(void) {
  char target[PATH_BYTES + 32];
  begin("link.lehr.so");
  snprintf(target, sizeof target, "%s/target.lehr.so", scratch);
  copy_file(TEMPLATE_PLUGIN, target, SIZE_MAX);
  REQUIRE(symlink(target, file) == 0);
  check_refused(file, LEHR_EPERMISSION, "symbolic link");
  remove_scratch(scratch);
}

static void no_regular_file(void) {
  begin("thing.lehr.so");
  check_refused(file, LEHR_EUNAVAILABLE, "No such file");
  REQUIRE(mkdir(file, 0755) == 0);
  check_refused(file, LEHR_EPERMISSION, "is not a regular file");
  REQUIRE(rmdir(file) == 0 && mkfifo(file, 0600) == 0);
  check_refused(file, LEHR_EPERMISSION, "is not a regular file");
  check_refused("/nonexistent/folder/x.lehr.so", LEHR_EUNAVAILABLE, "No such file");
  check_refused("", LEHR_EUNAVAILABLE, "No such file");
  remove_scratch(scratch);
}

static void no_shared_object(void) {
  begin("text.lehr.so");
  copy_file("/proc/self/status", file, SIZE_MAX);
  check_refused(file, LEHR_EUNAVAILABLE, "no shared object");
  copy_file(TEMPLATE_PLUGIN, file, 0);
  check_refused(file, LEHR_EUNAVAILABLE, "no shared object");
  remove_scratch(scratch);
}

/* A copy that ended early is refused, never a SIGBUS. */
static void cut_off(void) {
  struct stat s;
  REQUIRE(stat(TEMPLATE_PLUGIN, &s) == 0);
  begin("cut.lehr.so");
  int refused = 0;
  for (off_t bytes = 1; bytes < s.st_size; bytes += bytes < 1024 ? 61 : 1531) {
    lehr_error err;
    copy_file(TEMPLATE_PLUGIN, file, (size_t)bytes);
    const lehr_status status = try_load(file, &err);
    CHECK(status == LEHR_OK || status == LEHR_EUNAVAILABLE); /* section tables may be missing */
    refused += status != LEHR_OK;
    REQUIRE(unlink(file) == 0);
  }
  CHECK(refused > 10);
  remove_scratch(scratch);
}

static const check_test tests[] = {{"a good file", good_file},
                                   {"relative paths", relative_path},
                                   {"writable by others", writable_by_others},
                                   {"sticky folders and owners", sticky_folder_of_a_user},
                                   {"symbolic links", links},
                                   {"no regular file", no_regular_file},
                                   {"no shared object", no_shared_object},
                                   {"cut off anywhere", cut_off}};
CHECK_MAIN("plugins/files", tests)
