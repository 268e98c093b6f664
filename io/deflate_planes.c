/* SPDX-License-Identifier: Apache-2.0 */
/* Segments of the stream are complete deflate blocks that begin at a whole byte: of zlib, without
 * memory of what was before, or one block of copies with the fixed codes (RFC 1951, 3.2.6). */
#include "io/deflate_planes.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

enum {
  FARTHEST = 32768, /* that a copy may come from */
  LONGEST = 258,    /* copy */
  SHORTEST = 3,
  PLAIN_LONGEST = 10, /* copy without extra bits, but for LONGEST */
  END_OF_BLOCK = 256,
  FIRST_LENGTH = 257, /* symbol of SHORTEST */
  LAST_LENGTH = 285,  /* symbol of LONGEST */
  HEADER_BYTES = 2,
  SUM_BYTES = 4,
  SEGMENT_BYTES = 64 /* more than what surrounds a segment */
};

/* ---- Blocks of copies ---- */

/* Bits are put from the lowest of each byte on. */
typedef struct bit_writer {
  unsigned char *at;
  uint64_t bits;
  int count;
} bit_writer;

static void put_bits(bit_writer *w, uint32_t value, int count) {
  w->bits |= (uint64_t)value << w->count;
  for (w->count += count; w->count >= 8; w->count -= 8, w->bits >>= 8)
    *w->at++ = (unsigned char)w->bits;
}

/* Codes begin with their highest bit. */
static void put_code(bit_writer *w, uint32_t code, int count) {
  for (int k = count - 1; k >= 0; k--) put_bits(w, code >> k & 1, 1);
}

static void put_symbol(bit_writer *w, int symbol) {
  if (symbol < 280)
    put_code(w, (uint32_t)(symbol - 256), 7);
  else
    put_code(w, (uint32_t)(0xc0 + symbol - 280), 8);
}

/* A copy of `length` bytes, PLAIN_LONGEST at most or LONGEST, from `distance` > 4 bytes before. */
static void put_copy(bit_writer *w, size_t length, uint32_t distance) {
  const int extra = 30 - __builtin_clz(distance - 1);
  const uint32_t half = (distance - 1) >> extra & 1;
  put_symbol(w, length == LONGEST ? LAST_LENGTH : FIRST_LENGTH + (int)length - SHORTEST);
  put_code(w, (uint32_t)(2 * extra + 2) + half, 5);
  put_bits(w, (distance - 1) & ((1u << extra) - 1), extra);
}

/* Copies `length` bytes from `distance` before; ends at a whole byte. */
static unsigned char *put_copies(unsigned char *at, size_t length, uint32_t distance,
                                 bool is_last) {
  bit_writer w = {.at = at};
  put_bits(&w, is_last, 1);
  put_bits(&w, 1, 2); /* fixed codes */
  for (; length >= LONGEST + SHORTEST; length -= LONGEST) put_copy(&w, LONGEST, distance);
  while (length > 0) {
    size_t piece = length;
    if (length > PLAIN_LONGEST) piece = length - PLAIN_LONGEST < SHORTEST ? 8 : PLAIN_LONGEST;
    if (length == LONGEST) piece = LONGEST;
    put_copy(&w, piece, distance);
    length -= piece;
  }
  put_symbol(&w, END_OF_BLOCK);
  if (!is_last) put_bits(&w, 0, 3); /* an empty stored block begins at a whole byte */
  if (w.count > 0) put_bits(&w, 0, 8 - w.count);
  if (!is_last) {
    memcpy(w.at, "\0\0\xff\xff", 4);
    w.at += 4;
  }
  return w.at;
}

/* ---- The stream ---- */

static bool is_copy(planes p, int plane) {
  const unsigned char *own = p.data + (size_t)plane * p.length;
  return plane > 0 && p.length > 4 && p.length <= FARTHEST &&
         memcmp(own, own - p.length, p.length) == 0;
}

/* Planes first .. end - 1 by zlib; NULL if it has no memory. */
static unsigned char *put_deflated(unsigned char *at, planes p, int first, int end, int level) {
  z_stream z = {.next_in = (z_const Bytef *)(p.data + (size_t)first * p.length),
                .avail_in = (uInt)((size_t)(end - first) * p.length)};
  if (deflateInit2(&z, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return NULL;
  z.next_out = at;
  z.avail_out = (uInt)(deflateBound(&z, z.avail_in) + SEGMENT_BYTES);
  const bool is_last = end == p.count;
  const int status = deflate(&z, is_last ? Z_FINISH : Z_SYNC_FLUSH);
  const bool is_whole = status == (is_last ? Z_STREAM_END : Z_OK) && z.avail_in == 0;
  at = z.next_out;
  deflateEnd(&z);
  return is_whole ? at : NULL;
}

size_t deflate_planes_bound(planes p) {
  /* Each segment as if zlib did it; a copied plane takes less. */
  return HEADER_BYTES + SUM_BYTES +
         (size_t)p.count * (compressBound(p.length) + p.length / 4 + 2 * SEGMENT_BYTES);
}

bool deflate_planes(planes p, int level, unsigned char *out, size_t *size) {
  unsigned char *at = out;
  *at++ = 0x78; /* deflate, window of 32 KB */
  *at++ = 0x5e; /* makes the two a multiple of 31 */
  for (int first = 0, end; first < p.count; first = end) {
    const bool is_copied = is_copy(p, first);
    for (end = first + 1; end < p.count && is_copy(p, end) == is_copied;) end++;
    const size_t bytes = (size_t)(end - first) * p.length;
    at = is_copied ? put_copies(at, bytes, (uint32_t)p.length, end == p.count)
                   : put_deflated(at, p, first, end, level);
    if (!at) return false;
  }
  const uLong sum = adler32(adler32(0, NULL, 0), p.data, (uInt)((size_t)p.count * p.length));
  for (int k = 24; k >= 0; k -= 8) *at++ = (unsigned char)(sum >> k);
  *size = (size_t)(at - out);
  return true;
}
