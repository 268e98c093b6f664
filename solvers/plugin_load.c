/* SPDX-License-Identifier: Apache-2.0 */
/* Loading an engine plugin: check the file, load exactly the file that was checked, check what it
 * says about itself. A plugin is never unloaded: threads and thread-local data of the libraries it
 * brought along may outlive any use of it. */
#include "base/error.h"
#include "base/fpu.h"
#include "lehr/version.h"
#include "solvers/plugin_check.h"
#include "solvers/plugin_elf.h"
#include "solvers/plugin_file.h"
#include "solvers/registry.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "/proc/self/fd/N" makes the loader open the inode that was checked. But the loader takes two
 * equal names for the same library, and N is soon reused: so the file's number is spelled into the
 * name in a way that the kernel ignores, one character "/" or two "./" per bit. */
enum { FD_NAME = 32 + 2 * 2 * 64 };

static char *append_bits(char *end, uint64_t number) {
  for (int bit = 0; bit < 64; bit++) {
    if (number >> bit & 1) *end++ = '.';
    *end++ = '/';
  }
  return end;
}

static lehr_status name_of_fd(int fd, char name[FD_NAME], lehr_error *err) {
  struct stat s;
  if (fstat(fd, &s) != 0) return error_errno(err, LEHR_EUNAVAILABLE, "plugin");
  char *end = append_bits(append_bits(stpcpy(name, "/proc/self/fd/"), s.st_dev), s.st_ino);
  snprintf(end, 12, "%d", fd);
  return LEHR_OK;
}

/* The loader's message without the name that means nothing to the reader. */
static lehr_status load_failed(const char *name, lehr_error *err) {
  const char *text = dlerror();
  if (!text) text = "unknown reason";
  const size_t length = strlen(name);
  if (strncmp(text, name, length) == 0 && text[length] == ':') text += length + 2;
  return error_set(err, LEHR_EUNAVAILABLE, "cannot be loaded: %s", text);
}

static lehr_status open_engine(int fd, const lehr_engine **engine, lehr_error *err) {
  static const lehr_host host = {sizeof host, LEHR_PLUGIN_ABI, LEHR_VERSION};
  char name[FD_NAME];
  LEHR_TRY(plugin_elf_check(fd, err));
  LEHR_TRY(name_of_fd(fd, name, err));
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return load_failed(name, err);
  lehr_plugin_v1_fn entry;
  *(void **)&entry = dlsym(library, "lehr_plugin_v1");
  if (!entry)
    return error_set(err, LEHR_EUNAVAILABLE, "is no lehr plugin: it lacks lehr_plugin_v1");
  *engine = entry(&host);
  if (!*engine)
    return error_set(err, LEHR_EUNAVAILABLE, "the plugin refuses to work with lehr %s",
                     LEHR_VERSION);
  return plugin_check(*engine, err);
}

static void warn(const lehr_context *ctx, const char *path) {
  char text[512];
  if (!ctx->log) return;
  snprintf(text, sizeof text,
           "%s changed the floating-point mode when it was loaded (built with -ffast-math?); "
           "undone",
           path);
  ctx->log(ctx->log_user, LEHR_LOG_WARNING, text);
}

lehr_status lehr_context_load_plugin(lehr_context *ctx, const char *path, lehr_error *err) {
  const lehr_engine *engine = NULL;
  fenv_t mode;
  int fd;
  LEHR_TRY(plugin_file_open(path, &fd, err));
  fpu_enter(&mode);
  lehr_status status = open_engine(fd, &engine, err);
  if (fpu_reset()) warn(ctx, path);
  fpu_leave(&mode);
  close(fd);
  if (status == LEHR_OK) status = registry_add(ctx, engine, err);
  return status;
}
