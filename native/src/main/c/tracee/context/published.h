// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The context that an application publishes about itself, its resource: a mapping OTEL_CTX with a header that leads to
// the data (OpenTelemetry's OTEP 4719).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tracee/context/image.h"

enum rc_published_state {
    RC_PUBLISHED_NOT,   // there is nothing of the kind
    RC_PUBLISHED_WHOLE, // the data were copied
    RC_PUBLISHED_LONG,  // there are more than there is room for: none were copied
    RC_PUBLISHED_TORN,  // they were being changed each time they were looked at, or cannot be read
};
// Copies the data that the header at this address leads to. Their writer does not wait: it says in the header when it
// changes them, and they are copied again then.
enum rc_published_state rc_published_copy(const struct rc_space *space, uint64_t header, uint8_t *out,
                                          size_t capacity, size_t *length);
// Whether data that were copied say that the process's threads publish contexts, in whatever form: they have the
// attribute threadlocal.schema_version (OTEP 4947).
bool rc_published_announces_threads(const uint8_t *data, size_t length);
// ... and that they are the labels of a goroutine: that attribute is go_pprof_labels_v1.
bool rc_published_announces_go(const uint8_t *data, size_t length);
// Whether a mapping is given this name.
bool rc_published_is_name(const struct rc_space *space, uint64_t name);
// Finds the mapping of a process in lines of /proc/PID/maps. 0: it has none in these.
//
// rest: how many bytes at the end are the start of an incomplete line.
uint64_t rc_published_in_lines(const char *lines, size_t length, size_t *rest);
