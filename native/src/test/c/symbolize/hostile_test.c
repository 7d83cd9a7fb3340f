// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Crafted ELF files cost the unwinder at most their own lines: it answers, or it ends and another one does its work.
// The files are a real program with some bytes changed, by a generator with a fixed seed; RENACER_MUTATIONS says how
// many there are (default 1,000).
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "ring/event.h"
#include "symbolize/wire.h"
#include "tracee/unwinder.h"

enum { STACK_WORDS = 512, MOST_CHANGES = 48 };
static const uint64_t PATIENCE_NS = 3000000000u;
static const uint64_t BASE = 0x555555554000u;
static const uint64_t STACK = 0x7fffffff0000u;

struct program {
    uint8_t *bytes;
    size_t size;
    uint64_t code_offset; // of the executable segment
    uint64_t code_size;
    uint64_t entry; // offset of an instruction inside of it
};

struct outcomes {
    unsigned answered;
    unsigned located;
    unsigned ended;
    unsigned late;
};

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t random_below(uint64_t limit) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % limit;
}

static const char *symbolizer(void) {
    const char *path = getenv("RENACER_SYMBOLIZE");
    assert_non_null(path);
    return path;
}

static struct program load(const char *path) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    struct stat found;
    assert_int_equal(fstat(fd, &found), 0);
    struct program program = {.size = (size_t)found.st_size, .bytes = malloc((size_t)found.st_size)};
    assert_non_null(program.bytes);
    assert_int_equal(read(fd, program.bytes, program.size), program.size);
    assert_int_equal(close(fd), 0);
    Elf64_Ehdr header;
    memcpy(&header, program.bytes, sizeof header);
    for (size_t i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, program.bytes + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0) {
            program.code_offset = segment.p_offset;
            program.code_size = segment.p_filesz;
        }
    }
    assert_true(program.code_size != 0);
    return program;
}

static uint64_t symbol(const struct program *program, const char *name) {
    Elf64_Ehdr header;
    memcpy(&header, program->bytes, sizeof header);
    for (size_t i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr table;
        memcpy(&table, program->bytes + header.e_shoff + i * sizeof table, sizeof table);
        if (table.sh_type != SHT_SYMTAB) {
            continue;
        }
        Elf64_Shdr names;
        memcpy(&names, program->bytes + header.e_shoff + table.sh_link * sizeof names, sizeof names);
        for (size_t at = 0; at < table.sh_size; at += sizeof(Elf64_Sym)) {
            Elf64_Sym found;
            memcpy(&found, program->bytes + table.sh_offset + at, sizeof found);
            if (strcmp((const char *)program->bytes + names.sh_offset + found.st_name, name) == 0) {
                return found.st_value;
            }
        }
    }
    fail_msg("no symbol %s", name);
    return 0;
}

static int file_of(const uint8_t *bytes, size_t size) {
    const int fd = memfd_create("crafted", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    return fd;
}

static bool tell(const struct rc_unwinder *unwinder, uint32_t type, const void *payload, size_t length, int fd) {
    static uint8_t message[RS_MAX_MESSAGE];
    const struct rs_header header = {.magic = RS_MAGIC, .type = type, .length = (uint32_t)length};
    memcpy(message, &header, sizeof header);
    memcpy(message + sizeof header, payload, length);
    return rc_unwinder_send(unwinder, message, sizeof header + length, fd, PATIENCE_NS) == 0;
}

// Asks about a stack in this program's code, for the whole stack (RS_TRACE, the first question about this code) or for
// the user's own code on it.
static bool ask(const struct rc_unwinder *unwinder, const struct program *program, uint32_t id, enum rs_type type) {
    struct {
        struct rs_image head;
        struct rs_module module;
    } image = {
        .head = {.id = id, .count = 1},
        .module = {.start = BASE + (program->code_offset & ~4095u),
                   .end = BASE + ((program->code_offset + program->code_size + 4095) & ~4095u),
                   .offset = program->code_offset & ~4095u},
    };
    struct {
        struct rs_unwind head;
        uint64_t registers[RC_STACK_REGISTERS];
        uint64_t stack[STACK_WORDS];
    } question = {.head = {.image = id, .register_count = RC_STACK_REGISTERS}};
    for (size_t i = 0; i < STACK_WORDS; i++) { // wherever it looks there is a return address, as far as it goes
        question.stack[i] = image.module.start + program->entry % 4096 + i % 7;
    }
    question.registers[RC_DWARF_SP] = STACK;
    question.registers[RC_DWARF_FP] = STACK + 64;
    question.registers[RC_DWARF_IP] = BASE + program->entry;
    return (type != RS_TRACE || tell(unwinder, RS_IMAGE, &image, sizeof image, -1)) &&
           tell(unwinder, type, &question, sizeof question, -1);
}

static void check_stack(const uint8_t *message, size_t size) {
    struct rs_traced answer;
    assert_true(size >= sizeof(struct rs_header) + sizeof answer);
    memcpy(&answer, message + sizeof(struct rs_header), sizeof answer);
    assert_true(answer.end <= RS_END_LOST && answer.frame_count >= 1 && answer.frame_count <= RS_MAX_TRACE);
    size_t expected =
        sizeof(struct rs_header) + sizeof answer + answer.frame_count * sizeof(struct rs_traced_frame);
    for (uint32_t i = 0; i < answer.frame_count; i++) {
        struct rs_traced_frame frame;
        memcpy(&frame, message + sizeof(struct rs_header) + sizeof answer + i * sizeof frame, sizeof frame);
        assert_true(frame.name_length <= RS_MAX_TEXT);
        expected += frame.name_length;
    }
    assert_int_equal(size, expected);
}

static void check_answer(const uint8_t *message, size_t size, struct outcomes *outcomes) {
    struct rs_answer answer;
    assert_true(size >= sizeof(struct rs_header) + sizeof answer);
    memcpy(&answer, message + sizeof(struct rs_header), sizeof answer);
    assert_true(answer.frame_count >= 1 && answer.frame_count <= RS_MAX_FRAMES);
    assert_true(answer.function_length <= RS_MAX_TEXT && answer.file_length <= RS_MAX_TEXT);
    assert_int_equal(size, sizeof(struct rs_header) + sizeof answer + answer.frame_count * sizeof(struct rs_frame) +
                               answer.function_length + answer.file_length);
    outcomes->answered++;
    outcomes->located += answer.status == RS_FOUND && answer.line != 0;
}

// One file, from the first question to the answer. Starts an unwinder if there is none, ends one that failed.
static void judge(struct rc_unwinder *unwinder, const struct program *program, int fd, struct outcomes *outcomes) {
    static uint8_t message[RS_MAX_MESSAGE];
    static uint32_t id;
    id++;
    if (unwinder->socket < 0) {
        assert_int_equal(rc_unwinder_start(symbolizer(), unwinder), 0);
    }
    ssize_t got = ask(unwinder, program, id, RS_TRACE) ? 1 : -1;
    while (got > 0) {
        got = rc_unwinder_receive(unwinder, message, sizeof message, PATIENCE_NS);
        struct rs_header header;
        memcpy(&header, message, sizeof header);
        if (got >= (ssize_t)sizeof header && header.type == RS_TRACED) {
            check_stack(message, (size_t)got);
            got = ask(unwinder, program, id, RS_UNWIND) ? 1 : -1;
            continue;
        }
        if (got >= (ssize_t)sizeof header && header.type == RS_ANSWER) {
            check_answer(message, (size_t)got, outcomes);
            const struct rs_image forget = {.id = id};
            (void)tell(unwinder, RS_FORGET, &forget, sizeof forget, -1);
            return;
        }
        if (got > 0) {
            const bool module = header.type == RS_NEED_MODULE;
            assert_true(module || header.type == RS_NEED_DEBUG || header.type == RS_NEED_PERF_MAP);
            const struct rs_file file = {.found = 1};
            (void)tell(unwinder, RS_FILE, &file, sizeof file, fd);
        }
    }
    outcomes->late += got == 0;
    outcomes->ended += got < 0;
    (void)rc_unwinder_end(unwinder);
    unwinder->socket = -1;
}

static void judge_bytes(struct rc_unwinder *unwinder, const struct program *program, const uint8_t *bytes, size_t size,
                        struct outcomes *outcomes) {
    const int fd = file_of(bytes, size);
    judge(unwinder, program, fd, outcomes);
    assert_int_equal(close(fd), 0);
}

// Changes bytes all over the file, or inside of one section or of the headers, where they matter most.
static void mutate(const struct program *program, uint8_t *bytes) {
    memcpy(bytes, program->bytes, program->size);
    Elf64_Ehdr header;
    memcpy(&header, program->bytes, sizeof header);
    uint64_t first = 0;
    uint64_t size = program->size;
    switch (random_below(4)) {
    case 0:
        size = sizeof header + header.e_phnum * sizeof(Elf64_Phdr);
        break;
    case 1:
        first = header.e_shoff;
        size = header.e_shnum * sizeof(Elf64_Shdr);
        break;
    case 2: {
        Elf64_Shdr section;
        memcpy(&section, program->bytes + header.e_shoff + random_below(header.e_shnum) * sizeof section,
               sizeof section);
        if (section.sh_type != SHT_NOBITS && section.sh_size != 0) {
            first = section.sh_offset;
            size = section.sh_size;
        }
        break;
    }
    default:
        break;
    }
    static const uint8_t extremes[] = {0, 1, 0x7f, 0x80, 0xff};
    for (uint64_t changes = 1 + random_below(MOST_CHANGES); changes > 0; changes--) {
        const uint8_t value =
            (uint8_t)(random_below(2) == 0 ? extremes[random_below(sizeof extremes)] : random_below(256));
        bytes[first + random_below(size)] = value;
    }
}

static struct program victim(void) {
    struct program program = load(tracee("strings"));
    program.entry = symbol(&program, "main") + 24;
    return program;
}

static void expect_a_good_file_to_be_read(struct rc_unwinder *unwinder, const struct program *program) {
    struct outcomes outcomes = {0};
    judge_bytes(unwinder, program, program->bytes, program->size, &outcomes);
    assert_int_equal(outcomes.located, 1);
}

static void changed_files_cost_their_own_lines_only(void **state) {
    (void)state;
    const char *count = getenv("RENACER_MUTATIONS");
    const long mutations = count == NULL ? MANY(1000) : strtol(count, NULL, 10);
    struct program program = victim();
    uint8_t *bytes = malloc(program.size);
    assert_non_null(bytes);
    struct rc_unwinder unwinder = {.socket = -1};
    struct outcomes outcomes = {0};
    for (long i = 0; i < mutations; i++) {
        mutate(&program, bytes);
        judge_bytes(&unwinder, &program, bytes, program.size, &outcomes);
        if (i % 100 == 0) {
            expect_a_good_file_to_be_read(&unwinder, &program);
        }
    }
    print_message("%ld files: %u answered, %u of them with a line; %u ended the unwinder, %u made it late\n", mutations,
                  outcomes.answered, outcomes.located, outcomes.ended, outcomes.late);
    assert_int_equal(outcomes.answered + outcomes.ended + outcomes.late, mutations);
    expect_a_good_file_to_be_read(&unwinder, &program);
    (void)rc_unwinder_end(&unwinder);
    free(bytes);
    free(program.bytes);
}

static void files_cut_short_cost_their_own_lines_only(void **state) {
    (void)state;
    struct program program = victim();
    struct rc_unwinder unwinder = {.socket = -1};
    struct outcomes outcomes = {0};
    unsigned files = 0;
    for (size_t size = 0; size < program.size; size += size < 1024 ? 8 : 512, files++) {
        judge_bytes(&unwinder, &program, program.bytes, size, &outcomes);
    }
    assert_int_equal(outcomes.answered + outcomes.ended + outcomes.late, files);
    expect_a_good_file_to_be_read(&unwinder, &program);
    (void)rc_unwinder_end(&unwinder);
    free(program.bytes);
}

static void a_sparse_file_of_four_gigabytes_is_no_burden(void **state) {
    (void)state;
    struct program program = victim();
    struct rc_unwinder unwinder = {.socket = -1};
    struct outcomes outcomes = {0};
    const int fd = file_of(program.bytes, program.size);
    assert_int_equal(ftruncate(fd, (off_t)4 << 30), 0);
    judge(&unwinder, &program, fd, &outcomes);
    assert_int_equal(outcomes.late, 0);
    assert_int_equal(close(fd), 0);
    expect_a_good_file_to_be_read(&unwinder, &program);
    (void)rc_unwinder_end(&unwinder);
    free(program.bytes);
}

static void another_protocol_ends_the_unwinder(void **state) {
    (void)state;
    struct rc_unwinder unwinder;
    uint8_t answer[64];
    const uint8_t nonsense[32] = {1, 2, 3};
    for (uint32_t type = 0; type < 20; type++) {
        assert_int_equal(rc_unwinder_start(symbolizer(), &unwinder), 0);
        assert_true(tell(&unwinder, type, nonsense, sizeof nonsense, -1));
        assert_int_equal(rc_unwinder_receive(&unwinder, answer, sizeof answer, GENEROUS_S * 1000000000ull), -1);
        (void)rc_unwinder_end(&unwinder);
    }
}

static void the_unwinder_has_no_rights_left(void **state) {
    (void)state;
    struct program program = victim();
    struct rc_unwinder unwinder = {.socket = -1};
    expect_a_good_file_to_be_read(&unwinder, &program); // it has set up its confinement by then
    char path[64];
    char status[8192];
    (void)snprintf(path, sizeof path, "/proc/%d/status", unwinder.pid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    const ssize_t length = read(fd, status, sizeof status - 1);
    assert_true(length > 0);
    status[length] = '\0';
    assert_int_equal(close(fd), 0);
    assert_non_null(strstr(status, "\nNoNewPrivs:\t1\n"));
    assert_non_null(strstr(status, "\nSeccomp:\t2\n"));
    assert_non_null(strstr(status, "\nCapPrm:\t0000000000000000\n"));
    assert_non_null(strstr(status, "\nCapEff:\t0000000000000000\n"));
    assert_non_null(strstr(status, "\nCapInh:\t0000000000000000\n"));
    assert_non_null(strstr(status, "\nCapAmb:\t0000000000000000\n"));
    (void)rc_unwinder_end(&unwinder);
    free(program.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_files_cost_their_own_lines_only),
        cmocka_unit_test(files_cut_short_cost_their_own_lines_only),
        cmocka_unit_test(a_sparse_file_of_four_gigabytes_is_no_burden),
        cmocka_unit_test(another_protocol_ends_the_unwinder),
        cmocka_unit_test(the_unwinder_has_no_rights_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
