// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Perf maps: the input is the file. Names have their bound, and what they say lies within them.
#include <unistd.h>

#include "input.h"
#include "peer.h"
#include "symbolize/generated/generated.h"
#include "symbolize/generated/perf_map.h"

enum { ADDRESSES = 4 };
static const uint64_t PLACES[ADDRESSES] = {0, 0x1000, 0x7f0000001000, UINT64_MAX};

static void check_text(const char *text, const char *name, size_t length) {
    static const char anonymous[] = "(anonymous)";
    if (text != NULL && strcmp(text, anonymous) != 0) {
        REQUIRE(text >= name && text + strlen(text) <= name + length);
    }
}

// From a block of its own, so that a look behind its end is found.
static void check_name(const char *name) {
    const size_t length = strlen(name);
    REQUIRE(length <= RS_MAX_TEXT);
    char *copy = input_text((const uint8_t *)name, length);
    struct rs_place place;
    if (rs_generated_place(copy, &place) == RS_GENERATED_USER) {
        REQUIRE(place.function != NULL);
        check_text(place.function, copy, length);
        check_text(place.file, copy, length);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct rs_generated code[ADDRESSES];
    for (size_t i = 0; i < ADDRESSES; i++) {
        code[i].address = PLACES[i];
    }
    const int fd = peer_file_of(data, size);
    rs_perf_map_read(fd, code, ADDRESSES);
    (void)close(fd);
    for (size_t i = 0; i < ADDRESSES; i++) {
        check_name(code[i].name);
    }
    return 0;
}
