/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_link.h"

#include "base/error.h"
#include "io/hdf5_exec.h"
#include "io/hdf5_shared.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Wall seconds: for slow disks and busy machines. A child that computes for too long is ended by
 * its limit of CPU time before. */
static const double answer_timeout_s = 60;

struct h5_link {
  h5_link_mode mode;
  bool is_remote;
  h5_exec exec; /* unless remote */
  int socket, pid;
  unsigned char *shared; /* the child's values; NULL: they are sent */
  lehr_status broken;    /* the child is gone */
  char *shown;
};

/* Reaps the child and says how it ended. */
static lehr_status bury(h5_link *l, h5_arrival arrival, lehr_error *err) {
  int how = 0;
  pid_t reaped;
  if (arrival != H5_ENDED) kill(l->pid, SIGKILL);
  close(l->socket);
  l->socket = -1;
  do reaped = waitpid(l->pid, &how, 0);
  while (reaped < 0 && errno == EINTR);
  l->pid = 0;
  l->broken = l->mode == H5_LINK_READ ? LEHR_EINPUT : LEHR_EIO;
  const bool is_ended_by_limit = reaped > 0 && WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU;
  if (arrival == H5_GARBLED)
    return error_set(err, l->broken, "%s: the HDF5 library answers nonsense on this file",
                     l->shown);
  if (arrival == H5_LATE || is_ended_by_limit)
    return error_set(err, l->broken, "%s: the HDF5 library hangs on this file", l->shown);
  if (reaped > 0 && WIFSIGNALED(how))
    return error_set(err, l->broken, "%s: the HDF5 library crashed on this file (%s)", l->shown,
                     strsignal(WTERMSIG(how)));
  return error_set(err, l->broken, "%s: the HDF5 library gave up on this file", l->shown);
}

static bool is_sound(const h5_reply *reply) {
  return reply->status >= LEHR_OK && reply->status <= LEHR_EPERMISSION &&
         reply->kind >= H5_NOTHING && reply->kind <= H5_DATASET_OBJECT &&
         reply->shape.type <= H5_STRING && reply->shape.rank >= 0 &&
         reply->shape.rank <= H5_MAX_RANK &&
         reply->data_bytes <= (reply->is_shared ? H5_SHARED_BYTES : H5_REPLY_LIMIT) &&
         memchr(reply->text, 0, sizeof reply->text);
}

/* Starts the child and hears whether it could open the file. */
static lehr_status open_child(h5_link *l, int fd, lehr_error *err) {
  h5_reply opening;
  const bool is_reading = l->mode == H5_LINK_READ;
  const int shared_fd = is_reading ? h5_shared_create() : -1;
  l->shared = h5_shared_map(shared_fd);
  const lehr_status status =
      h5_spawn(is_reading ? "read" : "write", fd, shared_fd, &l->socket, &l->pid, err);
  if (shared_fd >= 0) close(shared_fd);
  LEHR_TRY(status);
  const h5_arrival arrival = h5_socket_read(l->socket, &opening, sizeof opening, answer_timeout_s);
  if (arrival != H5_ARRIVED) return bury(l, arrival, err);
  if (!is_sound(&opening)) return bury(l, H5_GARBLED, err);
  if (opening.status == LEHR_OK) return LEHR_OK;
  return error_set(err, (lehr_status)opening.status, "%s", opening.text);
}

lehr_status h5_link_open(h5_link_mode mode, int fd, bool in_child, const char *shown, h5_link **out,
                         lehr_error *err) {
  *out = NULL;
  h5_link *l = calloc(1, sizeof *l);
  char *copy = strdup(shown);
  if (!l || !copy) {
    free(l);
    free(copy);
    return error_memory(err, sizeof *l);
  }
  *l = (h5_link){.mode = mode, .is_remote = in_child && mode != H5_LINK_IMAGE, .shown = copy};
  l->exec.file = -1;
  l->socket = -1;
  lehr_status status;
  if (l->is_remote)
    status = open_child(l, fd, err);
  else if (mode == H5_LINK_READ)
    status = h5_exec_read(&l->exec, fd, err);
  else
    status = h5_exec_create(&l->exec, mode == H5_LINK_IMAGE ? -1 : fd, err);
  if (status != LEHR_OK) {
    h5_link_close(l);
    return status;
  }
  *out = l;
  return LEHR_OK;
}

static lehr_status call_child(h5_link *l, const h5_call *c, h5_reply *reply, h5_bytes *out,
                              lehr_error *err) {
  const h5_request *r = &c->request;
  const double timeout_s = l->mode == H5_LINK_READ ? answer_timeout_s : -1;
  if (!h5_socket_write(l->socket, r, sizeof *r) ||
      !h5_socket_write(l->socket, c->path, r->path_bytes) ||
      !h5_socket_write(l->socket, c->name, r->name_bytes) ||
      !h5_socket_write(l->socket, c->data, r->data_bytes))
    return bury(l, H5_ENDED, err);
  h5_arrival arrival = h5_socket_read(l->socket, reply, sizeof *reply, timeout_s);
  if (arrival != H5_ARRIVED) return bury(l, arrival, err);
  if (!is_sound(reply) || (reply->is_shared && !l->shared)) return bury(l, H5_GARBLED, err);
  out->size = 0;
  if (!h5_bytes_reserve(out, reply->data_bytes)) {
    l->broken = LEHR_ENOMEM; /* the data stay in the socket */
    return error_memory(err, reply->data_bytes);
  }
  if (!reply->is_shared) {
    arrival = h5_socket_read(l->socket, out->data, reply->data_bytes, timeout_s);
    if (arrival != H5_ARRIVED) return bury(l, arrival, err);
  } else if (reply->data_bytes > 0) {
    memcpy(out->data, l->shared, reply->data_bytes);
  }
  out->size = reply->data_bytes;
  return (lehr_status)reply->status;
}

lehr_status h5_link_call(h5_link *l, h5_call *c, h5_reply *reply, h5_bytes *out, lehr_error *err) {
  c->request.path_bytes = strlen(c->path);
  c->request.name_bytes = c->name ? strlen(c->name) : 0;
  if (l->broken != LEHR_OK)
    return error_set(err, l->broken, "%s: the HDF5 library is gone", l->shown);
  lehr_status status;
  *reply = (h5_reply){0};
  if (l->is_remote) {
    status = call_child(l, c, reply, out, err);
    if (l->broken != LEHR_OK) return status;
  } else {
    status = h5_exec_call(&l->exec, c, reply, out);
  }
  if (status != LEHR_OK && reply->text[0])
    return error_set(err, status, "%s: %s %s", l->shown, c->path, reply->text);
  return status;
}

void h5_link_close(h5_link *l) {
  if (!l) return;
  if (!l->is_remote) h5_exec_close(&l->exec);
  if (l->socket >= 0) close(l->socket); /* the child leaves */
  if (l->pid > 0) {
    int how;
    kill(l->pid, SIGKILL); /* nothing of it is wanted any more, and it may hang */
    while (waitpid(l->pid, &how, 0) < 0 && errno == EINTR) continue;
  }
  h5_shared_unmap(l->shared);
  free(l->shown);
  free(l);
}
