// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "requests.h"

#include <malloc.h>
#include <string.h>

#include "image.h"
#include "trace.h"
#include "unwind.h"
#include "wire.h"

enum { SP_AND_PC = 9, X86_64_REGISTERS = 17 };

static struct rs_code *images[RS_MAX_IMAGES];

static struct rs_code **find(uint32_t id) {
    for (size_t i = 0; i < RS_MAX_IMAGES; i++) {
        if (images[i] != NULL && images[i]->id == id) {
            return &images[i];
        }
    }
    return NULL;
}

// The image with this id, or a new one if there is none; NULL: there is no room for it.
static struct rs_code *open_image(uint32_t id) {
    struct rs_code **known = find(id);
    if (known != NULL) {
        return *known;
    }
    for (size_t i = 0; i < RS_MAX_IMAGES; i++) {
        if (images[i] == NULL) {
            images[i] = rs_code_open(id);
            return images[i];
        }
    }
    return NULL;
}

static bool take_image(const uint8_t *payload, size_t length) {
    static struct rs_module modules[RS_MAX_MODULES];
    struct rs_image head;
    if (length < sizeof head) {
        return false;
    }
    memcpy(&head, payload, sizeof head);
    if (head.count > RS_MAX_MODULES || length != sizeof head + head.count * sizeof modules[0]) {
        return false;
    }
    struct rs_code *code = open_image(head.id);
    if (code == NULL || code->module_count + head.count > RS_MAX_MODULES) {
        return false;
    }
    memcpy(modules, payload + sizeof head, head.count * sizeof modules[0]);
    return rs_code_add(code, modules, head.count);
}

static bool forget_image(const uint8_t *payload, size_t length) {
    struct rs_image head;
    if (length != sizeof head) {
        return false;
    }
    memcpy(&head, payload, sizeof head);
    struct rs_code **place = find(head.id);
    if (place != NULL) {
        rs_code_close(*place);
        *place = NULL;
        (void)malloc_trim(0);
    }
    return true;
}

static bool read_sample(const uint8_t *payload, size_t length, struct rs_unwind *head, struct rs_sample *sample) {
    if (length < sizeof *head) {
        return false;
    }
    memcpy(head, payload, sizeof *head);
    const size_t registers = head->register_count * sizeof(uint64_t);
    if (head->register_count < SP_AND_PC || head->register_count > RS_MAX_REGISTERS ||
        length < sizeof *head + registers) {
        return false;
    }
    memcpy(sample->registers, payload + sizeof *head, registers);
    sample->register_count = head->register_count;
    sample->sp = sample->registers[head->register_count == X86_64_REGISTERS ? 7 : head->register_count - 2];
    sample->stack = payload + sizeof *head + registers;
    sample->stack_length = length - sizeof *head - registers;
    return true;
}

static size_t append(uint8_t *message, size_t at, const char *text, uint16_t *length) {
    const size_t size = text == NULL ? 0 : strnlen(text, RS_MAX_TEXT);
    memcpy(message + at, text == NULL ? "" : text, size);
    *length = (uint16_t)size;
    return at + size;
}

static bool answer(const struct rs_unwound *unwound) {
    static uint8_t message[sizeof(struct rs_answer) + sizeof unwound->frames + 2 * RS_MAX_TEXT];
    struct rs_answer head = {
        .status = unwound->status, .frame_count = unwound->frame_count, .line = unwound->place.line};
    const size_t frames = unwound->frame_count * sizeof unwound->frames[0];
    memcpy(message + sizeof head, unwound->frames, frames);
    size_t at = sizeof head + frames;
    at = append(message, at, unwound->place.function, &head.function_length);
    at = append(message, at, unwound->place.file, &head.file_length);
    memcpy(message, &head, sizeof head);
    return rs_send(RS_ANSWER, message, at);
}

// The code that a request for a stack is about, and the stack; NULL: it is not as it must be.
static struct rs_code *asked(const uint8_t *payload, size_t length, struct rs_sample *sample) {
    struct rs_unwind head;
    if (!read_sample(payload, length, &head, sample)) {
        return NULL;
    }
    struct rs_code **code = find(head.image);
    return code == NULL ? NULL : *code;
}

static bool unwind(const uint8_t *payload, size_t length) {
    static struct rs_unwound unwound;
    struct rs_sample sample;
    struct rs_code *code = asked(payload, length, &sample);
    if (code == NULL) {
        return false;
    }
    rs_unwind_stack(code, &sample, &unwound);
    return answer(&unwound);
}

static bool trace(const uint8_t *payload, size_t length) {
    static struct rs_trace traced;
    struct rs_sample sample;
    struct rs_code *code = asked(payload, length, &sample);
    if (code == NULL) {
        return false;
    }
    rs_trace_stack(code, &sample, &traced);
    static uint8_t message[sizeof(struct rs_traced) + sizeof traced.frames + RS_TRACE_NAMES];
    const struct rs_traced head = {.end = traced.end, .frame_count = traced.frame_count};
    const size_t frames = traced.frame_count * sizeof traced.frames[0];
    memcpy(message, &head, sizeof head);
    memcpy(message + sizeof head, traced.frames, frames);
    memcpy(message + sizeof head + frames, traced.names, traced.names_length);
    return rs_send(RS_TRACED, message, sizeof head + frames + traced.names_length);
}

bool rs_handle(uint32_t type, const uint8_t *payload, size_t length) {
    switch (type) {
    case RS_IMAGE:
        return take_image(payload, length);
    case RS_FORGET:
        return forget_image(payload, length);
    case RS_UNWIND:
        return unwind(payload, length);
    case RS_TRACE:
        return trace(payload, length);
    default:
        return false;
    }
}
