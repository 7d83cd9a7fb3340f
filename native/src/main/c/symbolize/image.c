// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "image.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint64_t PAGE = 4096;

// Waits for the file just requested; -1: there is none. Any other answer ends this process; the tracer then starts
// another.
static int await_file(void) {
    uint32_t type = 0;
    struct rs_file file;
    int fd = -1;
    const long length = rs_receive(&type, &file, sizeof file, &fd);
    if (length != (long)sizeof file || type != RS_FILE || (file.found != 0) != (fd >= 0)) {
        _exit(2);
    }
    return fd;
}

int rs_ask_for_perf_map(const struct rs_code *code) {
    const struct rs_need need = {.image = code->id, .module = RS_NO_MODULE};
    return rs_send(RS_NEED_PERF_MAP, &need, sizeof need) ? await_file() : -1;
}

static uint32_t index_of(const struct rs_code *code, const Dwfl_Module *module) {
    uint32_t index = 0;
    while (index < code->module_count && code->modules[index].dwfl != module) {
        index++;
    }
    return index;
}

// Returns fd if the file has this build id, otherwise closes it and returns -1: another build's lines would be wrong.
static int of_build(int fd, const unsigned char *build_id, size_t length) {
    if (fd < 0 || length == 0) {
        return fd; // built without ids: the name has to be enough
    }
    Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    const void *found = NULL;
    const ssize_t size = elf == NULL ? -1 : dwelf_elf_gnu_build_id(elf, &found);
    const bool same = size == (ssize_t)length && memcmp(found, build_id, length) == 0;
    (void)elf_end(elf);
    if (!same) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static int ask_for_debug_file(const struct rs_code *code, Dwfl_Module *module, const char *link, uint32_t crc) {
    uint8_t message[sizeof(struct rs_need) + RS_MAX_BUILD_ID + RS_MAX_NAME];
    const unsigned char *build_id = NULL;
    GElf_Addr address = 0;
    const int found = dwfl_module_build_id(module, &build_id, &address);
    const size_t id_length = found > 0 && found <= RS_MAX_BUILD_ID ? (size_t)found : 0;
    const size_t name_length = link == NULL ? 0 : strnlen(link, RS_MAX_NAME + 1);
    if (name_length > RS_MAX_NAME || (id_length == 0 && name_length == 0)) {
        return -1;
    }
    const struct rs_need need = {
        .image = code->id,
        .module = index_of(code, module),
        .crc = crc,
        .build_id_length = (uint16_t)id_length,
        .name_length = (uint16_t)name_length,
    };
    memcpy(message, &need, sizeof need);
    memcpy(message + sizeof need, id_length == 0 ? message : build_id, id_length);
    memcpy(message + sizeof need + id_length, name_length == 0 ? "" : link, name_length);
    const bool sent = rs_send(RS_NEED_DEBUG, message, sizeof need + id_length + name_length);
    return sent ? of_build(await_file(), build_id, id_length) : -1;
}

static int find_debug_file(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base, const char *file,
                           const char *link, GElf_Word crc, char **found) {
    (void)name, (void)base, (void)file, (void)found;
    return ask_for_debug_file(*userdata, module, link, crc);
}

static int find_no_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base, char **file,
                       Elf **elf) {
    (void)module, (void)userdata, (void)name, (void)base, (void)file, (void)elf;
    return -1; // every module is reported with its file
}

static const Dwfl_Callbacks CALLBACKS = {
    .find_elf = find_no_elf,
    .find_debuginfo = find_debug_file,
    .section_address = dwfl_offline_section_address,
};

struct rs_code *rs_code_open(uint32_t id) {
    struct rs_code *code = calloc(1, sizeof *code);
    if (code == NULL) {
        return NULL;
    }
    code->id = id;
    code->dwfl = dwfl_begin(&CALLBACKS);
    if (code->dwfl == NULL) {
        free(code);
        return NULL;
    }
    return code;
}

bool rs_code_add(struct rs_code *code, const struct rs_module *modules, uint32_t count) {
    struct rs_loaded *all = reallocarray(code->modules, code->module_count + (size_t)count + 1, sizeof *all);
    if (all == NULL) {
        return false;
    }
    code->modules = all;
    for (uint32_t i = 0; i < count; i++) {
        all[code->module_count++] = (struct rs_loaded){.place = modules[i]};
    }
    return true;
}

void rs_code_close(struct rs_code *code) {
    for (uint32_t i = 0; i < code->module_count; i++) {
        rs_units_free(&code->modules[i].units);
    }
    dwfl_end(code->dwfl);
    free(code->modules);
    free(code);
}

uint32_t rs_module_at(const struct rs_code *code, uint64_t address) {
    for (uint32_t i = 0; i < code->module_count; i++) {
        if (address >= code->modules[i].place.start && address < code->modules[i].place.end) {
            return i;
        }
    }
    return RS_NO_MODULE;
}

// By how much the file's addresses are moved in memory, derived from the executable segment that this mapping shows.
// Returns false if the file has none there.
static bool bias_of(int fd, const struct rs_module *place, uint64_t *bias) {
    Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    size_t count = 0;
    bool found = false;
    if (elf != NULL && elf_kind(elf) == ELF_K_ELF && elf_getphdrnum(elf, &count) == 0) {
        for (size_t i = 0; i < count && !found; i++) {
            GElf_Phdr header;
            if (gelf_getphdr(elf, (int)i, &header) == NULL || header.p_type != PT_LOAD ||
                (header.p_flags & PF_X) == 0) {
                continue;
            }
            const uint64_t first = header.p_offset & ~(PAGE - 1);
            found = place->offset >= first && place->offset < header.p_offset + header.p_filesz;
            *bias = place->start - place->offset + header.p_offset - header.p_vaddr;
        }
    }
    (void)elf_end(elf);
    return found;
}

bool rs_load(struct rs_code *code, uint32_t module) {
    struct rs_loaded *loaded = &code->modules[module];
    if (loaded->asked) {
        return loaded->dwfl != NULL;
    }
    loaded->asked = true;
    const struct rs_need need = {.image = code->id, .module = module};
    const int fd = rs_send(RS_NEED_MODULE, &need, sizeof need) ? await_file() : -1;
    if (fd < 0) {
        return false;
    }
    uint64_t bias = 0;
    if (!bias_of(fd, &loaded->place, &bias)) {
        (void)close(fd);
        return false;
    }
    char name[16];
    (void)snprintf(name, sizeof name, "%u", module);
    dwfl_report_begin_add(code->dwfl);
    loaded->dwfl = dwfl_report_elf(code->dwfl, name, "", fd, bias, true);
    (void)dwfl_report_end(code->dwfl, NULL, NULL);
    if (loaded->dwfl == NULL) {
        (void)close(fd);
        return false;
    }
    // Another mapping of the same file may already be the same module: then the data is that of the first one, which is
    // as good.
    void **userdata = NULL;
    (void)dwfl_module_info(loaded->dwfl, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
    *userdata = code;
    return true;
}
