// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The code of a process as libdwfl knows it. A module's file is requested when one of its addresses is first looked up.
#pragma once

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdint.h>

#include "units.h"
#include "wire.h"

// One stack being unwound.
struct rs_sample {
    uint64_t registers[RS_MAX_REGISTERS];
    uint32_t register_count;
    uint64_t sp;
    const uint8_t *stack;
    uint64_t stack_length;
};

struct rs_loaded {
    struct rs_module place;
    bool asked;        // its file was requested
    Dwfl_Module *dwfl; // NULL: it has none, or none that is an ELF file
    struct rs_units units;
};

struct rs_code {
    uint32_t id;
    Dwfl *dwfl;
    bool attached; // libdwfl knows how to read a stack
    bool cut;      // what was wanted of the stack lies beyond the copy of it
    const struct rs_sample *sample;
    uint32_t module_count;
    struct rs_loaded *modules;
};

// The file that names code the program made itself, to be closed by the caller; -1: there is none.
int rs_ask_for_perf_map(const struct rs_code *code);
// Index of the module that contains an address; RS_NO_MODULE: none.
uint32_t rs_module_at(const struct rs_code *code, uint64_t address);
// Loads the module's file unless this was tried before. Returns false if it has none.
bool rs_load(struct rs_code *code, uint32_t module);
struct rs_code *rs_code_open(uint32_t id);
// Adds modules after the existing ones. Returns false if memory is short.
bool rs_code_add(struct rs_code *code, const struct rs_module *modules, uint32_t count);
void rs_code_close(struct rs_code *code);
