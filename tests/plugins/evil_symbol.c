/* SPDX-License-Identifier: Apache-2.0 */
/* A shared object that is no plugin of lehr: must be refused. */
__attribute__((visibility("default"))) int some_other_plugin(void);
int some_other_plugin(void) { return 1; }
