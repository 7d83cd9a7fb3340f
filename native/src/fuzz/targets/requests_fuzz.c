// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Requests to renacer-symbolize, one after another as the input has them: a byte for the type, two for the length, the
// payload. They are carried out or refused; the program asked about is a good one.
#define _GNU_SOURCE
#include <fcntl.h>
#include <libelf.h>
#include <unistd.h>

#include "input.h"
#include "peer.h"
#include "symbolize/requests.h"
#include "symbolize/wire.h"

enum { MOST_REQUESTS = 64 };

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    REQUIRE(elf_version(EV_CURRENT) != EV_NONE);
    const int fd = open(RENACER_FUZZ_PROGRAM, O_RDONLY | O_CLOEXEC);
    REQUIRE(fd >= 0);
    peer_set_file(fd);
    return 0;
}

// Carries out one request from a block of its own. Returns the image it names; *good tells whether more may follow.
static uint32_t carry_out(struct input *input, bool *good) {
    uint8_t type = 0;
    uint16_t length = 0;
    (void)input_take(input, &type, sizeof type);
    (void)input_take(input, &length, sizeof length);
    const size_t size = length < input->left ? length : input->left;
    uint8_t *payload = malloc(size);
    REQUIRE(payload != NULL || size == 0);
    (void)input_take(input, payload, size);
    uint32_t image = 0;
    memcpy(&image, payload, size < sizeof image ? size : sizeof image);
    *good = rs_handle(type, payload, size);
    REQUIRE(peer_answers() == (*good && (type == RS_UNWIND || type == RS_TRACE)));
    free(payload);
    return image;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = {.at = data, .left = size};
    uint32_t images[MOST_REQUESTS];
    size_t count = 0;
    for (bool good = true; good && input.left != 0 && count < MOST_REQUESTS; count++) {
        images[count] = carry_out(&input, &good);
    }
    for (size_t i = 0; i < count; i++) { // the next input begins anew
        const struct rs_image forget = {.id = images[i]};
        REQUIRE(rs_handle(RS_FORGET, (const uint8_t *)&forget, sizeof forget));
    }
    return 0;
}
