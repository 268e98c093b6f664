/* SPDX-License-Identifier: Apache-2.0 */
/* Loading the library must not change how the process computes: one object linked with -ffast-math
 * would flush subnormal numbers everywhere. */
#include "check.h"

#include <dlfcn.h>

static void loading_changes_nothing(void) {
  const volatile double subnormal = 1e-310;
  CHECK(subnormal / 2 != 0);
  void *library = dlopen(LEHR_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  REQUIRE(library != NULL);
  CHECK(dlsym(library, "lehr_solve") != NULL);
  CHECK(subnormal / 2 != 0);
  CHECK_INT(dlclose(library), 0);
}

static const check_test tests[] = {{"loading changes nothing", loading_changes_nothing}};
CHECK_MAIN("house/subnormals", tests)
