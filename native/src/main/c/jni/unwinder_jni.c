// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The natives of dev.renacer.capture.UnwinderProcess.
#define _GNU_SOURCE
#include <errno.h>
#include <jni.h>
#include <stdlib.h>
#include <unistd.h>

#include "tracee/target_files.h"
#include "tracee/unwinder.h"

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_dev_renacer_capture_UnwinderProcess_##name

// A copy of a Java byte array with a NUL at its end, to be freed; NULL if memory is short.
static char *copy_of(JNIEnv *env, jbyteArray array, jsize length) {
    char *bytes = malloc((size_t)length + 1);
    if (bytes != NULL) {
        (*env)->GetByteArrayRegion(env, array, 0, length, (jbyte *)bytes);
        bytes[length] = '\0';
    }
    return bytes;
}

// ids receives pid and socket. Returns an errno value.
NATIVE(jint, start0)(JNIEnv *env, jclass type, jbyteArray program, jintArray ids) {
    (void)type;
    char *path = copy_of(env, program, (*env)->GetArrayLength(env, program));
    struct rc_unwinder unwinder = {.pid = -1, .socket = -1};
    const int error = path == NULL ? ENOMEM : rc_unwinder_start(path, &unwinder);
    free(path);
    const jint numbers[] = {unwinder.pid, unwinder.socket};
    (*env)->SetIntArrayRegion(env, ids, 0, 2, numbers);
    return error;
}

NATIVE(jint, send0)
(JNIEnv *env, jclass type, jint pid, jint socket, jbyteArray message, jint length, jint fd, jlong timeout_ns) {
    (void)type;
    char *bytes = copy_of(env, message, length);
    const struct rc_unwinder unwinder = {.pid = pid, .socket = socket};
    const int error =
        bytes == NULL ? ENOMEM : rc_unwinder_send(&unwinder, bytes, (size_t)length, fd, (uint64_t)timeout_ns);
    free(bytes);
    return error;
}

NATIVE(jint, receive0)(JNIEnv *env, jclass type, jint pid, jint socket, jbyteArray message, jlong timeout_ns) {
    (void)type;
    const jsize capacity = (*env)->GetArrayLength(env, message);
    char *bytes = malloc((size_t)capacity);
    if (bytes == NULL) {
        return -1;
    }
    const struct rc_unwinder unwinder = {.pid = pid, .socket = socket};
    const ssize_t got = rc_unwinder_receive(&unwinder, bytes, (size_t)capacity, (uint64_t)timeout_ns);
    if (got > 0) {
        (*env)->SetByteArrayRegion(env, message, 0, (jsize)got, (const jbyte *)bytes);
    }
    free(bytes);
    return (jint)got;
}

NATIVE(jint, end0)(JNIEnv *env, jclass type, jint pid, jint socket) {
    (void)env, (void)type;
    const struct rc_unwinder unwinder = {.pid = pid, .socket = socket};
    return rc_unwinder_end(&unwinder);
}

// Numbers: start, end, major, minor, inode.
NATIVE(jint, openMapped0)
(JNIEnv *env, jclass type, jint pid, jbyteArray path, jlongArray numbers, jboolean own_root) {
    (void)type;
    jlong number[5];
    (*env)->GetLongArrayRegion(env, numbers, 0, 5, number);
    char *text = copy_of(env, path, (*env)->GetArrayLength(env, path));
    const struct rc_mapped_file file = {
        .pid = pid,
        .start = (uint64_t)number[0],
        .end = (uint64_t)number[1],
        .major = (unsigned)number[2],
        .minor = (unsigned)number[3],
        .inode = (uint64_t)number[4],
        .path = text,
        .own_root = own_root != JNI_FALSE,
    };
    const int fd = text == NULL ? -1 : rc_open_mapped(&file);
    free(text);
    return fd;
}

NATIVE(jint, openInRoot0)(JNIEnv *env, jclass type, jint pid, jbyteArray path, jboolean own_root) {
    (void)type;
    char *text = copy_of(env, path, (*env)->GetArrayLength(env, path));
    const int fd = text == NULL ? -1 : rc_open_in_root(pid, text, own_root != JNI_FALSE);
    free(text);
    return fd;
}

NATIVE(void, closeFile0)(JNIEnv *env, jclass type, jint fd) {
    (void)env, (void)type;
    (void)close(fd); // was only read
}
