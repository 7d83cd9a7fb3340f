// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The natives of dev.renacer.capture.look.CallLook. An answer below zero is a negative errno.
#define _GNU_SOURCE
#include <errno.h>
#include <jni.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "ring/event.h"
#include "tracee/look.h"
#include "tracee/proc/sched_clock.h"
#include "tracee/proc/unix_peer.h"

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_dev_renacer_capture_look_CallLook_##name

// The order of the numbers of a call, which CallLook writes.
enum { CALL_TGID, CALL_TID, CALL_ARCH, CALL_NUMBER, CALL_IP, CALL_SP, CALL_ARGS, CALL_COUNT = CALL_ARGS + 6 };

static struct rc_look *look_of(jlong handle) {
    return (struct rc_look *)(intptr_t)handle; // NOLINT(performance-no-int-to-ptr): that is what a JNI handle is
}

// 0 if memory is short or the plan is of another format.
NATIVE(jlong, open0)
(JNIEnv *env, jclass type, jbyteArray plan, jint string_limit, jint buffer_limit, jint stack_bytes) {
    (void)type;
    struct rc_options *options = calloc(1, sizeof *options);
    struct rc_look *look = NULL;
    if (options != NULL && (*env)->GetArrayLength(env, plan) == (jsize)sizeof options->plan) {
        (*env)->GetByteArrayRegion(env, plan, 0, (jsize)sizeof options->plan, (jbyte *)&options->plan);
        options->string_limit = (uint32_t)string_limit;
        options->buffer_limit = (uint32_t)buffer_limit;
        options->stack_bytes = (uint32_t)stack_bytes;
        look = rc_look_open(options);
    }
    free(options);
    return (jlong)(intptr_t)look;
}

NATIVE(void, close0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    rc_look_close(look_of(handle));
}

// The event and its side data behind it; NULL if memory is short.
NATIVE(jbyteArray, at0)(JNIEnv *env, jclass type, jlong handle, jlongArray call) {
    (void)type;
    jlong number[CALL_COUNT];
    (*env)->GetLongArrayRegion(env, call, 0, CALL_COUNT, number);
    struct rc_event event = {
        .tgid = (uint32_t)number[CALL_TGID],
        .tid = (uint32_t)number[CALL_TID],
        .arch = (uint32_t)number[CALL_ARCH],
        .nr = (int32_t)number[CALL_NUMBER],
        .ip = (uint64_t)number[CALL_IP],
        .sp = (uint64_t)number[CALL_SP],
        .kind = RC_CALL_UNFINISHED,
    };
    memcpy(event.args, number + CALL_ARGS, sizeof event.args);
    const uint8_t *side = NULL;
    event.side_length = rc_look_at(look_of(handle), &event, &side);
    const jbyteArray out = (*env)->NewByteArray(env, (jsize)(sizeof event + event.side_length));
    if (out != NULL) {
        (*env)->SetByteArrayRegion(env, out, 0, (jsize)sizeof event, (const jbyte *)&event);
        if (event.side_length > 0) {
            (*env)->SetByteArrayRegion(env, out, (jsize)sizeof event, (jsize)event.side_length, (const jbyte *)side);
        }
    }
    return out;
}

NATIVE(jint, memory0)(JNIEnv *env, jclass type, jint tid, jlong address, jbyteArray out) {
    (void)type;
    const jsize length = (*env)->GetArrayLength(env, out);
    uint8_t *bytes = malloc((size_t)length);
    if (bytes == NULL) {
        return -ENOMEM;
    }
    const int got = rc_look_memory(tid, (uint64_t)address, bytes, (size_t)length);
    if (got > 0) {
        (*env)->SetByteArrayRegion(env, out, 0, got, (const jbyte *)bytes);
    }
    free(bytes);
    return got;
}

NATIVE(jlong, clock0)(JNIEnv *env, jclass type, jint cpu) {
    (void)env, (void)type;
    return rc_sched_clock_of(cpu);
}

NATIVE(jlong, unixPeer0)(JNIEnv *env, jclass type, jlong inode) {
    (void)env, (void)type;
    return rc_unix_peer((uint32_t)inode);
}
