/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_link.h - the way to the HDF5 library: in this process, or in a child under limits.
 *
 * The child is the program lehr-h5 (libexec/lehr beside the library or the command, or where it
 * was installed). It gets one socket, the open file and a few megabytes of shared memory, nothing
 * else; memory, CPU time, file size and core dumps are limited when it reads. A child that dies or
 * does not answer in time ends the link with an error; this process goes on. */
#ifndef LEHR_IO_HDF5_LINK_H
#define LEHR_IO_HDF5_LINK_H

#include "io/hdf5_wire.h"

typedef struct h5_link h5_link;

typedef enum h5_link_mode {
  H5_LINK_READ,   /* of fd */
  H5_LINK_CREATE, /* into fd */
  H5_LINK_IMAGE   /* in memory; fd is ignored; never in a child */
} h5_link_mode;

/* fd stays the caller's and must stay open. shown: the file's name for messages. */
lehr_status h5_link_open(h5_link_mode mode, int fd, bool in_child, const char *shown, h5_link **out,
                         lehr_error *err);

/* One request: c->request's lengths are filled in here. reply and out hold the answer. Failures
 * name the file and the object. */
lehr_status h5_link_call(h5_link *l, h5_call *c, h5_reply *reply, h5_bytes *out, lehr_error *err);

/* Ends the child. NULL is fine. */
void h5_link_close(h5_link *l);

/* ---- For lehr-h5 ---- */

typedef enum h5_arrival {
  H5_ARRIVED,
  H5_ENDED,  /* the other end is gone */
  H5_LATE,   /* the time is up */
  H5_GARBLED /* no sound message; by its reader */
} h5_arrival;

/* Reads exactly size bytes. timeout_s < 0: waits for ever. */
h5_arrival h5_socket_read(int fd, void *data, size_t size, double timeout_s);
/* Writes all; false if the other end is gone. */
bool h5_socket_write(int fd, const void *data, size_t size);

/* Starts lehr-h5 ("read" or "write") on fd, with shared memory unless shared_fd < 0. */
lehr_status h5_spawn(const char *mode, int fd, int shared_fd, int *socket, int *pid,
                     lehr_error *err);

/* Answers requests on `socket` about the file `fd` until it is closed; values go into the memory
 * behind shared_fd where that can be had. Returns an exit status. */
int h5_serve(int socket, int fd, int shared_fd, bool is_reading);

#endif
