// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The context of a thread of a Go program: labels of runtime/pprof that its goroutine has. OTEP 4947 has Go programs
// announce that with the schema go_pprof_labels_v1, and leaves open which labels hold the ids. Two pairs are in wide
// use, and both are read; a goroutine that has not both ids of one pair has no context:
//
//   trace_id, span_id   32 and 16 hexadecimal digits (Grafana's otel-profiling-go and dskit)
//   trace id, span id   32 hexadecimal digits, and a decimal number (Datadog's dd-trace-go)
//
// Labels say nothing of trace flags: the flag `sampled` is set, as both set labels for what they record.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ring/event.h"
#include "tracee/context/image.h"

// Where a version of Go has what leads to the labels, in bytes from the start of its structures.
struct rc_go_layout {
    int64_t slot;        // the running goroutine's g, from the thread pointer on
    uint16_t machine;    // g.m
    uint16_t goroutine;  // m.curg: the user's goroutine, also while the runtime itself runs; m.g0 is at the beginning
    uint16_t labels;     // g.labels
};

// From the file of a program, of which this is the image in memory. False: it is no Go program, or of a version whose
// layout is not known, or on a processor on which Go keeps the goroutine elsewhere.
bool rc_go_layout_of(const struct rc_space *file, const struct rc_image *program, struct rc_go_layout *out);

enum rc_go_labels { RC_GO_NONE, RC_GO_FOUND, RC_GO_UNREADABLE };
// Reads the context of the thread with this thread pointer, which must not run code of its own. RC_GO_NONE: it runs no
// goroutine, or one without such labels.
enum rc_go_labels rc_go_labels_read(const struct rc_space *memory, const struct rc_go_layout *layout, uint64_t pointer,
                                    struct rc_thread_context *out);
