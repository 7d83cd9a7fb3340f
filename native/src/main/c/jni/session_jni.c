// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Turns the x0 natives of dev.renacer.capture.NativeCaptureSession into calls of capture.h and nothing else. Java has
// checked every argument and keeps the session open during each call. A refusal is returned as three numbers; Java
// words it.
#define _GNU_SOURCE
#include <errno.h>
#include <jni.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "ring/event.h"
#include "session.h"

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_dev_renacer_capture_NativeCaptureSession_##name

// The order of the numbers in open0's options array, which NativeCaptureSession.options() writes.
enum {
    OPTION_POLICY,
    OPTION_RING_EVENTS,
    OPTION_SIDE_BYTES,
    OPTION_STRING_LIMIT,
    OPTION_FOLLOW_CHILDREN,
    OPTION_DEADLINE,
    OPTION_HEARTBEAT_TIMEOUT,
    OPTION_MAX_SLOWDOWN,
    OPTION_DUTY_CYCLE,
    OPTION_STACK_BYTES,
    OPTION_ASK_BEFORE_MOVING,
    OPTION_BUFFER_LIMIT,
    OPTION_THREAD_TIMES,
    OPTION_COUNT,
};

static struct rc_session *session_of(jlong handle) {
    return (struct rc_session *)(intptr_t)handle; // NOLINT(performance-no-int-to-ptr): that is what a JNI handle is
}

static void report(JNIEnv *env, jlongArray outcome, struct rc_result result) {
    const jlong numbers[] = {result.refusal, result.error, result.detail};
    (*env)->SetLongArrayRegion(env, outcome, 0, sizeof numbers / sizeof numbers[0], numbers);
}

static struct rc_result resource_failure(int error) {
    return (struct rc_result){.refusal = RC_RESOURCE, .error = error};
}

// A copy of a Java byte array with a NUL at its end, to be freed; NULL if memory is short. *length excludes that NUL.
static char *copy_bytes(JNIEnv *env, jbyteArray array, size_t *length) {
    const jsize size = (*env)->GetArrayLength(env, array);
    char *bytes = malloc((size_t)size + 1);
    if (bytes == NULL) {
        return NULL;
    }
    (*env)->GetByteArrayRegion(env, array, 0, size, (jbyte *)bytes);
    bytes[size] = '\0';
    *length = (size_t)size;
    return bytes;
}

NATIVE(jlong, open0)
(JNIEnv *env, jclass type, jbyteArray plan, jlongArray numbers, jbyteArray inherited, jbyteArray journal,
 jlongArray outcome) {
    (void)type;
    jlong option[OPTION_COUNT];
    (*env)->GetLongArrayRegion(env, numbers, 0, OPTION_COUNT, option);
    struct rc_options *options = calloc(1, sizeof *options);
    size_t inherited_length = 0;
    char *inherited_text = inherited == NULL ? NULL : copy_bytes(env, inherited, &inherited_length);
    size_t journal_length = 0;
    char *journal_path = journal == NULL ? NULL : copy_bytes(env, journal, &journal_length);
    struct rc_session *session = NULL;
    if (options == NULL || (inherited != NULL && inherited_text == NULL) || (journal != NULL && journal_path == NULL)) {
        report(env, outcome, resource_failure(ENOMEM));
    } else if ((*env)->GetArrayLength(env, plan) != (jsize)sizeof options->plan) {
        report(env, outcome, resource_failure(EINVAL));
    } else {
        (*env)->GetByteArrayRegion(env, plan, 0, (jsize)sizeof options->plan, (jbyte *)&options->plan);
        options->policy = (enum rc_policy)option[OPTION_POLICY];
        options->ring_events = (uint64_t)option[OPTION_RING_EVENTS];
        options->side_bytes = (uint64_t)option[OPTION_SIDE_BYTES];
        options->string_limit = (uint32_t)option[OPTION_STRING_LIMIT];
        options->buffer_limit = (uint32_t)option[OPTION_BUFFER_LIMIT];
        options->thread_times = option[OPTION_THREAD_TIMES] != 0;
        options->follow_children = option[OPTION_FOLLOW_CHILDREN] != 0;
        options->deadline_ns = (uint64_t)option[OPTION_DEADLINE];
        options->heartbeat_timeout_ns = (uint64_t)option[OPTION_HEARTBEAT_TIMEOUT];
        options->max_slowdown_percent = (uint32_t)option[OPTION_MAX_SLOWDOWN];
        options->duty_cycle = option[OPTION_DUTY_CYCLE] != 0;
        options->stack_bytes = (uint32_t)option[OPTION_STACK_BYTES];
        options->inherited = inherited_text;
        options->ask_before_moving = option[OPTION_ASK_BEFORE_MOVING] != 0;
        options->colocate = journal_path != NULL || options->ask_before_moving;
        options->journal = journal_path;
        const int error = rc_session_open(options, &session);
        if (error != 0) {
            report(env, outcome, resource_failure(error));
        }
    }
    free(journal_path);
    free(inherited_text);
    free(options);
    return (jlong)(intptr_t)session;
}

NATIVE(jint, recoverAffinity0)(JNIEnv *env, jclass type, jbyteArray journal) {
    (void)type;
    size_t length = 0;
    char *path = copy_bytes(env, journal, &length);
    const int result = path == NULL ? -ENOMEM : rc_affinity_recover(path);
    free(path);
    return result;
}

NATIVE(void, attach0)(JNIEnv *env, jclass type, jlong handle, jint pid, jboolean may_trace, jlongArray outcome) {
    (void)type;
    report(env, outcome,
           may_trace ? rc_session_attach(session_of(handle), pid) : rc_session_attach_new(session_of(handle), pid));
}

// The strings of a block, each ended by NUL, as an argument vector that points into the block; NULL if memory is short.
static char **vector_of(char *block, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += block[i] == '\0';
    }
    char **vector = calloc(count + 1, sizeof *vector);
    if (vector == NULL) {
        return NULL;
    }
    char *at = block;
    for (size_t i = 0; i < count; i++) {
        vector[i] = at;
        at += strlen(at) + 1;
    }
    return vector;
}

// Whether an environment entry is the `_` that a shell set when it started this tracer. Another `_` is somebody else's.
static bool names_this_tracer(const char *entry) {
    if (strncmp(entry, "_=", 2) != 0) {
        return false;
    }
    const char *slash = strrchr(entry, '/');
    return strncmp(slash == NULL ? entry + 2 : slash + 1, "renacer", strlen("renacer")) == 0;
}

// This process's environment as the shell would have handed it to `file`: a shell that sets `_` sets it to the
// program's path. That entry is allocated and stored in *underscore.
static char **environment_for(const char *file, char **underscore) {
    size_t count = 0;
    while (environ[count] != NULL) {
        count++;
    }
    char **copy = calloc(count + 1, sizeof *copy);
    *underscore = malloc(strlen(file) + sizeof "_=");
    if (copy == NULL || *underscore == NULL) {
        free(copy);
        return NULL;
    }
    memcpy(*underscore, "_=", 2);
    strcpy(*underscore + 2, file);
    for (size_t i = 0; i < count; i++) {
        copy[i] = names_this_tracer(environ[i]) ? *underscore : environ[i];
    }
    return copy;
}

NATIVE(jint, launch0)
(JNIEnv *env, jclass type, jlong handle, jbyteArray file, jbyteArray arguments, jbyteArray inherited, jboolean filtered,
 jlongArray outcome) {
    (void)type;
    size_t length = 0;
    size_t ignored = 0;
    char *path = copy_bytes(env, file, &ignored);
    char *block = copy_bytes(env, arguments, &length);
    char *state = inherited == NULL ? NULL : copy_bytes(env, inherited, &ignored);
    char *underscore = NULL;
    char **argv = block == NULL ? NULL : vector_of(block, length);
    char **envp = path == NULL ? NULL : environment_for(path, &underscore);
    pid_t pid = -1;
    if (argv == NULL || envp == NULL || (inherited != NULL && state == NULL)) {
        report(env, outcome, resource_failure(ENOMEM));
    } else {
        const struct rc_launch launch = {
            .file = path, .argv = argv, .envp = envp, .inherited = state, .filtered = filtered != JNI_FALSE};
        report(env, outcome, rc_session_launch(session_of(handle), &launch, &pid));
    }
    free(envp);
    free(underscore);
    free(argv);
    free(state);
    free(block);
    free(path);
    return pid;
}

NATIVE(jint, signalLaunched0)(JNIEnv *env, jclass type, jlong handle, jint signal) {
    (void)env, (void)type;
    return rc_session_signal_launched(session_of(handle), signal);
}

// The status as waitpid(2) reports it, or -errno.
NATIVE(jint, awaitLaunched0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    int status = 0;
    const int error = rc_session_await_launched(session_of(handle), &status);
    return error != 0 ? -error : status;
}

NATIVE(jint, sleepWithLaunched0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    return rc_session_sleep_with_launched(session_of(handle));
}

NATIVE(jint, giveUpInherited0)(JNIEnv *env, jclass type, jbyteArray inherited, jboolean keep_output) {
    (void)type;
    size_t length = 0;
    char *text = copy_bytes(env, inherited, &length);
    const int error = text == NULL ? ENOMEM : rc_give_up_inherited(text, keep_output != JNI_FALSE);
    free(text);
    return error;
}

NATIVE(void, stop0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    rc_session_stop(session_of(handle), RC_DETACH_REQUESTED);
}

NATIVE(void, end0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    rc_session_end(session_of(handle));
}

NATIVE(jboolean, bound0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    return rc_session_bound(session_of(handle)) ? JNI_TRUE : JNI_FALSE;
}

NATIVE(jboolean, finished0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    return rc_session_finished(session_of(handle)) ? JNI_TRUE : JNI_FALSE;
}

NATIVE(jboolean, awaitFinished0)(JNIEnv *env, jclass type, jlong handle, jlong timeout_ns) {
    (void)env, (void)type;
    return rc_session_await_finished(session_of(handle), (uint64_t)timeout_ns) ? JNI_TRUE : JNI_FALSE;
}

NATIVE(void, stats0)(JNIEnv *env, jclass type, jlong handle, jlongArray out) {
    (void)type;
    struct rc_stats stats;
    rc_session_stats(session_of(handle), &stats);
    const jlong numbers[] = {
        (jlong)stats.calls,
        (jlong)stats.published,
        (jlong)stats.dropped,
        (jlong)stats.side_lost,
        (jlong)stats.tasks,
        (jlong)stats.stops,
        stats.worst_slowdown_percent,
        (jlong)stats.stop_p50_ns,
        (jlong)stats.stop_p99_ns,
        (jlong)stats.moved,
        (jlong)stats.rests,
        (jlong)stats.unwatched_ns,
        stats.slowdown_percent,
        stats.work_slowdown_percent,
        (jlong)stats.watched_ns,
        (jlong)stats.contexts,
        (jlong)stats.contexts_unreadable,
        (jlong)stats.contexts_unresolved,
    };
    (*env)->SetLongArrayRegion(env, out, 0, sizeof numbers / sizeof numbers[0], numbers);
}

NATIVE(void, heartbeat0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    rc_session_heartbeat(session_of(handle));
}

NATIVE(jlong, epochOffset0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    return rc_session_epoch_offset_ns(session_of(handle));
}

NATIVE(jobject, ring0)(JNIEnv *env, jclass type, jlong handle) {
    (void)type;
    size_t length = 0;
    void *mapping = rc_session_ring(session_of(handle), &length);
    return (*env)->NewDirectByteBuffer(env, mapping, (jlong)length);
}

NATIVE(void, close0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    rc_session_close(session_of(handle));
}

// "ENOMEM (Cannot allocate memory)"
NATIVE(jstring, describe0)(JNIEnv *env, jclass type, jint error) {
    (void)type;
    char text[128];
    const char *name = strerrorname_np(error);
    const char *description = strerrordesc_np(error);
    if (name == NULL || description == NULL) {
        snprintf(text, sizeof text, "errno %d", error);
    } else {
        snprintf(text, sizeof text, "%s (%s)", name, description);
    }
    return (*env)->NewStringUTF(env, text);
}

NATIVE(jintArray, layout0)(JNIEnv *env, jclass type) {
    (void)type;
    uint32_t numbers[64];
    const size_t count = rc_layout(numbers, sizeof numbers / sizeof numbers[0]);
    const size_t copied = count < sizeof numbers / sizeof numbers[0] ? count : sizeof numbers / sizeof numbers[0];
    const jintArray array = (*env)->NewIntArray(env, (jsize)copied);
    if (array != NULL) {
        (*env)->SetIntArrayRegion(env, array, 0, (jsize)copied, (const jint *)numbers);
    }
    return array;
}
