// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A cache whose writer keeps its lock for long, while the threads that serve requests need it.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long served;

static void pause_ms(long milliseconds) {
    const struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void *serve(void *unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        served++;
        pthread_mutex_unlock(&lock);
        pause_ms(2);
    }
    return NULL;
}

static void *refresh(void *unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        pause_ms(250);
        pthread_mutex_unlock(&lock);
        pause_ms(50);
    }
    return NULL;
}

static void begin(void *(*what)(void *), const char *name) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, what, NULL) != 0 || pthread_setname_np(thread, name) != 0) {
        exit(1);
    }
}

int main(void) {
    begin(refresh, "cache-refresh");
    for (int i = 0; i < 3; i++) {
        char name[16];
        snprintf(name, sizeof name, "request-%d", i);
        begin(serve, name);
    }
    for (;;) {
        pause();
    }
}
