/* SPDX-License-Identifier: Apache-2.0 */
/* Does not want to work with this host: must be refused. */
#include <lehr/plugin.h>

const lehr_engine *lehr_plugin_v1(const lehr_host *host) {
  (void)host;
  return 0;
}
