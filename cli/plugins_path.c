/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/plugins_path.h"

#include "base/error.h"

lehr_status plugins_load(lehr_context *ctx, const char *const files[], size_t count,
                         plugin_attempt_fn tell, void *user, lehr_error *err) {
  (void)ctx;
  for (size_t k = 0; k < count; k++) {
    const char *reason = "this build cannot load plugins";
    if (!tell) return error_set(err, LEHR_EUNAVAILABLE, "%s: %s", files[k], reason);
    tell(user, &(plugin_attempt){files[k], LEHR_EUNAVAILABLE, reason});
  }
  return LEHR_OK;
}
