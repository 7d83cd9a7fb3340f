// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The protocol between the tracer and renacer-symbolize: each packet of a SOCK_SEQPACKET pair is one message, a header
// and its payload, in the byte order of the machine. The tracer asks, the unwinder answers; while it works on an answer
// it may ask for files, which it cannot open itself. Java's side of it is dev.renacer.capture.SymbolizerMessage.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RS_MAGIC 0x31595352u // "RSY1": the last digit is the protocol's version

enum {
    RS_SOCKET = 3,             // the descriptor that the program is started with
    RS_MAX_MESSAGE = 98304,    // bytes, header included
    RS_MAX_MODULES = 2048,     // of an image
    RS_MAX_IMAGES = 64,        // known at a time
    RS_MAX_FRAMES = 128,       // of a stack that is followed to the user's own code
    RS_MAX_TRACE = 256,        // frames of a whole stack
    RS_MAX_BUILD_ID = 64,      // bytes
    RS_MAX_NAME = 255,         // bytes of a debug file's name
    RS_MAX_TEXT = 1024,        // bytes of a function's or a source file's name
    RS_MAX_REGISTERS = 33,
};

enum rs_type {
    RS_IMAGE = 1,  // rs_image, then rs_modules: the code of a process; for a known image they are added to what it has
    RS_UNWIND = 2, // rs_unwind, then its registers, then stack bytes from the stack pointer on: answered by RS_ANSWER
    RS_FORGET = 3, // rs_image with count 0: the image is not needed any more
    RS_FILE = 4,   // rs_file and, if found, its descriptor: answers RS_NEED_*
    RS_TRACE = 5,          // as RS_UNWIND; the whole stack is wanted: answered by RS_TRACED
    RS_NEED_MODULE = 16,   // rs_need
    RS_NEED_DEBUG = 17,    // rs_need, then build id, then name
    RS_NEED_PERF_MAP = 19, // rs_need: the file that names code the program made itself
    RS_ANSWER = 18,        // rs_answer, then its rs_frames, then function, then file
    RS_TRACED = 20,        // rs_traced, then its rs_traced_frames, then their functions' names
};

struct rs_header {
    uint32_t magic;
    uint32_t type;
    uint32_t length; // of the payload
    uint32_t reserved;
};

struct rs_image {
    uint32_t id;
    uint32_t count;
};

enum {
    RS_MODULE_SYSTEM = 1,  // the C library and the like: never the user's own code
    RS_MODULE_RUNTIME = 2, // what runs programs of another language: the user's own code only if no other is found
};
// An executable mapping of a file.
struct rs_module {
    uint64_t start;
    uint64_t end;
    uint64_t offset; // in the file
    uint32_t flags;
    uint32_t reserved;
};

struct rs_unwind {
    uint32_t image;
    uint32_t register_count; // registers as event.h orders them
};

struct rs_file {
    uint32_t found;
    uint32_t reserved;
};

struct rs_need {
    uint32_t image;
    uint32_t module;
    uint32_t crc; // of the file that a .gnu_debuglink names
    uint16_t build_id_length;
    uint16_t name_length;
};

enum rs_status {
    RS_FOUND = 0,   // function, and perhaps file and line, of the user's own code
    RS_NO_USER = 1, // the whole stack lies in system modules
    RS_BROKEN = 2,  // the stack could not be followed into the user's code
};
struct rs_answer {
    uint32_t status;
    uint32_t frame_count;
    uint32_t line; // 0: unknown
    uint16_t function_length;
    uint16_t file_length;
};

enum { RS_NO_MODULE = 0xffffffffu };
struct rs_frame {
    uint64_t pc;
    uint32_t module;
    int32_t slot; // offset from the stack pointer of the word that leads here; negative: there is none
};

// Why a whole stack has no further frame.
enum rs_end {
    RS_END_OUTERMOST = 0, // the last frame is the outermost
    RS_END_CUT = 1,       // it goes on beyond what was copied
    RS_END_TOO_MANY = 2,  // there are more than RS_MAX_TRACE
    RS_END_LOST = 3,      // the caller of the last frame cannot be found
};

struct rs_traced {
    uint32_t end; // enum rs_end
    uint32_t frame_count;
};

enum { RS_NAME_CUT = 1 };
struct rs_traced_frame {
    uint64_t pc;
    uint64_t offset; // of pc from where its function begins
    int32_t slot;    // as in rs_frame
    uint16_t name_length; // 0: the function is unknown
    uint16_t flags; // RS_NAME_CUT: the name is longer
};

// Reads one message of at most `capacity` payload bytes; *fd is its descriptor or -1. Returns the payload's length, -1
// at the end of the connection or if the message is malformed.
long rs_receive(uint32_t *type, void *payload, size_t capacity, int *fd);
bool rs_send(uint32_t type, const void *payload, size_t length);
