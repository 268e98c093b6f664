/* SPDX-License-Identifier: Apache-2.0 */
/* base/descriptor.h - writing to file descriptors. */
#ifndef LEHR_BASE_DESCRIPTOR_H
#define LEHR_BASE_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all of data, whatever interrupts it or cuts it short. false with errno set. */
bool descriptor_write(int fd, const void *data, size_t size);

/* Brings what was written to the disk. False with errno set; true also for what cannot be synced
 * (pipes, read-only file systems). */
bool descriptor_sync(int fd);

#endif
