// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/context/image.h"

#include <elf.h>
#include <string.h>

enum {
    HEADERS = 64,         // program headers that are looked at
    ENTRIES = 32,         // of a dynamic section, read at once ...
    ENTRIES_TIMES = 8,    // ... and so often
    CHAIN = 64,           // words of a chain of the symbol hash, read at once ...
    CHAIN_TIMES = 16,     // ... and so often
    NAME = 64,            // the longest name that is looked for, with its NUL
    MOST_TLS = 1 << 28,   // bytes of one image's thread-local variables
    MOST_ALIGN = 1 << 20,
};

bool rc_space_copy(const struct rc_space *space, uint64_t address, void *out, size_t length) {
    return space->copy(space->of, address, out, length) == (int)length;
}

static bool is_musl(const struct rc_space *space, uint64_t address) {
    char name[64] = {0};
    const int got = space->copy(space->of, address, name, sizeof name - 1);
    return got > 0 && strstr(name, "/ld-musl-") != NULL;
}

static bool take_tls(const Elf64_Phdr *header, struct rc_image *out) {
    const uint64_t align = header->p_align == 0 ? 1 : header->p_align;
    if (header->p_memsz > MOST_TLS || align > MOST_ALIGN || (align & (align - 1)) != 0) {
        return false;
    }
    out->tls_size = header->p_memsz;
    out->tls_align = align;
    out->tls_start = header->p_vaddr;
    return true;
}

// By how much addresses are moved, from where the headers themselves are; they lie behind the ELF header.
static uint64_t bias_of(const Elf64_Phdr *all, size_t count, uint64_t headers) {
    uint64_t bias = 0;
    for (size_t i = 0; i < count; i++) {
        if (all[i].p_type == PT_PHDR) {
            return headers - all[i].p_vaddr;
        }
        if (all[i].p_type == PT_LOAD && all[i].p_offset == 0) {
            bias = headers - sizeof(Elf64_Ehdr) - all[i].p_vaddr;
        }
    }
    return bias;
}

static bool read_headers(const struct rc_space *space, uint64_t headers, uint64_t count, const uint64_t *bias,
                         struct rc_image *out) {
    Elf64_Phdr all[HEADERS];
    if (count == 0 || count > HEADERS || !rc_space_copy(space, headers, all, count * sizeof all[0])) {
        return false;
    }
    *out = (struct rc_image){.bias = bias != NULL ? *bias : bias_of(all, count, headers)};
    for (size_t i = 0; i < count; i++) {
        const uint64_t address = out->bias + all[i].p_vaddr;
        switch (all[i].p_type) {
        case PT_DYNAMIC:
            out->dynamic = address;
            break;
        case PT_INTERP:
            out->interpreted = true;
            out->musl = is_musl(space, address);
            break;
        case PT_TLS:
            if (!take_tls(&all[i], out)) {
                return false;
            }
            break;
        default:
            break;
        }
    }
    return true;
}

bool rc_image_of_headers(const struct rc_space *space, uint64_t headers, uint64_t count, struct rc_image *out) {
    return read_headers(space, headers, count, NULL, out);
}

bool rc_image_of_library(const struct rc_space *space, uint64_t bias, struct rc_image *out) {
    Elf64_Ehdr header;
    return rc_space_copy(space, bias, &header, sizeof header) && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
           header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_phentsize == sizeof(Elf64_Phdr) &&
           read_headers(space, bias + header.e_phoff, header.e_phnum, &bias, out);
}

// ---- the dynamic section

// Calls visit for each entry until it returns false.
static void each_entry(const struct rc_space *space, uint64_t dynamic, void *context,
                       bool (*visit)(void *context, const Elf64_Dyn *entry, uint64_t place)) {
    for (unsigned times = 0; times < ENTRIES_TIMES; times++) {
        Elf64_Dyn entries[ENTRIES];
        const int got = space->copy(space->of, dynamic, entries, sizeof entries);
        const size_t count = got < 0 ? 0 : (size_t)got / sizeof entries[0];
        for (size_t i = 0; i < count; i++) {
            if (entries[i].d_tag == DT_NULL || !visit(context, &entries[i], dynamic + i * sizeof entries[0])) {
                return;
            }
        }
        if (count < ENTRIES) {
            return;
        }
        dynamic += sizeof entries;
    }
}

struct wanted_entry {
    int64_t tag;
    uint64_t value;
    uint64_t place;
};

static bool take_entry(void *context, const Elf64_Dyn *entry, uint64_t place) {
    struct wanted_entry *wanted = context;
    if (entry->d_tag != wanted->tag) {
        return true;
    }
    wanted->value = entry->d_un.d_val;
    wanted->place = place;
    return false;
}

uint64_t rc_image_entry(const struct rc_space *space, uint64_t dynamic, int64_t tag, uint64_t *place) {
    struct wanted_entry wanted = {.tag = tag};
    each_entry(space, dynamic, &wanted, take_entry);
    *place = wanted.place;
    return wanted.value;
}

// Where the symbols are.
struct tables {
    uint64_t symbols;
    uint64_t strings;
    uint64_t gnu_hash;
    uint64_t hash;
};

static bool take_tables(void *context, const Elf64_Dyn *entry, uint64_t place) {
    (void)place;
    struct tables *tables = context;
    switch (entry->d_tag) {
    case DT_SYMTAB:
        tables->symbols = entry->d_un.d_ptr;
        break;
    case DT_STRTAB:
        tables->strings = entry->d_un.d_ptr;
        break;
    case DT_GNU_HASH:
        tables->gnu_hash = entry->d_un.d_ptr;
        break;
    case DT_HASH:
        tables->hash = entry->d_un.d_ptr;
        break;
    default:
        break;
    }
    return true;
}

// glibc moves the addresses in a dynamic section when it loads the image, musl leaves them as linked.
static uint64_t moved(uint64_t address, uint64_t bias) {
    return address == 0 || address >= bias ? address : address + bias;
}

// ---- symbols

struct search {
    const struct rc_space *space;
    struct tables tables;
    const char *name;
    size_t length; // of the name, with its NUL
    struct rc_symbol *out;
};

static bool is_wanted(const struct search *search, uint64_t index) {
    Elf64_Sym symbol;
    char name[NAME];
    if (!rc_space_copy(search->space, search->tables.symbols + index * sizeof symbol, &symbol, sizeof symbol) ||
        symbol.st_shndx == SHN_UNDEF ||
        !rc_space_copy(search->space, search->tables.strings + symbol.st_name, name, search->length) ||
        memcmp(name, search->name, search->length) != 0) {
        return false;
    }
    *search->out = (struct rc_symbol){
        .value = symbol.st_value, .size = symbol.st_size, .type = ELF64_ST_TYPE(symbol.st_info)};
    return true;
}

static uint32_t gnu_hash_of(const char *name) {
    uint32_t hash = 5381;
    for (; *name != '\0'; name++) {
        hash = hash * 33 + (unsigned char)*name;
    }
    return hash;
}

static bool find_by_gnu_hash(const struct search *search) {
    struct {
        uint32_t buckets;
        uint32_t first; // symbol that is in the hash
        uint32_t filter_words;
        uint32_t shift;
    } head;
    const struct rc_space *space = search->space;
    const uint64_t table = search->tables.gnu_hash;
    const uint32_t hash = gnu_hash_of(search->name);
    uint64_t filter = 0;
    if (!rc_space_copy(space, table, &head, sizeof head) || head.buckets == 0 || head.filter_words == 0 ||
        !rc_space_copy(space, table + sizeof head + 8ull * ((hash / 64) % head.filter_words), &filter, sizeof filter)) {
        return false;
    }
    const uint64_t both = 1ull << (hash % 64) | 1ull << ((hash >> (head.shift % 32)) % 64);
    if ((filter & both) != both) {
        return false;
    }
    const uint64_t buckets = table + sizeof head + 8ull * head.filter_words;
    uint32_t index = 0;
    if (!rc_space_copy(space, buckets + 4ull * (hash % head.buckets), &index, sizeof index) || index < head.first) {
        return false;
    }
    const uint64_t chains = buckets + 4ull * head.buckets - 4ull * head.first;
    for (unsigned times = 0; times < CHAIN_TIMES; times++) {
        uint32_t chain[CHAIN];
        const int got = space->copy(space->of, chains + 4ull * index, chain, sizeof chain);
        const size_t count = got < 0 ? 0 : (size_t)got / sizeof chain[0];
        for (size_t i = 0; i < count; i++, index++) {
            if ((chain[i] | 1) == (hash | 1) && is_wanted(search, index)) {
                return true;
            }
            if ((chain[i] & 1) != 0) {
                return false; // the last one of its bucket
            }
        }
        if (count == 0) {
            return false;
        }
    }
    return false;
}

static uint32_t hash_of(const char *name) {
    uint32_t hash = 0;
    for (; *name != '\0'; name++) {
        hash = (hash << 4) + (unsigned char)*name;
        hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
    }
    return hash;
}

static bool find_by_hash(const struct search *search) {
    uint32_t head[2]; // how many buckets and chains
    const uint64_t table = search->tables.hash;
    uint32_t index = 0;
    if (!rc_space_copy(search->space, table, head, sizeof head) || head[0] == 0 ||
        !rc_space_copy(search->space, table + sizeof head + 4ull * (hash_of(search->name) % head[0]), &index,
                       sizeof index)) {
        return false;
    }
    for (unsigned steps = 0; steps < CHAIN * CHAIN_TIMES && index != 0 && index < head[1]; steps++) {
        if (is_wanted(search, index)) {
            return true;
        }
        if (!rc_space_copy(search->space, table + sizeof head + 4ull * head[0] + 4ull * index, &index, sizeof index)) {
            return false;
        }
    }
    return false;
}

bool rc_image_find(const struct rc_space *space, uint64_t dynamic, uint64_t bias, const char *name,
                   struct rc_symbol *out) {
    struct search search = {.space = space, .name = name, .length = strlen(name) + 1, .out = out};
    each_entry(space, dynamic, &search.tables, take_tables);
    search.tables.symbols = moved(search.tables.symbols, bias);
    search.tables.strings = moved(search.tables.strings, bias);
    search.tables.gnu_hash = moved(search.tables.gnu_hash, bias);
    search.tables.hash = moved(search.tables.hash, bias);
    if (search.length > NAME || search.tables.symbols == 0 || search.tables.strings == 0) {
        return false;
    }
    if (search.tables.gnu_hash != 0) {
        return find_by_gnu_hash(&search);
    }
    return search.tables.hash != 0 && find_by_hash(&search);
}
