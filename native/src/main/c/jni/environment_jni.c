// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The natives of dev.renacer.capture.GivenEnvironment: this process restores what the launcher hid from the JVM.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/launch_environment.h"
#include "launcher/launch_state.h"

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_dev_renacer_capture_GivenEnvironment_##name

// Makes the first `count` entries the environment of this process. Returns an errno value.
NATIVE(jint, restore0)(JNIEnv *env, jclass type, jint count) {
    (void)env, (void)type;
    char **given = rc_given_environment(environ, (size_t)count);
    if (given == NULL) {
        return ENOMEM;
    }
    environ = given; // stays for the life of the process
    return 0;
}

// The bytes of a variable's value; null if it is not set.
NATIVE(jbyteArray, value0)(JNIEnv *env, jclass type, jstring name) {
    (void)type;
    const char *text = (*env)->GetStringUTFChars(env, name, NULL);
    if (text == NULL) {
        return NULL;
    }
    const char *value = getenv(text);
    (*env)->ReleaseStringUTFChars(env, name, text);
    if (value == NULL) {
        return NULL;
    }
    const jsize length = (jsize)strlen(value);
    const jbyteArray bytes = (*env)->NewByteArray(env, length);
    if (bytes != NULL) {
        (*env)->SetByteArrayRegion(env, bytes, 0, length, (const jbyte *)value);
    }
    return bytes;
}

// A JVM answers SIGQUIT with a listing of its threads, in the middle of the output of the traced program and the trace.
NATIVE(void, ignoreQuit0)(JNIEnv *env, jclass type) {
    (void)env, (void)type;
    (void)signal(SIGQUIT, SIG_IGN);
}

// The descriptor that relative names start from, as the *at system calls take it.
NATIVE(jint, directory0)(JNIEnv *env, jclass type, jstring inherited) {
    (void)type;
    const char *text = (*env)->GetStringUTFChars(env, inherited, NULL);
    struct rc_launch_state state;
    const int found = text != NULL && rc_launch_state_parse(text, &state) == 0 && state.has_directory;
    if (text != NULL) {
        (*env)->ReleaseStringUTFChars(env, inherited, text);
    }
    return found ? (jint)state.directory : AT_FDCWD;
}
