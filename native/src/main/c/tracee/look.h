// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A call that a thread is in, read while nobody stops the thread: only its memory is copied (process_vm_readv), for
// which the kernel asks the rights of PTRACE_MODE_ATTACH but attaches nothing. The thread may go on meanwhile; who asks
// finds out by its context switches before and after.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture.h"
#include "ring/event.h"

// What is read, and the memory to read it into. For one thread at a time.
struct rc_look;

// options: its plan and its limits count. Returns NULL if memory is short.
struct rc_look *rc_look_open(const struct rc_options *options);
void rc_look_close(struct rc_look *look);

// Reads what the arguments of `call` point to at its entry, and the thread's stack, as pieces. Of the stack's registers
// sp, ip and those of the arguments are known; the others are 0. The caller has filled in tid, tgid, arch, nr, args, sp
// and ip. *side is valid until the next look. Returns the length of the side data.
uint32_t rc_look_at(struct rc_look *look, const struct rc_event *call, const uint8_t **side);

// Copies up to `length` bytes of a thread's memory. Returns how many, or a negative errno value: EPERM if that is not
// allowed, EFAULT if nothing is mapped there.
int rc_look_memory(pid_t tid, uint64_t address, void *out, size_t length);
