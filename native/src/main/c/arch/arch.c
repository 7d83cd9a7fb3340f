// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "arch/arch.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>

#include "arch/request.h"

#if defined(__x86_64__)
#include "arch/arch_x86_64.h"
#elif defined(__aarch64__)
#include "arch/arch_aarch64.h"
#else
#error "this processor is not supported: x86-64 and aarch64 are"
#endif
