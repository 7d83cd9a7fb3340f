// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The program's own variable is at an offset from the thread pointer that its linker has fixed, whatever C library it
// has. That of a library is in a block that belongs to the library's number, its module id: musl numbers libraries as
// they come, glibc keeps the number in struct link_map and says where, for debuggers, in the variable
// _thread_db_link_map_l_tls_modid (nptl_db, which GDB uses in the same way). The block may also be at an offset from
// the thread pointer that glibc has given it; the vector of blocks then does not show it before the thread has asked
// for it.
#define _GNU_SOURCE
#include "tracee/context/locate.h"

#include <elf.h>
#include <string.h>

#include "arch/arch.h"
#include "tracee/context/program_file.h"

enum {
    LIBRARIES = 4096,   // that are looked at, at most
    ATTEMPTS = 4096,    // calls for which a dynamic linker is expected to become ready
    // glibc maps a library before it says that its list is about to change. A look costs two reads, and the other
    // threads of the process may make many calls before the one that loads makes its next.
    LOOKS = 256,
    MODULES = 1 << 16,  // module ids that are believed
    LINK_MAP = 1 << 14, // bytes of a struct link_map, at most
};

static const char VARIABLE[] = "otel_thread_ctx_v1";

// The public beginnings of what <link.h> declares.
struct link {
    uint64_t bias;
    uint64_t name;
    uint64_t dynamic;
    uint64_t next;
    uint64_t previous;
};
struct debug {
    int32_t version;
    uint32_t pad;
    uint64_t first;
    uint64_t brk;
    int32_t state; // 0: the list is whole
    uint32_t pad2;
};

void rc_context_forget(struct rc_context *context) {
    *context = (struct rc_context){.looks = LOOKS};
}

void rc_context_code_mapped(struct rc_context *context) {
    context->looks = context->final ? 0 : LOOKS;
}

static void end(struct rc_context *context) {
    context->looks = 0;
    context->final = true;
}

// Whether it is what it has to be: a pointer, that lies within the image's thread-local variables.
static bool is_variable(const struct rc_image *image, const struct rc_symbol *symbol) {
    return symbol->type == STT_TLS && symbol->size == sizeof(uint64_t) && image->tls_size >= symbol->size &&
           symbol->value <= image->tls_size - symbol->size;
}

// Finds the variable as an image defines it.
static bool find_variable(const struct rc_space *space, const struct rc_image *image, uint64_t *value) {
    struct rc_symbol symbol;
    if (image->dynamic == 0 || !rc_image_find(space, image->dynamic, image->bias, VARIABLE, &symbol) ||
        !is_variable(image, &symbol)) {
        return false;
    }
    *value = symbol.value;
    return true;
}

// The program itself has the variable, and so each thread at the same offset.
static void take_own(struct rc_context *context, uint64_t value) {
    const struct rc_image *program = &context->program;
    context->kind = RC_CONTEXT_FIXED;
    context->offset = rc_arch_tls_offset(program->tls_size, program->tls_align, program->tls_start, value);
}

// Reads the headers of the program. Returns false if there is nothing more to find out.
static bool look_at_program(struct rc_context *context, const struct rc_space *space, uint64_t headers,
                            uint64_t count) {
    uint64_t value = 0;
    if (!rc_image_of_headers(space, headers, count, &context->program)) {
        end(context);
        return false;
    }
    context->headed = true;
    context->musl = context->program.musl;
    if (find_variable(space, &context->program, &value)) {
        take_own(context, value);
        end(context);
        return false;
    }
    if (!context->program.interpreted || context->program.dynamic == 0) {
        context->in_file = context->program.tls_size != 0;
        end(context); // it has no libraries
        return false;
    }
    return true;
}

// Reads the dynamic linker's list of libraries. Returns false while it is not whole.
static bool read_debug(struct rc_context *context, const struct rc_space *space, uint64_t *first) {
    if (context->debug == 0) {
        uint64_t place = 0;
        context->debug = rc_image_entry(space, context->program.dynamic, DT_DEBUG, &place);
    }
    struct debug debug;
    if (context->debug == 0 || !rc_space_copy(space, context->debug, &debug, sizeof debug) || debug.version < 1 ||
        debug.first == 0 || debug.state != 0) {
        return false;
    }
    *first = debug.first;
    return true;
}

// Reads where a struct link_map has a field, from a variable of this library that says so.
static bool read_place(const struct rc_space *space, const struct link *link, const char *variable, uint32_t *place) {
    struct rc_symbol symbol;
    uint32_t field[3]; // how many bits one has, how many there are, and where the first is
    if (!rc_image_find(space, link->dynamic, link->bias, variable, &symbol) ||
        !rc_space_copy(space, link->bias + symbol.value, field, sizeof field) || field[0] != 64 || field[1] != 1 ||
        field[2] >= LINK_MAP) {
        return false;
    }
    *place = field[2];
    return true;
}

// glibc: where a struct link_map has the number and the offset. Searched in all libraries: before glibc 2.34 it was
// that of threads.
static bool find_places(const struct rc_space *space, uint64_t first, uint32_t *number, uint32_t *offset) {
    struct link link;
    uint64_t at = first;
    for (unsigned i = 0; i < LIBRARIES && at != 0 && rc_space_copy(space, at, &link, sizeof link); i++) {
        if (link.dynamic != 0 && read_place(space, &link, "_thread_db_link_map_l_tls_modid", number) &&
            read_place(space, &link, "_thread_db_link_map_l_tls_offset", offset)) {
            return true;
        }
        at = link.next;
    }
    return false;
}

// The library has the variable: finds out the library's number. Returns false if that is not given yet.
static bool take_library(struct rc_context *context, const struct rc_space *space, uint64_t first, uint64_t at,
                         uint64_t value) {
    uint64_t number = context->modules;
    if (!context->musl) {
        uint32_t number_place = 0;
        uint32_t offset_place = 0;
        if (!find_places(space, first, &number_place, &offset_place) ||
            !rc_space_copy(space, at + number_place, &number, sizeof number)) {
            context->unresolved = true;
            return true;
        }
        context->fixed_at = at + offset_place;
    }
    if (number == 0) {
        return false;
    }
    if (number > MODULES) {
        context->unresolved = true;
        return true;
    }
    context->kind = RC_CONTEXT_OF_MODULE;
    context->module = number;
    context->offset = (int64_t)value;
    end(context);
    return true;
}

// Where to go on: behind the library that was looked at last, if it is still there, or at the beginning.
static uint64_t next_library(struct rc_context *context, const struct rc_space *space, uint64_t first) {
    struct link link;
    if (context->last != 0 && rc_space_copy(space, context->last, &link, sizeof link) &&
        link.dynamic == context->last_dynamic) {
        return link.next;
    }
    context->last = 0;
    context->modules = 0;
    return first;
}

// Looks at the libraries that have come. Returns false if one of them is not ready.
static bool look_at_libraries(struct rc_context *context, const struct rc_space *space, uint64_t first) {
    struct link link;
    uint64_t at = next_library(context, space, first);
    for (unsigned i = 0; i < LIBRARIES && at != 0 && rc_space_copy(space, at, &link, sizeof link); i++) {
        struct rc_image image = context->program;
        const bool own = at == first || rc_image_of_library(space, link.bias, &image);
        image.dynamic = link.dynamic;
        const uint64_t before = context->modules;
        context->modules += own && image.tls_size != 0 ? 1 : 0;
        uint64_t value = 0;
        if (own && at != first && image.tls_size != 0 && find_variable(space, &image, &value)) {
            const bool ready = take_library(context, space, first, at, value);
            context->modules = ready ? context->modules : before;
            if (!ready || context->final) {
                return ready;
            }
        }
        context->last = at;
        context->last_dynamic = link.dynamic;
        at = link.next;
    }
    return true;
}

void rc_context_locate(struct rc_context *context, const struct rc_space *space, uint64_t headers,
                       uint64_t header_count) {
    uint64_t first = 0;
    if (!context->headed && !look_at_program(context, space, headers, header_count)) {
        return;
    }
    if (read_debug(context, space, &first) && look_at_libraries(context, space, first)) {
        context->looks -= context->looks == 0 ? 0 : 1;
        context->attempts = 0;
    } else if (++context->attempts == ATTEMPTS) {
        context->looks = 0;
        context->attempts = 0;
    }
}

void rc_context_locate_in_file(struct rc_context *context, const struct rc_space *file) {
    struct rc_symbol symbol;
    context->in_file = false;
    if (rc_program_file_find(file, VARIABLE, &symbol) && is_variable(&context->program, &symbol)) {
        take_own(context, symbol.value);
    }
}

void rc_context_locate_go(struct rc_context *context, const struct rc_space *file) {
    context->go_wanted = false;
    if (context->kind == RC_CONTEXT_NONE && rc_go_layout_of(file, &context->program, &context->go)) {
        context->kind = RC_CONTEXT_OF_GO;
        end(context);
    }
}
