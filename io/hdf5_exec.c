/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_exec.h"

#include "base/error.h"
#include "io/hdf5_descriptor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- Messages ---- */

typedef struct quiet {
  H5E_auto2_t print;
  void *user;
} quiet;

static quiet quiet_begin(void) {
  quiet q = {0};
  H5Eget_auto2(H5E_DEFAULT, &q.print, &q.user);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return q;
}

static void quiet_end(quiet q) { H5Eset_auto2(H5E_DEFAULT, q.print, q.user); }

/* H5Ewalk2 upwards visits the innermost message first. */
static herr_t take_first(unsigned depth, const H5E_error2_t *e, void *text) {
  if (depth == 0 && e->desc) snprintf(text, 120, "%s", e->desc);
  return 0;
}

lehr_status h5_exec_fail(h5_reply *reply, lehr_status status, const char *what) {
  char detail[120] = "";
  if (H5Eget_num(H5E_DEFAULT) > 0) H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, detail);
  snprintf(reply->text, sizeof reply->text, detail[0] ? "%s (%s)" : "%s", what, detail);
  reply->status = (int32_t)status;
  return status;
}

/* ---- Opening and closing ---- */

static hid_t access_list(int fd) {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  const herr_t driver =
      fd >= 0 ? h5_use_descriptor(access, fd) : H5Pset_fapl_core(access, 1 << 20, 0);
  if (access < 0 || driver < 0 || H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0 ||
      H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110) < 0) {
    H5Pclose(access);
    return -1;
  }
  return access;
}

static lehr_status fail_open(lehr_status status, const char *what, lehr_error *err) {
  h5_reply reply = {0};
  h5_exec_fail(&reply, status, what);
  return error_set(err, status, "%s", reply.text);
}

lehr_status h5_exec_read(h5_exec *e, int fd, lehr_error *err) {
  struct stat s;
  *e = (h5_exec){.file = -1};
  if (fstat(fd, &s) != 0) return error_errno(err, LEHR_ENOINPUT, "HDF5 file");
  e->file_bytes = s.st_size;
  const quiet q = quiet_begin();
  lehr_status status = LEHR_OK;
  const hid_t access = access_list(fd);
  if (access < 0) {
    status = fail_open(LEHR_ENOMEM, "cannot set the HDF5 library up", err);
  } else {
    e->file = H5Fopen("input", H5F_ACC_RDONLY, access);
    if (e->file < 0) status = fail_open(LEHR_EINPUT, "not a readable HDF5 file", err);
    H5Pclose(access);
  }
  quiet_end(q);
  return status;
}

lehr_status h5_exec_create(h5_exec *e, int fd, lehr_error *err) {
  *e = (h5_exec){.file = -1, .file_bytes = INT64_MAX, .is_image = fd < 0};
  const quiet q = quiet_begin();
  lehr_status status = LEHR_OK;
  const hid_t access = access_list(fd), create = H5Pcreate(H5P_FILE_CREATE);
  if (access < 0 || create < 0 || H5Pset_obj_track_times(create, 0) < 0 ||
      H5Pset_link_creation_order(create, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0 ||
      H5Pset_attr_creation_order(create, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0 ||
      (e->file = H5Fcreate("output", H5F_ACC_TRUNC, create, access)) < 0)
    status = fail_open(LEHR_EIO, "cannot start an HDF5 file", err);
  H5Pclose(create);
  H5Pclose(access);
  quiet_end(q);
  return status;
}

static void close_datasets(h5_exec *e) {
  for (int k = 0; k < H5_EXEC_OPEN; k++) {
    if (e->open[k].path) h5_exec_forget(&e->open[k]);
  }
}

void h5_exec_close(h5_exec *e) {
  if (e->file < 0) return;
  const quiet q = quiet_begin();
  close_datasets(e);
  H5Fclose(e->file);
  e->file = -1;
  quiet_end(q);
}

/* ---- Finishing a new file ---- */

static lehr_status take_image(h5_exec *e, h5_reply *reply, h5_bytes *out) {
  const ssize_t size = H5Fget_file_image(e->file, NULL, 0);
  if (size < 0) return h5_exec_fail(reply, LEHR_EIO, "cannot complete the HDF5 file");
  if (!h5_bytes_reserve(out, (size_t)size))
    return h5_exec_fail(reply, LEHR_ENOMEM, "no memory for the HDF5 file");
  if (H5Fget_file_image(e->file, out->data, (size_t)size) != size)
    return h5_exec_fail(reply, LEHR_EIO, "cannot complete the HDF5 file");
  out->size = (size_t)size;
  return LEHR_OK;
}

static lehr_status finish(h5_exec *e, h5_reply *reply, h5_bytes *out) {
  lehr_status status = LEHR_OK;
  for (int k = 0; k < H5_EXEC_OPEN; k++) {
    if (e->open[k].path && h5_exec_forget(&e->open[k]) < 0)
      status = h5_exec_fail(reply, LEHR_EIO, "writing the data failed");
  }
  if (H5Fflush(e->file, H5F_SCOPE_GLOBAL) < 0)
    status = h5_exec_fail(reply, LEHR_EIO, "writing failed");
  if (status == LEHR_OK && e->is_image) status = take_image(e, reply, out);
  /* A failed close is final: trying again would touch freed memory inside the library. */
  if (H5Fclose(e->file) < 0 && status == LEHR_OK)
    status = h5_exec_fail(reply, LEHR_EIO, "closing the HDF5 file failed");
  e->file = -1;
  return status;
}

/* ---- Requests ---- */

hid_t h5_exec_memory_type(h5_type type) {
  switch (type) {
  case H5_INT8:
    return H5Tcopy(H5T_NATIVE_INT8);
  case H5_UINT8:
    return H5Tcopy(H5T_NATIVE_UINT8);
  case H5_INT32:
    return H5Tcopy(H5T_NATIVE_INT32);
  case H5_INT64:
    return H5Tcopy(H5T_NATIVE_INT64);
  case H5_REAL32:
    return H5Tcopy(H5T_NATIVE_FLOAT);
  case H5_REAL64:
    return H5Tcopy(H5T_NATIVE_DOUBLE);
  case H5_STRING:
    break;
  }
  const hid_t text = H5Tcopy(H5T_C_S1);
  if (text < 0) return -1;
  if (H5Tset_size(text, H5T_VARIABLE) < 0 || H5Tset_cset(text, H5T_CSET_UTF8) < 0) {
    H5Tclose(text);
    return -1;
  }
  return text;
}

lehr_status h5_exec_call(h5_exec *e, const h5_call *call, h5_reply *reply, h5_bytes *out) {
  *reply = (h5_reply){0};
  out->size = 0;
  const quiet q = quiet_begin();
  H5Eclear2(H5E_DEFAULT);
  lehr_status status;
  if (e->file < 0)
    status = h5_exec_fail(reply, LEHR_EINTERNAL, "the file is closed");
  else if (call->request.operation == H5_FINISH)
    status = finish(e, reply, out);
  else if (call->request.operation < H5_MAKE_GROUP)
    status = h5_exec_ask(e, call, reply, out);
  else
    status = h5_exec_make(e, call, reply, out);
  H5Eclear2(H5E_DEFAULT);
  quiet_end(q);
  reply->data_bytes = out->size;
  return status;
}
