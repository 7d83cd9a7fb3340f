// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "unwind.h"

#include <string.h>

#if defined(__aarch64__)
enum { SP_REGISTER = 31 };
#else
enum { SP_REGISTER = 7 };
#endif
enum { SOME_PID = 1, BEYOND_A_NAME = 32 };

struct walk {
    struct rs_code *code;
    struct rs_unwound *out;
    bool named;      // out->place has a function of the user's, but no line
    uint32_t unlined; // frames looked at since then
    bool unloaded;   // the last frame lies in a module whose file was loaded only now: start again
};

static pid_t next_thread(Dwfl *dwfl, void *code, void **thread) {
    (void)dwfl;
    if (*thread != NULL) {
        return 0;
    }
    *thread = code;
    return SOME_PID;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *code, void **thread) {
    (void)dwfl;
    *thread = code;
    return tid == SOME_PID;
}

static bool read_memory(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *result, void *context) {
    (void)dwfl;
    const struct rs_sample *sample = ((const struct rs_code *)context)->sample;
    const uint64_t at = address - sample->sp;
    if (address < sample->sp || sample->stack_length < sizeof *result || at > sample->stack_length - sizeof *result) {
        return false;
    }
    memcpy(result, sample->stack + at, sizeof *result);
    return true;
}

static bool set_registers(Dwfl_Thread *thread, void *context) {
    const struct rs_sample *sample = ((const struct rs_code *)context)->sample;
    // The last is the instruction pointer: on x86-64 the column of the return address, on aarch64 none of DWARF's.
    const uint64_t pc = sample->registers[sample->register_count - 1];
#if defined(__aarch64__)
    const uint32_t count = sample->register_count - 1;
#else
    const uint32_t count = sample->register_count;
#endif
    dwfl_thread_state_register_pc(thread, pc);
    return dwfl_thread_state_registers(thread, 0, count, sample->registers);
}

static const Dwfl_Thread_Callbacks THREADS = {
    .next_thread = next_thread,
    .get_thread = get_thread,
    .memory_read = read_memory,
    .set_initial_registers = set_registers,
};

static int32_t slot_of(const struct walk *walk, Dwfl_Frame *frame) {
    Dwarf_Word sp = 0;
    if (walk->out->frame_count == 0 || dwfl_frame_reg(frame, SP_REGISTER, &sp) != 0) {
        return -1;
    }
    const uint64_t at = sp - sizeof(uint64_t) - walk->code->sample->sp; // x86-64: the word below the caller's stack
    return at < walk->code->sample->stack_length ? (int32_t)at : -1;
}

// Looks at a frame's code. Returns whether the walk is over.
static bool look(struct walk *walk, struct rs_loaded *loaded, uint64_t pc) {
    struct rs_place place;
    const bool user = rs_user_place(loaded->dwfl, &loaded->units, pc, &place);
    if (user && place.line != 0) {
        walk->out->place = place;
        walk->out->status = RS_FOUND;
        return true;
    }
    if (user && !walk->named) {
        walk->named = true;
        walk->out->place = place;
    }
    return walk->named && ++walk->unlined > BEYOND_A_NAME;
}

static int on_frame(Dwfl_Frame *state, void *context) {
    struct walk *walk = context;
    Dwarf_Addr pc = 0;
    bool exact = false;
    if (!dwfl_frame_pc(state, &pc, &exact) || walk->out->frame_count == RS_MAX_FRAMES) {
        return DWARF_CB_ABORT;
    }
    const uint64_t call = pc - 1; // inside of the instruction that called, be it a call or the system call
    const uint32_t module = rs_module_at(walk->code, call);
    const struct rs_frame frame = {.pc = pc, .module = module, .slot = slot_of(walk, state)};
    walk->out->frames[walk->out->frame_count++] = frame;
    if (module == RS_NO_MODULE) {
        return DWARF_CB_ABORT;
    }
    struct rs_loaded *loaded = &walk->code->modules[module];
    if (!loaded->asked) {
        walk->unloaded = true;
        return DWARF_CB_ABORT;
    }
    if (loaded->dwfl == NULL) {
        return DWARF_CB_ABORT;
    }
    const bool system = (loaded->place.flags & RS_MODULE_SYSTEM) != 0;
    return !system && look(walk, loaded, call) ? DWARF_CB_ABORT : DWARF_CB_OK;
}

static bool attach(struct rs_code *code) {
    if (!code->attached) {
        code->attached = dwfl_attach_state(code->dwfl, NULL, SOME_PID, &THREADS, code);
    }
    return code->attached;
}

// What depends on nothing but the instruction pointer.
static void break_at(struct rs_unwound *out, uint64_t ip, uint32_t module) {
    out->frames[0] = (struct rs_frame){.pc = ip, .module = module, .slot = -1};
    out->frame_count = 1;
}

void rs_unwind_stack(struct rs_code *code, const struct rs_sample *sample, struct rs_unwound *out) {
    code->sample = sample;
    *out = (struct rs_unwound){.status = RS_BROKEN};
    const uint64_t ip = sample->registers[sample->register_count - 1];
    const uint32_t first = rs_module_at(code, ip - 1);
    if (first == RS_NO_MODULE || !rs_load(code, first) || !attach(code)) {
        break_at(out, ip, first);
        return;
    }
    struct walk walk;
    int ended = 0;
    do {
        *out = (struct rs_unwound){.status = RS_BROKEN};
        walk = (struct walk){.code = code, .out = out};
        ended = dwfl_getthread_frames(code->dwfl, SOME_PID, on_frame, &walk);
        if (walk.unloaded) {
            (void)rs_load(code, out->frames[out->frame_count - 1].module); // it is asked for once only, so this ends
        }
    } while (walk.unloaded);
    if (out->frame_count == 0) {
        break_at(out, ip, first); // a file for a processor that has no such registers
    } else if (out->status != RS_FOUND) {
        out->status = walk.named ? RS_FOUND : ended == 0 ? RS_NO_USER : RS_BROKEN;
    }
}
