// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a program publishes the context of each of its threads: the thread-local variable otel_thread_ctx_v1 of
// OpenTelemetry's OTEP 4947, in the program itself or in a library, and how a thread's instance of it is found.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tracee/context/go_labels.h"
#include "tracee/context/image.h"

enum rc_context_kind {
    RC_CONTEXT_NONE,      // nothing publishes it
    RC_CONTEXT_FIXED,     // the program: at `offset` from the thread pointer
    RC_CONTEXT_OF_GO,     // labels of a goroutine, as `go` says
    RC_CONTEXT_OF_MODULE, // a library: at `offset` in the block of thread-local variables that the thread has of it
};

// What is known of one program.
struct rc_context {
    uint16_t looks; // at the entries of so many calls it is to be looked at
    bool final; // ... which would not change anything any more
    uint8_t kind; // enum rc_context_kind
    bool musl;
    bool headed; // `program` was read
    bool in_file; // if the program has it, its file alone has its name: rc_context_locate_in_file is to be called
    bool go_wanted;  // the process has said that these are labels of Go: rc_context_locate_go is to be called
    struct rc_go_layout go;
    bool announced;  // the process has said that its threads publish contexts
    bool unresolved; // a library has the variable, but where threads have it cannot be found out
    uint16_t attempts; // to look at what is loaded while the dynamic linker was at work
    struct rc_image program;
    uint64_t debug;    // address of the dynamic linker's struct r_debug; 0: not known yet
    uint64_t last;     // the library that was looked at last ...
    uint64_t last_dynamic; // ... and its dynamic section
    uint64_t modules;  // musl: how many libraries with thread-local variables there are up to that
    int64_t offset;
    uint64_t module;   // number of the library
    uint64_t fixed_at; // glibc: where the offset is that all threads have the library's block at, if they do
};


// Forgets all: another program runs.
void rc_context_forget(struct rc_context *context);
// Code was mapped, so a library may be about to be loaded.
void rc_context_code_mapped(struct rc_context *context);
// Looks at the program, and at what was loaded since the last time.
//
// headers, header_count: the kernel's AT_PHDR and AT_PHNUM of the program.
void rc_context_locate(struct rc_context *context, const struct rc_space *space, uint64_t headers,
                       uint64_t header_count);
// Looks into the file of a program that has no libraries.
void rc_context_locate_in_file(struct rc_context *context, const struct rc_space *file);
// Looks into the file for what leads to a goroutine's labels. Not before the program's headers were read (headed).
void rc_context_locate_go(struct rc_context *context, const struct rc_space *file);
