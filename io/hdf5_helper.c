/* SPDX-License-Identifier: Apache-2.0 */
/* lehr-h5 - runs the HDF5 library for liblehr: "lehr-h5 read|write VERSION" with a socket as
 * descriptor 0, the file as descriptor 3 and, where there is some, shared memory as 4. Not for
 * people. */
#include "io/hdf5_link.h"
#include "lehr/version.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_socket(int fd) {
  int type;
  socklen_t size = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

int main(int argc, char **argv) {
  if (argc != 3 || strcmp(argv[2], LEHR_VERSION) != 0 || !is_socket(0)) {
    static const char text[] = "lehr-h5: helper of liblehr " LEHR_VERSION "; not to be called\n";
    const bool is_said = write(2, text, sizeof text - 1) == (ssize_t)sizeof text - 1;
    return lehr_status_exit(is_said ? LEHR_EUSAGE : LEHR_EIO);
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  /* No filters from shared objects; asked for again where the library listens (h5_serve). */
  if (setenv("HDF5_PLUGIN_PRELOAD", "::", 1) != 0) return lehr_status_exit(LEHR_ENOMEM);
  _exit(h5_serve(0, 3, 4, strcmp(argv[1], "read") == 0));
}
