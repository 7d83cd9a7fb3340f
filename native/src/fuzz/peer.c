// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input.h"
#include "peer.h"
#include "symbolize/wire.h"

static int file = -1;
static unsigned answers;

void peer_set_file(int fd) {
    file = fd;
}

unsigned peer_answers(void) {
    const unsigned count = answers;
    answers = 0;
    return count;
}

int peer_file_of(const uint8_t *bytes, size_t size) {
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    REQUIRE(fd >= 0);
    REQUIRE(write(fd, bytes, size) == (ssize_t)size);
    return fd;
}

// Only asked for the answer to RS_NEED_*.
long rs_receive(uint32_t *type, void *payload, size_t capacity, int *fd) {
    *fd = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, 0);
    const struct rs_file answer = {.found = *fd >= 0};
    REQUIRE(capacity >= sizeof answer);
    memcpy(payload, &answer, sizeof answer);
    *type = RS_FILE;
    return sizeof answer;
}

// What the tracer relies on (UnwinderMessages.java).
static void check_answer(const uint8_t *payload, size_t length) {
    struct rs_answer answer;
    REQUIRE(length >= sizeof answer);
    memcpy(&answer, payload, sizeof answer);
    REQUIRE(answer.status <= RS_BROKEN && answer.frame_count >= 1 && answer.frame_count <= RS_MAX_FRAMES);
    REQUIRE(answer.function_length <= RS_MAX_TEXT && answer.file_length <= RS_MAX_TEXT);
    REQUIRE(length == sizeof answer + answer.frame_count * sizeof(struct rs_frame) + answer.function_length +
                          answer.file_length);
    answers++;
}

static void check_traced(const uint8_t *payload, size_t length) {
    struct rs_traced answer;
    REQUIRE(length >= sizeof answer);
    memcpy(&answer, payload, sizeof answer);
    REQUIRE(answer.end <= RS_END_LOST && answer.frame_count >= 1 && answer.frame_count <= RS_MAX_TRACE);
    size_t expected = sizeof answer + answer.frame_count * sizeof(struct rs_traced_frame);
    for (uint32_t i = 0; i < answer.frame_count; i++) {
        struct rs_traced_frame frame;
        memcpy(&frame, payload + sizeof answer + i * sizeof frame, sizeof frame);
        REQUIRE(frame.name_length <= RS_MAX_TEXT && frame.flags <= RS_NAME_CUT);
        expected += frame.name_length;
    }
    REQUIRE(length == expected);
    answers++;
}

bool rs_send(uint32_t type, const void *payload, size_t length) {
    REQUIRE(length <= RS_MAX_MESSAGE - sizeof(struct rs_header));
    if (type == RS_ANSWER) {
        check_answer(payload, length);
    } else if (type == RS_TRACED) {
        check_traced(payload, length);
    } else {
        REQUIRE((type == RS_NEED_MODULE || type == RS_NEED_DEBUG || type == RS_NEED_PERF_MAP) &&
                length >= sizeof(struct rs_need));
    }
    return true;
}
