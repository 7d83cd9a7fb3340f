// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/context/program_file.h"

#include <elf.h>
#include <string.h>

enum {
    SECTIONS = 256,      // that are looked at
    SECTIONS_ONCE = 16,  // read at once
    SYMBOLS = 1 << 20,   // that are looked at: some milliseconds, once for a program
    SYMBOLS_ONCE = 256,  // read at once
    VARIABLES = 1 << 12, // thread-local ones whose names are read
    NAME = 64,           // the longest name that is looked for, with its NUL
    START = 32,          // bytes of a section that are compared, at most
};

// Where the symbols are in the file.
struct table {
    bool found;
    uint64_t symbols;
    uint64_t count;
    uint64_t strings;
    uint64_t strings_size;
};

static bool read_strings(const struct rc_space *file, const Elf64_Ehdr *header, uint32_t index, struct table *out) {
    Elf64_Shdr section;
    if (index >= header->e_shnum ||
        !rc_space_copy(file, header->e_shoff + index * sizeof section, &section, sizeof section) ||
        section.sh_type != SHT_STRTAB) {
        return false;
    }
    out->strings = section.sh_offset;
    out->strings_size = section.sh_size;
    return true;
}

// Calls visit for each section until it returns false.
static void each_section(const struct rc_space *file, void *context,
                         bool (*visit)(void *context, const struct rc_space *file, const Elf64_Ehdr *header,
                                       const Elf64_Shdr *section)) {
    Elf64_Ehdr header;
    if (!rc_space_copy(file, 0, &header, sizeof header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_shentsize != sizeof(Elf64_Shdr)) {
        return;
    }
    const unsigned count = header.e_shnum < SECTIONS ? header.e_shnum : SECTIONS;
    for (unsigned from = 0; from < count; from += SECTIONS_ONCE) {
        Elf64_Shdr sections[SECTIONS_ONCE];
        const unsigned here = count - from < SECTIONS_ONCE ? count - from : SECTIONS_ONCE;
        if (!rc_space_copy(file, header.e_shoff + from * sizeof sections[0], sections, here * sizeof sections[0])) {
            return;
        }
        for (unsigned i = 0; i < here; i++) {
            if (!visit(context, file, &header, &sections[i])) {
                return;
            }
        }
    }
}

static bool take_table(void *context, const struct rc_space *file, const Elf64_Ehdr *header,
                       const Elf64_Shdr *section) {
    struct table *table = context;
    if (section->sh_type != SHT_SYMTAB || section->sh_entsize != sizeof(Elf64_Sym)) {
        return true;
    }
    table->symbols = section->sh_offset;
    table->found = read_strings(file, header, section->sh_link, table);
    table->count = section->sh_size / sizeof(Elf64_Sym);
    return false;
}

struct wanted_data {
    const char *start;
    size_t length;
    uint64_t at;
};

static bool take_data(void *context, const struct rc_space *file, const Elf64_Ehdr *header,
                      const Elf64_Shdr *section) {
    (void)header;
    struct wanted_data *wanted = context;
    char found[START];
    if (section->sh_type != SHT_PROGBITS || (section->sh_flags & SHF_WRITE) == 0 ||
        !rc_space_copy(file, section->sh_offset, found, wanted->length) ||
        memcmp(found, wanted->start, wanted->length) != 0) {
        return true;
    }
    wanted->at = section->sh_offset;
    return false;
}

uint64_t rc_program_file_data(const struct rc_space *file, const char *start, size_t length) {
    struct wanted_data wanted = {.start = start, .length = length};
    if (length <= START) {
        each_section(file, &wanted, take_data);
    }
    return wanted.at;
}

static bool is_named(const struct rc_space *file, const struct table *table, const Elf64_Sym *symbol, const char *name,
                     size_t length) {
    char found[NAME];
    return symbol->st_name < table->strings_size && table->strings_size - symbol->st_name >= length &&
           rc_space_copy(file, table->strings + symbol->st_name, found, length) && memcmp(found, name, length) == 0;
}

bool rc_program_file_find(const struct rc_space *file, const char *name, struct rc_symbol *out) {
    const size_t length = strlen(name) + 1;
    struct table table = {0};
    if (length <= NAME) {
        each_section(file, &table, take_table);
    }
    if (!table.found) {
        return false;
    }
    const uint64_t count = table.count < SYMBOLS ? table.count : SYMBOLS;
    unsigned variables = 0;
    for (uint64_t from = 0; from < count; from += SYMBOLS_ONCE) {
        Elf64_Sym symbols[SYMBOLS_ONCE];
        const size_t here = count - from < SYMBOLS_ONCE ? (size_t)(count - from) : SYMBOLS_ONCE;
        if (!rc_space_copy(file, table.symbols + from * sizeof symbols[0], symbols, here * sizeof symbols[0])) {
            return false;
        }
        for (size_t i = 0; i < here; i++) {
            if (ELF64_ST_TYPE(symbols[i].st_info) != STT_TLS || symbols[i].st_shndx == SHN_UNDEF) {
                continue;
            }
            if (is_named(file, &table, &symbols[i], name, length)) {
                *out = (struct rc_symbol){.value = symbols[i].st_value, .size = symbols[i].st_size, .type = STT_TLS};
                return true;
            }
            if (++variables == VARIABLES) {
                return false;
            }
        }
    }
    return false;
}
