/* SPDX-License-Identifier: Apache-2.0 */
#include "io/inflate.h"

#ifdef LEHR_HAS_LIBDEFLATE

#include <libdeflate.h>

/* An inflater is libdeflate's own object. */
inflater *inflater_create(void) { return (inflater *)libdeflate_alloc_decompressor(); }

bool inflater_run(inflater *f, const void *stream, size_t stream_bytes, void *plain,
                  size_t plain_bytes) {
  return libdeflate_zlib_decompress((struct libdeflate_decompressor *)f, stream, stream_bytes,
                                    plain, plain_bytes, NULL) == LIBDEFLATE_SUCCESS;
}

void inflater_free(inflater *f) {
  libdeflate_free_decompressor((struct libdeflate_decompressor *)f);
}

#else

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct inflater {
  z_stream stream;
};

inflater *inflater_create(void) {
  inflater *f = calloc(1, sizeof *f);
  if (f && inflateInit(&f->stream) == Z_OK) return f;
  free(f);
  return NULL;
}

bool inflater_run(inflater *f, const void *stream, size_t stream_bytes, void *plain,
                  size_t plain_bytes) {
  z_stream *s = &f->stream;
  if (stream_bytes > UINT_MAX || plain_bytes > UINT_MAX || inflateReset(s) != Z_OK) return false;
  s->next_in = (z_const Bytef *)stream;
  s->avail_in = (uInt)stream_bytes;
  s->next_out = plain;
  s->avail_out = (uInt)plain_bytes;
  return inflate(s, Z_FINISH) == Z_STREAM_END && s->avail_out == 0;
}

void inflater_free(inflater *f) {
  if (f) inflateEnd(&f->stream);
  free(f);
}

#endif
