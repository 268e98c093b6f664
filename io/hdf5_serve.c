/* SPDX-License-Identifier: Apache-2.0 */
/* The child's side of a link. */
#include "base/error.h"
#include "io/hdf5_exec.h"
#include "io/hdf5_link.h"
#include "io/hdf5_shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* A request about a part of at most 4 MB takes milliseconds; who needs longer than that many
 * seconds of CPU time hangs. */
enum { CPU_SECONDS = 8, TEXT_LIMIT = 1 << 12 };
/* The shadow memory of sanitizers alone is terabytes of addresses. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SHADOW_MEMORY
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(HAS_SHADOW_MEMORY)
static const rlim_t memory_limit = RLIM_INFINITY;
#else
static const rlim_t memory_limit = (rlim_t)1 << 30;
#endif

static bool limit(int resource, rlim_t value) {
  struct rlimit r;
  if (getrlimit(resource, &r) != 0) return false;
  r.rlim_cur = r.rlim_max < value ? r.rlim_max : value;
  if (resource != RLIMIT_CPU) r.rlim_max = r.rlim_cur; /* that one is raised again */
  return setrlimit(resource, &r) == 0;
}

/* What a reader may take whatever the file says. */
static bool limit_reader(void) {
  return limit(RLIMIT_AS, memory_limit) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0);
}

/* CPU_SECONDS from now on, for the next request. */
static bool rearm_cpu_limit(void) {
  struct rusage used;
  if (getrusage(RUSAGE_SELF, &used) != 0) return false;
  return limit(RLIMIT_CPU, (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1 + CPU_SECONDS));
}

/* No filters from shared objects, and for readers the limits. */
static bool confine(bool is_reading) {
  return H5dont_atexit() >= 0 && H5PLset_loading_state(0) >= 0 &&
         (!is_reading || (limit_reader() && rearm_cpu_limit()));
}

/* Receives one request; texts and data in `in`, behind each other with final 0s. */
static bool receive(int socket, h5_call *c, h5_bytes *in) {
  h5_request *r = &c->request;
  if (h5_socket_read(socket, r, sizeof *r, -1) != H5_ARRIVED) return false;
  if (r->path_bytes > TEXT_LIMIT || r->name_bytes > TEXT_LIMIT || r->data_bytes > H5_REPLY_LIMIT)
    return false;
  in->size = 0;
  /* 16: values are read in place and want their natural alignment. */
  const size_t data_at = (r->path_bytes + r->name_bytes + 2 + 15) / 16 * 16;
  if (!h5_bytes_reserve(in, data_at + r->data_bytes + 1)) return false;
  unsigned char *path = in->data, *name = path + r->path_bytes + 1, *data = in->data + data_at;
  if (h5_socket_read(socket, path, r->path_bytes, -1) != H5_ARRIVED ||
      h5_socket_read(socket, name, r->name_bytes, -1) != H5_ARRIVED ||
      h5_socket_read(socket, data, r->data_bytes, -1) != H5_ARRIVED)
    return false;
  path[r->path_bytes] = name[r->name_bytes] = data[r->data_bytes] = 0;
  c->path = (const char *)path;
  c->name = (const char *)name;
  c->data = data;
  return true;
}

/* Sends a reply, unless its data lie where the other end sees them. */
static bool answer(int socket, h5_reply *reply, const h5_bytes *out, const unsigned char *shared) {
  reply->is_shared = shared && out->data == shared;
  return h5_socket_write(socket, reply, sizeof *reply) &&
         (reply->is_shared || h5_socket_write(socket, out->data, reply->data_bytes));
}

int h5_serve(int socket, int fd, int shared_fd, bool is_reading) {
  h5_exec exec;
  h5_call call;
  h5_reply reply, opening = {0};
  h5_bytes in = {0}, out = {0};
  lehr_error err = {0};
  unsigned char *shared = h5_shared_map(shared_fd);
  lehr_status opened;
  if (!confine(is_reading))
    opened = error_set(&err, LEHR_EUNAVAILABLE, "the limits of the HDF5 reader cannot be set");
  else
    opened = is_reading ? h5_exec_read(&exec, fd, &err) : h5_exec_create(&exec, fd, &err);
  opening.status = (int32_t)opened;
  snprintf(opening.text, sizeof opening.text, "%.*s", (int)sizeof opening.text - 1, err.text);
  bool is_up = h5_socket_write(socket, &opening, sizeof opening) && opened == LEHR_OK;
  while (is_up && receive(socket, &call, &in)) {
    if (is_reading && !rearm_cpu_limit()) break;
    if (shared) out = h5_bytes_lent(shared, H5_SHARED_BYTES);
    h5_exec_call(&exec, &call, &reply, &out);
    is_up = answer(socket, &reply, &out, shared);
    if (shared) h5_bytes_free(&out);
  }
  /* The library is not asked to tidy up: after a hostile file or a full disk it may crash. */
  h5_bytes_free(&in);
  h5_bytes_free(&out);
  return 0;
}
