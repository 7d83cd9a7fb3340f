// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The natives of dev.renacer.capture.NativePlacements: Java keeps the record of where moved threads belong. Java keeps
// the session open during each call.
#define _GNU_SOURCE
#include <jni.h>
#include <string.h>

#include "capture.h"
#include "session.h"

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_dev_renacer_capture_NativePlacements_##name

static struct rc_session *session_of(jlong handle) {
    return (struct rc_session *)(intptr_t)handle; // NOLINT(performance-no-int-to-ptr): that is what a JNI handle is
}

// A placement as Java's Placement writes it.
enum { PLACEMENT_MASK = 6, PLACEMENT_NUMBERS = PLACEMENT_MASK + sizeof((struct rc_placement *)0)->own / sizeof(jlong) };

static struct rc_placement placement_of(const jlong numbers[PLACEMENT_NUMBERS]) {
    struct rc_placement placement = {
        .tgid = (int32_t)numbers[0],
        .tid = (int32_t)numbers[1],
        .start = (uint64_t)numbers[2],
        .since = (uint64_t)numbers[3],
        .cpu = (int32_t)numbers[4],
        .permitted = numbers[5] != 0,
    };
    memcpy(placement.own, &numbers[PLACEMENT_MASK], sizeof placement.own);
    return placement;
}

NATIVE(jint, restore0)(JNIEnv *env, jclass type, jlongArray placement) {
    (void)type;
    jlong numbers[PLACEMENT_NUMBERS];
    (*env)->GetLongArrayRegion(env, placement, 0, PLACEMENT_NUMBERS, numbers);
    const struct rc_placement recorded = placement_of(numbers);
    return rc_placement_restore(&recorded);
}

NATIVE(jlongArray, list0)(JNIEnv *env, jclass type, jlong handle) {
    (void)type;
    struct rc_placement placements[RC_PLACEMENTS];
    const size_t count = rc_session_placements(session_of(handle), placements);
    const jlongArray array = (*env)->NewLongArray(env, (jsize)(count * PLACEMENT_NUMBERS));
    for (size_t i = 0; i < count && array != NULL; i++) {
        const struct rc_placement *placement = &placements[i];
        jlong numbers[PLACEMENT_NUMBERS] = {placement->tgid,         placement->tid, (jlong)placement->start,
                                            (jlong)placement->since, placement->cpu, placement->permitted};
        memcpy(&numbers[PLACEMENT_MASK], placement->own, sizeof placement->own);
        (*env)->SetLongArrayRegion(env, array, (jsize)(i * PLACEMENT_NUMBERS), PLACEMENT_NUMBERS, numbers);
    }
    return array;
}

NATIVE(void, permit0)(JNIEnv *env, jclass type, jlong handle, jlongArray placements) {
    (void)type;
    struct rc_placement recorded[RC_PLACEMENTS];
    const size_t given = (size_t)(*env)->GetArrayLength(env, placements) / PLACEMENT_NUMBERS;
    const size_t count = given < RC_PLACEMENTS ? given : RC_PLACEMENTS;
    for (size_t i = 0; i < count; i++) {
        jlong numbers[PLACEMENT_NUMBERS];
        (*env)->GetLongArrayRegion(env, placements, (jsize)(i * PLACEMENT_NUMBERS), PLACEMENT_NUMBERS, numbers);
        recorded[i] = placement_of(numbers);
    }
    rc_session_permit(session_of(handle), recorded, count);
}

NATIVE(jint, obstacle0)(JNIEnv *env, jclass type, jlong handle) {
    (void)env, (void)type;
    return rc_session_colocation_obstacle(session_of(handle));
}
