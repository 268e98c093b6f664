/* SPDX-License-Identifier: Apache-2.0 */
/* io/inflate.h - whole zlib streams (RFC 1950) whose plain size is known, by libdeflate where the
 * build found it (twice as fast), else by zlib. */
#ifndef LEHR_IO_INFLATE_H
#define LEHR_IO_INFLATE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct inflater inflater;

/* NULL when memory is short. For one thread at a time. */
inflater *inflater_create(void);
/* True if the stream is sound and gives exactly plain_bytes. Reads and writes nothing outside of
 * the two buffers, whatever the stream holds. */
bool inflater_run(inflater *f, const void *stream, size_t stream_bytes, void *plain,
                  size_t plain_bytes);
/* NULL is fine. */
void inflater_free(inflater *f);

#endif
