// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The file of a traced program, and its debug file: the input's last two bytes say where in its code a call came from,
// the rest is the file. renacer-symbolize answers, whatever it holds.
#include <libelf.h>
#include <unistd.h>

#include "input.h"
#include "peer.h"
#include "symbolize/requests.h"
#include "symbolize/wire.h"

enum { STACK_WORDS = 64, REGISTERS = 17, FP = 6, SP = 7, IP = 16, IMAGE = 1, CODE = 4096 };
static const uint64_t BASE = 0x555555554000u;
static const uint64_t STACK = 0x7fffffff0000u;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    REQUIRE(elf_version(EV_CURRENT) != EV_NONE);
    return 0;
}

static void follow(uint16_t place) {
    const struct {
        struct rs_image head;
        struct rs_module module; // the second page of the file is its code, as the linker lays it out
    } image = {.head = {.id = IMAGE, .count = 1},
               .module = {.start = BASE + CODE, .end = BASE + 2 * CODE, .offset = CODE}};
    struct {
        struct rs_unwind head;
        uint64_t registers[REGISTERS];
        uint64_t stack[STACK_WORDS];
    } question = {.head = {.image = IMAGE, .register_count = REGISTERS}};
    for (size_t i = 0; i < STACK_WORDS; i++) { // wherever it looks there is a return address
        question.stack[i] = BASE + CODE + (place + i % 7) % CODE;
    }
    question.registers[FP] = STACK + 64;
    question.registers[SP] = STACK;
    question.registers[IP] = BASE + CODE + place % CODE;
    REQUIRE(rs_handle(RS_IMAGE, (const uint8_t *)&image, sizeof image));
    REQUIRE(rs_handle(RS_UNWIND, (const uint8_t *)&question, sizeof question));
    REQUIRE(peer_answers() == 1);
    REQUIRE(rs_handle(RS_TRACE, (const uint8_t *)&question, sizeof question));
    REQUIRE(peer_answers() == 1);
    const struct rs_image forget = {.id = IMAGE};
    REQUIRE(rs_handle(RS_FORGET, (const uint8_t *)&forget, sizeof forget));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint16_t place = 0;
    if (size < sizeof place) {
        return 0;
    }
    memcpy(&place, data + size - sizeof place, sizeof place);
    const int fd = peer_file_of(data, size - sizeof place);
    peer_set_file(fd);
    follow(place);
    (void)close(fd);
    return 0;
}
