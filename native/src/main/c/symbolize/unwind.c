// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "unwind.h"

#include <string.h>
#include <unistd.h>

#include "generated/generated.h"
#include "generated/perf_map.h"

#if defined(__aarch64__)
enum { SP_REGISTER = 31 };
#else
enum { SP_REGISTER = 7 };
#endif
enum { SOME_PID = 1, BEYOND_A_NAME = 32 };
// V8's interpreter: the code in its frames does not show which function is being run.
static const char INTERPRETER[] = "Builtins_Interpreter";

struct walk {
    struct rs_code *code;
    struct rs_unwound *out;
    bool named;      // out->place has a function of the user's without a line, or one of what runs the program
    uint32_t named_at; // the frame it belongs to
    uint32_t unlined; // frames looked at since then
    uint32_t generated; // frames of code that is in no file
    uint32_t opaque_at; // the first frame whose function is unknown
    bool unloaded;   // the last frame is in a module whose file has only just been loaded: start again
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
        ((struct rs_code *)context)->cut = ((struct rs_code *)context)->cut || address >= sample->sp;
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

int32_t rs_slot_of(const struct rs_sample *sample, Dwfl_Frame *frame, bool innermost) {
    Dwarf_Word sp = 0;
    if (innermost || dwfl_frame_reg(frame, SP_REGISTER, &sp) != 0) {
        return -1;
    }
    const uint64_t at = sp - sizeof(uint64_t) - sample->sp; // x86-64: the word below the caller's stack
    return at < sample->stack_length ? (int32_t)at : -1;
}

// Looks at a frame's code. Returns whether the walk has ended.
static bool look(struct walk *walk, struct rs_loaded *loaded, uint64_t pc) {
    struct rs_place place;
    const bool user = rs_user_place(loaded->dwfl, &loaded->units, pc, &place);
    const bool runtime = (loaded->place.flags & RS_MODULE_RUNTIME) != 0;
    const uint32_t frame = walk->out->frame_count - 1;
    if (user && place.line != 0 && !runtime) {
        walk->out->place = place;
        walk->out->status = RS_FOUND;
        walk->named_at = frame;
        return true;
    }
    if (runtime && place.function != NULL && strncmp(place.function, INTERPRETER, sizeof INTERPRETER - 1) == 0 &&
        frame < walk->opaque_at) {
        walk->opaque_at = frame;
    }
    if (user && !walk->named) {
        walk->named = true;
        walk->named_at = frame;
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
    const uint64_t call = pc - 1; // inside the instruction that called, whether a call or a system call
    const uint32_t module = rs_module_at(walk->code, call);
    const int32_t slot = rs_slot_of(walk->code->sample, state, walk->out->frame_count == 0);
    const struct rs_frame frame = {.pc = pc, .module = module, .slot = slot};
    walk->out->frames[walk->out->frame_count++] = frame;
    if (module == RS_NO_MODULE) {
        walk->generated++;
        return walk->named && ++walk->unlined > BEYOND_A_NAME ? DWARF_CB_ABORT : DWARF_CB_OK;
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

// The names of the frames that are in no file, in their order.
static const struct rs_generated *names_of(const struct walk *walk) {
    static struct rs_generated names[RS_MAX_FRAMES];
    size_t count = 0;
    for (uint32_t i = 0; i < walk->out->frame_count; i++) {
        if (walk->out->frames[i].module == RS_NO_MODULE) {
            names[count].name[0] = '\0';
            names[count++].address = walk->out->frames[i].pc - 1;
        }
    }
    const int fd = rs_ask_for_perf_map(walk->code);
    if (fd >= 0) {
        rs_perf_map_read(fd, names, count);
        (void)close(fd);
    }
    return names;
}

// Looks for the innermost function among those that are in no file. One found beyond an unknown function does not
// count: the unknown one may be the user's.
static void look_at_generated(struct walk *walk) {
    static char name[RS_MAX_TEXT + 1]; // what a place is made of
    const struct rs_generated *next = names_of(walk);
    for (uint32_t i = 0; i < walk->out->frame_count && i < walk->opaque_at; i++) {
        if (walk->out->frames[i].module != RS_NO_MODULE) {
            continue;
        }
        memcpy(name, next++->name, sizeof name);
        struct rs_place place;
        switch (rs_generated_place(name, &place)) {
        case RS_GENERATED_USER:
            walk->out->place = place;
            walk->out->status = RS_FOUND;
            walk->out->frame_count = i + 1; // it depends on nothing more
            return;
        case RS_GENERATED_UNKNOWN:
            walk->opaque_at = i;
            break;
        case RS_GENERATED_LIBRARY:
            break;
        }
    }
    if (walk->opaque_at == UINT32_MAX) {
        return;
    }
    walk->out->frame_count = walk->opaque_at + 1;
    if ((walk->named || walk->out->status == RS_FOUND) && walk->named_at > walk->opaque_at) {
        walk->named = false;
        walk->out->place = (struct rs_place){.line = 0};
        walk->out->status = RS_BROKEN;
    }
}

bool rs_begin(struct rs_code *code, const struct rs_sample *sample) {
    code->sample = sample;
    code->cut = false;
    const uint32_t first = rs_module_at(code, sample->registers[sample->register_count - 1] - 1);
    const uint32_t needed = first == RS_NO_MODULE ? 0 : first; // at least one, which shows the processor
    if (needed >= code->module_count || !rs_load(code, needed)) {
        return false;
    }
    if (!code->attached) {
        code->attached = dwfl_attach_state(code->dwfl, NULL, SOME_PID, &THREADS, code);
    }
    return code->attached;
}

int rs_follow(struct rs_code *code, int (*on_frame)(Dwfl_Frame *, void *), void *context) {
    return dwfl_getthread_frames(code->dwfl, SOME_PID, on_frame, context);
}

// Cases that depend on nothing but the instruction pointer.
static void break_at(struct rs_unwound *out, uint64_t ip, uint32_t module) {
    out->frames[0] = (struct rs_frame){.pc = ip, .module = module, .slot = -1};
    out->frame_count = 1;
}

void rs_unwind_stack(struct rs_code *code, const struct rs_sample *sample, struct rs_unwound *out) {
    *out = (struct rs_unwound){.status = RS_BROKEN};
    const uint64_t ip = sample->registers[sample->register_count - 1];
    const uint32_t first = rs_module_at(code, ip - 1);
    if (!rs_begin(code, sample)) {
        break_at(out, ip, first);
        return;
    }
    struct walk walk;
    int ended = 0;
    do {
        *out = (struct rs_unwound){.status = RS_BROKEN};
        walk = (struct walk){.code = code, .out = out, .opaque_at = UINT32_MAX};
        ended = rs_follow(code, on_frame, &walk);
        if (walk.unloaded) {
            (void)rs_load(code, out->frames[out->frame_count - 1].module); // it is requested only once, so this ends
        }
    } while (walk.unloaded);
    if (walk.generated > 0) {
        look_at_generated(&walk);
    }
    if (out->frame_count == 0) {
        break_at(out, ip, first); // a file for a processor that has no such registers
    } else if (out->status != RS_FOUND) {
        out->status = walk.named ? RS_FOUND : ended == 0 && walk.opaque_at == UINT32_MAX ? RS_NO_USER : RS_BROKEN;
    }
}
