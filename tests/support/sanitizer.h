/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/sanitizer.h - what this build is instrumented with: 0 or 1. */
#ifndef LEHR_TESTS_SUPPORT_SANITIZER_H
#define LEHR_TESTS_SUPPORT_SANITIZER_H

#ifdef __has_feature /* clang */
#define SANITIZER_OF_THREADS __has_feature(thread_sanitizer)
#define SANITIZER_OF_ADDRESSES __has_feature(address_sanitizer)
#else
#ifdef __SANITIZE_THREAD__
#define SANITIZER_OF_THREADS 1
#else
#define SANITIZER_OF_THREADS 0
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZER_OF_ADDRESSES 1
#else
#define SANITIZER_OF_ADDRESSES 0
#endif
#endif

#endif
