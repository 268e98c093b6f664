/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timezone.h"

#include "base/civil.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/timezone_rule.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char folder[] = "/usr/share/zoneinfo";
enum { MAX_FILE = 1 << 18, MAX_NAME = 128, HEADER = 44, MAX_OFFSET_S = 26 * 3600 };

struct time_zone {
  int32_t first_offset_s; /* before at[0] */
  size_t n_changes;
  int64_t *at;       /* [n_changes] UTC, ascending */
  int32_t *offset_s; /* [n_changes] in force from at[k] on */
  bool has_rule;     /* in force from the last change on */
  timezone_rule rule;
};

/* ---- TZif ---- */

typedef struct tzif_block {
  uint32_t n_isut, n_isstd, n_leap, n_time, n_type, n_char;
  size_t time_bytes; /* 4 in version 1, 8 after */
  const unsigned char *data;
  size_t bytes;
} tzif_block;

static uint64_t big_endian(const unsigned char *p, size_t bytes) {
  uint64_t v = 0;
  for (size_t k = 0; k < bytes; k++) v = v << 8 | p[k];
  return v;
}

/* Reads the header at data[0..size) and finds its data block. */
static bool read_block(const unsigned char *data, size_t size, size_t time_bytes, tzif_block *b) {
  if (size < HEADER || memcmp(data, "TZif", 4) != 0) return false;
  uint32_t counts[6];
  for (size_t k = 0; k < 6; k++) {
    counts[k] = (uint32_t)big_endian(data + 20 + 4 * k, 4);
    if (counts[k] > MAX_FILE) return false;
  }
  *b = (tzif_block){counts[0], counts[1],  counts[2],     counts[3], counts[4],
                    counts[5], time_bytes, data + HEADER, 0};
  b->bytes = b->n_time * (time_bytes + 1) + b->n_type * (size_t)6 + b->n_char +
             b->n_leap * (time_bytes + 4) + b->n_isstd + b->n_isut;
  return b->n_type >= 1 && b->n_type <= 256 && b->bytes <= size - HEADER;
}

static int32_t type_offset(const tzif_block *b, size_t type) {
  const unsigned char *types = b->data + b->n_time * (b->time_bytes + 1);
  return (int32_t)(uint32_t)big_endian(types + 6 * type, 4);
}

static int64_t change_time(const tzif_block *b, size_t k) {
  const uint64_t raw = big_endian(b->data + k * b->time_bytes, b->time_bytes);
  return b->time_bytes == 4 ? (int32_t)(uint32_t)raw : (int64_t)raw;
}

static bool read_changes(const tzif_block *b, time_zone *tz) {
  const unsigned char *index = b->data + b->n_time * b->time_bytes;
  for (size_t k = 0; k < b->n_type; k++)
    if (type_offset(b, k) < -MAX_OFFSET_S || type_offset(b, k) > MAX_OFFSET_S) return false;
  tz->first_offset_s = type_offset(b, 0);
  for (size_t k = 0; k < b->n_time; k++) {
    tz->at[k] = change_time(b, k);
    if (index[k] >= b->n_type || (k > 0 && tz->at[k] <= tz->at[k - 1])) return false;
    tz->offset_s[k] = type_offset(b, index[k]);
  }
  tz->n_changes = b->n_time;
  return true;
}

/* "\nRULE\n" behind the second block; an empty rule means that nothing is known. */
static bool read_footer(const unsigned char *data, size_t size, time_zone *tz) {
  if (size < 2 || data[0] != '\n') return false;
  const unsigned char *end = memchr(data + 1, '\n', size - 1);
  if (!end) return false;
  const size_t length = (size_t)(end - data) - 1;
  tz->has_rule = length > 0;
  return length == 0 || timezone_rule_parse((const char *)data + 1, length, &tz->rule);
}

static lehr_status damaged(lehr_error *err) {
  return error_set(err, LEHR_EINPUT, "not a valid time zone file (TZif)");
}

lehr_status time_zone_parse(const void *bytes, size_t size, time_zone **out, lehr_error *err) {
  const unsigned char *data = bytes;
  tzif_block block;
  size_t rest = 0;
  *out = NULL;
  if (!read_block(data, size, 4, &block)) return damaged(err);
  if (data[4] >= '2') { /* a second block with 64-bit times, and the footer */
    const unsigned char *second = block.data + block.bytes;
    if (!read_block(second, size - (size_t)(second - data), 8, &block)) return damaged(err);
    rest = size - (size_t)(block.data + block.bytes - data);
  }
  if (block.n_leap > 0)
    return error_set(err, LEHR_EINPUT, "time zone file counts leap seconds (a \"right/\" zone)");
  time_zone *tz = memory_array(1, sizeof *tz);
  if (tz) tz->at = memory_array(block.n_time, sizeof *tz->at);
  if (tz) tz->offset_s = memory_array(block.n_time, sizeof *tz->offset_s);
  if (!tz || !tz->at || !tz->offset_s) {
    time_zone_free(tz);
    return error_memory(err, block.n_time * sizeof *tz->at);
  }
  if (!read_changes(&block, tz) ||
      (data[4] >= '2' && !read_footer(block.data + block.bytes, rest, tz))) {
    time_zone_free(tz);
    return damaged(err);
  }
  *out = tz;
  return LEHR_OK;
}

/* ---- Opening by name ---- */

static bool is_plausible_name(const char *name) {
  const size_t length = strlen(name);
  if (length == 0 || length >= MAX_NAME || name[0] == '/' || strstr(name, "..")) return false;
  for (size_t k = 0; k < length; k++)
    if (!isalnum((unsigned char)name[k]) && !strchr("/_+-", name[k])) return false;
  return name[length - 1] != '/';
}

static lehr_status fixed_zone(int32_t offset_s, time_zone **out, lehr_error *err) {
  time_zone *tz = memory_array(1, sizeof *tz);
  if (!tz) return error_memory(err, sizeof *tz);
  tz->first_offset_s = offset_s;
  *out = tz;
  return LEHR_OK;
}

static lehr_status read_file(int fd, const char *name, time_zone **out, lehr_error *err) {
  struct stat info;
  lehr_status status = LEHR_OK;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > MAX_FILE)
    return error_set(err, LEHR_EUSAGE, "'%s' is not a time zone", name);
  const size_t size = (size_t)info.st_size;
  unsigned char *bytes = memory_array(size, 1);
  if (!bytes) return error_memory(err, size);
  size_t have = 0;
  while (have < size) {
    const ssize_t got = read(fd, bytes + have, size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status = error_errno(err, LEHR_EIO, name);
    if (got <= 0) break;
    have += (size_t)got;
  }
  if (status == LEHR_OK) status = time_zone_parse(bytes, have, out, err);
  free(bytes);
  return status;
}

lehr_status time_zone_open(const char *name, time_zone **out, lehr_error *err) {
  int32_t offset_s;
  char path[sizeof folder + 1 + MAX_NAME];
  *out = NULL;
  if (civil_parse_offset(name, strlen(name), &offset_s)) return fixed_zone(offset_s, out, err);
  if (!is_plausible_name(name))
    return error_set(err, LEHR_EUSAGE, "'%.100s' cannot be the name of a time zone", name);
  snprintf(path, sizeof path, "%s/%s", folder, name);
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT && access(folder, F_OK) != 0)
    return error_set(err, LEHR_EUNAVAILABLE, "%s is missing: install the package tzdata", folder);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return error_set(err, LEHR_EUSAGE, "unknown time zone '%.100s'", name);
  if (fd < 0) return error_errno(err, LEHR_ENOINPUT, path);
  const lehr_status status = read_file(fd, name, out, err);
  close(fd);
  return status;
}

void time_zone_free(time_zone *tz) {
  if (!tz) return;
  free(tz->at);
  free(tz->offset_s);
  free(tz);
}

/* ---- Use ---- */

int32_t time_zone_offset(const time_zone *tz, int64_t utc_s) {
  size_t low = 0, high = tz->n_changes; /* changes at or before utc_s */
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (tz->at[middle] <= utc_s)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == tz->n_changes && tz->has_rule) return timezone_rule_offset(&tz->rule, utc_s);
  return low == 0 ? tz->first_offset_s : tz->offset_s[low - 1];
}

/* Offsets a day before and after bracket any single change; each that leads back to itself is an
 * answer. */
int time_zone_to_utc(const time_zone *tz, int64_t wall_s, int64_t utc_s[2]) {
  const int64_t near = wall_s - time_zone_offset(tz, wall_s);
  const int32_t before_s = time_zone_offset(tz, near - CIVIL_DAY_S);
  const int32_t after_s = time_zone_offset(tz, near + CIVIL_DAY_S);
  int count = 0;
  if (time_zone_offset(tz, wall_s - before_s) == before_s) utc_s[count++] = wall_s - before_s;
  if (after_s != before_s && time_zone_offset(tz, wall_s - after_s) == after_s)
    utc_s[count++] = wall_s - after_s;
  if (count == 2 && utc_s[0] > utc_s[1]) {
    const int64_t later = utc_s[0];
    utc_s[0] = utc_s[1];
    utc_s[1] = later;
  }
  return count;
}
