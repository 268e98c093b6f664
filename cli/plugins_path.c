/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/plugins_path.h"

#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct search {
  lehr_context *ctx;
  plugin_attempt_fn tell;
  void *user;
} search;

static void tell(const search *s, const char *path, lehr_status status, const char *reason) {
  if (s->tell) s->tell(s->user, &(plugin_attempt){path, status, reason});
}

static lehr_status try_file(const search *s, const char *path, lehr_error *err) {
  const lehr_status status = lehr_context_load_plugin(s->ctx, path, err);
  tell(s, path, status, status == LEHR_OK ? "" : err->text);
  return status;
}

static int is_plugin(const struct dirent *entry) {
  static const char suffix[] = ".lehr.so";
  const size_t length = strlen(entry->d_name);
  return length >= sizeof suffix && entry->d_name[0] != '.' &&
         strcmp(entry->d_name + length - (sizeof suffix - 1), suffix) == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

/* Tries what a folder holds, in the order of the names. ENOMEM only. */
static lehr_status try_folder(const search *s, const char *folder, bool is_wanted) {
  struct dirent **entries;
  const int count = scandir(folder, &entries, is_plugin, by_name);
  lehr_status status = count < 0 && errno == ENOMEM ? LEHR_ENOMEM : LEHR_OK;
  if (count < 0 && is_wanted) tell(s, folder, LEHR_EUNAVAILABLE, strerror(errno));
  for (int k = 0; k < count; k++) {
    lehr_error err = {0};
    char *path;
    if (asprintf(&path, "%s/%s", folder, entries[k]->d_name) >= 0) {
      (void)try_file(s, path, &err); /* refused ones are told and left out */
      free(path);
    } else {
      status = LEHR_ENOMEM;
    }
    free(entries[k]);
  }
  if (count >= 0) free(entries);
  return status;
}

/* Folders separated by ':'; secure_getenv() gives nothing to a privileged process. */
static lehr_status try_environment(const search *s) {
  const char *given = secure_getenv("LEHR_PLUGIN_PATH");
  lehr_status status = LEHR_OK;
  if (!given) return status;
  char *folders = strdup(given);
  char *rest = folders;
  if (!folders) return LEHR_ENOMEM;
  for (char *folder; status == LEHR_OK && (folder = strsep(&rest, ":")) != NULL;)
    if (*folder) status = try_folder(s, folder, true);
  free(folders);
  return status;
}

/* ${libdir}/lehr/plugins seen from the command itself, so that an installation may be moved; in a
 * build tree that is build/lib/lehr/plugins. */
static lehr_status try_own_folder(const search *s) {
  char command[PATH_MAX];
  char *folder;
  const ssize_t length = readlink("/proc/self/exe", command, sizeof command);
  if (length <= 0 || length == (ssize_t)sizeof command) return LEHR_OK;
  command[length] = '\0';
  char *slash = strrchr(command, '/');
  if (!slash) return LEHR_OK;
  *slash = '\0';
  slash = strrchr(command, '/'); /* drop bin */
  if (!slash) return LEHR_OK;
  *slash = '\0';
  static const char *const libraries[] = {"lib", LEHR_LIBDIR};
  const int count = strcmp(libraries[0], libraries[1]) == 0 ? 1 : 2;
  lehr_status status = LEHR_OK;
  for (int k = 0; k < count && status == LEHR_OK; k++) {
    if (asprintf(&folder, "%s/%s/lehr/plugins", command, libraries[k]) < 0) return LEHR_ENOMEM;
    status = try_folder(s, folder, false);
    free(folder);
  }
  return status;
}

lehr_status plugins_load(lehr_context *ctx, const char *const files[], size_t count,
                         plugin_attempt_fn told, void *user, lehr_error *err) {
  const search s = {ctx, told, user};
  for (size_t k = 0; k < count; k++) {
    lehr_error reason = {0};
    const lehr_status status = try_file(&s, files[k], &reason);
    if (status != LEHR_OK && !told) return error_set(err, status, "%s: %s", files[k], reason.text);
  }
  lehr_status status = try_environment(&s);
  if (status == LEHR_OK) status = try_own_folder(&s);
  return status == LEHR_OK ? LEHR_OK : error_set(err, status, "out of memory looking for plugins");
}
