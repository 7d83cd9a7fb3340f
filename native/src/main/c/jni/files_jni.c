// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The natives of dev.renacer.capture.RawFiles: files named by bytes. An answer below zero is a negative errno.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_dev_renacer_capture_RawFiles_##name

// A copy of a Java byte array with a NUL at its end, to be freed; NULL if memory is short.
static char *copy_of(JNIEnv *env, jbyteArray array) {
    const jsize length = (*env)->GetArrayLength(env, array);
    char *bytes = malloc((size_t)length + 1);
    if (bytes != NULL) {
        (*env)->GetByteArrayRegion(env, array, 0, length, (jbyte *)bytes);
        bytes[length] = '\0';
    }
    return bytes;
}

// st_mode of the file; links are followed.
NATIVE(jint, mode0)(JNIEnv *env, jclass type, jint directory, jbyteArray name) {
    (void)type;
    char *path = copy_of(env, name);
    struct stat status;
    const int error = path == NULL ? ENOMEM : fstatat(directory, path, &status, 0) == 0 ? 0 : errno;
    free(path);
    return error != 0 ? -error : (jint)status.st_mode;
}

// 0 if the effective user may execute the file.
NATIVE(jint, executable0)(JNIEnv *env, jclass type, jint directory, jbyteArray name) {
    (void)type;
    char *path = copy_of(env, name);
    const int error = path == NULL ? ENOMEM : faccessat(directory, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
    free(path);
    return -error;
}

static int open_mode(JNIEnv *env, jint directory, jbyteArray name, int flags, mode_t mode) {
    char *path = copy_of(env, name);
    if (path == NULL) {
        return -ENOMEM;
    }
    const int fd = openat(directory, path, flags | O_CLOEXEC | O_NOCTTY, mode);
    const int error = errno;
    free(path);
    return fd < 0 ? -error : fd;
}

static int open_at(JNIEnv *env, jint directory, jbyteArray name, int flags) {
    return open_mode(env, directory, name, flags, 0666);
}

// Whether a file that is there may be written anew for its owner alone: 0, EEXIST, or why not. It stays as it is.
static int may_take_over(int fd, bool replace) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return errno;
    }
    if (!S_ISREG(status.st_mode)) {
        return 0;
    }
    if (status.st_size > 0 && !replace) {
        return EEXIST;
    }
    return fchmod(fd, status.st_mode & 07777) == 0 ? 0 : errno; // changes nothing, and says if this user may
}

// A file that only its owner may read, for writing; one that is there stays as it is until empty0.
NATIVE(jint, createPrivate0)(JNIEnv *env, jclass type, jint directory, jbyteArray name, jboolean replace) {
    (void)type;
    const int made = open_mode(env, directory, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (made != -EEXIST) {
        return made;
    }
    const int fd = open_mode(env, directory, name, O_WRONLY, 0);
    if (fd < 0) {
        return fd;
    }
    const int error = may_take_over(fd, replace == JNI_TRUE);
    if (error != 0) {
        (void)close(fd);
    }
    return error != 0 ? -error : fd;
}

// Whether it is a file, and no pipe or device.
NATIVE(jboolean, isFile0)(JNIEnv *env, jclass type, jint fd) {
    (void)env, (void)type;
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? JNI_TRUE : JNI_FALSE;
}

// Takes away what is in a file, and if asked to makes it its owner's alone, before anything is written.
NATIVE(jint, empty0)(JNIEnv *env, jclass type, jint fd, jboolean only_for_owner) {
    (void)env, (void)type;
    const bool kept_closed = only_for_owner == JNI_FALSE || fchmod(fd, 0600) == 0;
    return kept_closed && ftruncate(fd, 0) == 0 ? 0 : -errno;
}

NATIVE(jint, open0)(JNIEnv *env, jclass type, jint directory, jbyteArray name) {
    (void)type;
    return open_at(env, directory, name, O_RDONLY);
}

// Reads at most so many bytes. Returns how many; 0 at the end.
NATIVE(jint, read0)(JNIEnv *env, jclass type, jint fd, jbyteArray array, jint offset, jint length) {
    (void)type;
    jbyte bytes[8192];
    const size_t most = (size_t)length < sizeof bytes ? (size_t)length : sizeof bytes;
    ssize_t got;
    do {
        got = read(fd, bytes, most);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return -errno;
    }
    (*env)->SetByteArrayRegion(env, array, offset, (jsize)got, bytes);
    return (jint)got;
}

// A file for writing; one that is there stays as it is until empty0.
NATIVE(jint, create0)(JNIEnv *env, jclass type, jint directory, jbyteArray name) {
    (void)type;
    return open_at(env, directory, name, O_WRONLY | O_CREAT);
}

// Reads the beginning of a file into `out`. Returns how much.
NATIVE(jint, head0)(JNIEnv *env, jclass type, jint directory, jbyteArray name, jbyteArray out) {
    (void)type;
    const int fd = open_at(env, directory, name, O_RDONLY | O_NONBLOCK);
    if (fd < 0) {
        return fd;
    }
    jbyte bytes[256];
    const jsize room = (*env)->GetArrayLength(env, out);
    const ssize_t got = read(fd, bytes, (size_t)room < sizeof bytes ? (size_t)room : sizeof bytes);
    const int error = errno;
    (void)close(fd);
    if (got < 0) {
        return -error;
    }
    (*env)->SetByteArrayRegion(env, out, 0, (jsize)got, bytes);
    return (jint)got;
}

// Writes all of it. Returns 0.
NATIVE(jint, write0)(JNIEnv *env, jclass type, jint fd, jbyteArray array, jint offset, jint length) {
    (void)type;
    jbyte bytes[8192];
    jint at = 0;
    while (at < length) {
        const jint part = length - at < (jint)sizeof bytes ? length - at : (jint)sizeof bytes;
        (*env)->GetByteArrayRegion(env, array, offset + at, part, bytes);
        for (jint written = 0; written < part;) {
            const ssize_t count = write(fd, bytes + written, (size_t)(part - written));
            if (count < 0 && errno != EINTR) {
                return -errno;
            }
            written += count < 0 ? 0 : (jint)count;
        }
        at += part;
    }
    return 0;
}

NATIVE(jint, close0)(JNIEnv *env, jclass type, jint fd) {
    (void)env, (void)type;
    return close(fd) == 0 ? 0 : -errno;
}

// "Is a directory"
NATIVE(jstring, text0)(JNIEnv *env, jclass type, jint error) {
    (void)type;
    const char *text = strerrordesc_np(error);
    return (*env)->NewStringUTF(env, text == NULL ? "unknown error" : text);
}
