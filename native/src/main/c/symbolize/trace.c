// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "trace.h"

#include <gelf.h>
#include <string.h>

#include "unwind.h"

// No program has code in front of it: what a return address there means is that nobody called.
enum { FIRST_CODE = 4096 };

struct walk {
    struct rs_code *code;
    struct rs_trace *out;
    bool outermost; // whether the last frame is one that nobody called
    uint32_t unloaded; // the module of the last frame, if its file must be loaded first: then the walk begins again
};

// Copies a name, without the version that symbol tables append to it, as far as there is room for it.
static void name(struct rs_trace *out, struct rs_traced_frame *frame, const char *function) {
    const size_t whole = strnlen(function, RS_MAX_TEXT + 1);
    const char *version = memchr(function, '@', whole);
    const size_t length = version == NULL || version == function ? whole : (size_t)(version - function);
    const size_t room = sizeof out->names - out->names_length;
    const size_t most = room < RS_MAX_TEXT ? room : RS_MAX_TEXT;
    const size_t copied = length < most ? length : most;
    memcpy(out->names + out->names_length, function, copied);
    out->names_length += (uint32_t)copied;
    frame->name_length = (uint16_t)copied;
    frame->flags = copied < length ? RS_NAME_CUT : 0;
}

// Adds a frame whose function is not known yet.
static struct rs_traced_frame *add(struct rs_trace *out, uint64_t pc, int32_t slot) {
    struct rs_traced_frame *frame = &out->frames[out->frame_count++];
    *frame = (struct rs_traced_frame){.pc = pc, .slot = slot};
    return frame;
}

static int on_frame(Dwfl_Frame *state, void *context) {
    struct walk *walk = context;
    struct rs_trace *out = walk->out;
    walk->code->cut = false; // only what is wanted of the stack behind the last frame counts
    Dwarf_Addr pc = 0;
    bool exact = false;
    if (!dwfl_frame_pc(state, &pc, &exact)) {
        return DWARF_CB_ABORT;
    }
    if (out->frame_count > 0 && pc < FIRST_CODE) { // Go's goexit is entered behind its first instruction, at nobody's 0
        walk->outermost = true;
        return DWARF_CB_ABORT;
    }
    if (out->frame_count == RS_MAX_TRACE) {
        out->end = RS_END_TOO_MANY;
        return DWARF_CB_ABORT;
    }
    const bool innermost = out->frame_count == 0; // its address is that behind the instruction
    const uint64_t inside = exact && !innermost ? pc : pc - 1;
    struct rs_traced_frame *frame = add(out, pc, rs_slot_of(walk->code->sample, state, innermost));
    const uint32_t module = rs_module_at(walk->code, inside);
    if (module == RS_NO_MODULE) {
        return DWARF_CB_ABORT;
    }
    const struct rs_loaded *loaded = &walk->code->modules[module];
    if (!loaded->asked) {
        walk->unloaded = module;
        return DWARF_CB_ABORT;
    }
    if (loaded->dwfl == NULL) {
        return DWARF_CB_ABORT;
    }
    GElf_Off offset = 0;
    GElf_Sym symbol;
    const char *function = dwfl_module_addrinfo(loaded->dwfl, inside, &offset, &symbol, NULL, NULL, NULL);
    if (function != NULL) {
        frame->offset = offset + (pc - inside);
        name(out, frame, function);
    }
    return DWARF_CB_OK;
}

// Whether the last frame is in the function at which its file is entered: the kernel has called it, if anybody.
static bool is_entry(const struct rs_code *code, const struct rs_trace *out) {
    const struct rs_traced_frame *last = &out->frames[out->frame_count - 1];
    const uint32_t module = rs_module_at(code, last->pc - 1);
    Dwfl_Module *dwfl = module == RS_NO_MODULE ? NULL : code->modules[module].dwfl;
    GElf_Addr bias = 0;
    GElf_Ehdr header;
    Elf *elf = dwfl == NULL ? NULL : dwfl_module_getelf(dwfl, &bias);
    return elf != NULL && gelf_getehdr(elf, &header) != NULL && last->name_length > 0 &&
           header.e_entry + bias == last->pc - last->offset;
}

void rs_trace_stack(struct rs_code *code, const struct rs_sample *sample, struct rs_trace *out) {
    struct walk walk = {.code = code, .out = out};
    const bool ready = rs_begin(code, sample);
    int ended = -1;
    do {
        walk.unloaded = RS_NO_MODULE;
        walk.outermost = false;
        code->cut = false;
        out->end = RS_END_LOST;
        out->frame_count = 0;
        out->names_length = 0;
        ended = ready ? rs_follow(code, on_frame, &walk) : -1;
        if (walk.unloaded != RS_NO_MODULE) {
            (void)rs_load(code, walk.unloaded); // it is requested only once, so this ends
        }
    } while (walk.unloaded != RS_NO_MODULE);
    if (out->frame_count == 0) { // a file for a processor that has no such registers, or none at all
        (void)add(out, sample->registers[sample->register_count - 1], -1);
    } else if (ended <= 0 && code->cut) { // libdwfl takes an address that cannot be read for one that is undefined
        out->end = RS_END_CUT;
    } else if (ended == 0 || walk.outermost || (ended < 0 && is_entry(code, out))) {
        out->end = RS_END_OUTERMOST;
    }
}
