// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A library that publishes the context of the calling thread, as an SDK's native part does. Built once for each way in
// which a library reaches its thread-local variables.
#include <stddef.h>

__attribute__((visibility("default"))) __thread const volatile void *volatile otel_thread_ctx_v1;

__attribute__((visibility("default"))) void publish(const volatile void *record) {
    otel_thread_ctx_v1 = record;
}
