// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "places.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Folders of jars and of native files below the home folder.
static const char *const layouts[][2] = {
    {"cli/target/dist/lib", "native/target"}, // a checkout after `make build`
    {"lib/cli", "libexec"},                   // an installed distribution
};

static bool complain(const char *what) {
    fprintf(stderr, "renacer: %s\n", what);
    return false;
}

__attribute__((format(printf, 2, 3))) static bool put(char out[PATH_MAX], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(out, PATH_MAX, format, arguments);
    va_end(arguments);
    return (length >= 0 && length < PATH_MAX) || complain("its folder's path is too long; install it in another");
}

// The folder that holds bin/, links followed.
static bool find_home(char home[PATH_MAX]) {
    const ssize_t length = readlink("/proc/self/exe", home, PATH_MAX - 1);
    if (length < 0) {
        fprintf(stderr, "renacer: cannot find its own folder (is /proc mounted?): %s\n", strerror(errno));
        return false;
    }
    home[length] = '\0';
    for (int parts = 0; parts < 2; parts++) {
        char *slash = strrchr(home, '/');
        if (slash == NULL) {
            return complain("not built yet; run: make build");
        }
        *slash = '\0';
    }
    return true;
}

// Whether a class path can hold the path as it is: a colon separates its entries, and a JVM decodes non-ASCII bytes by
// the locale, which may have no characters for them.
static bool is_plain(const char *path) {
    for (const unsigned char *at = (const unsigned char *)path; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~' || *at == ':') {
            return false;
        }
    }
    return true;
}

// Another path to the folder, in plain letters. It names the pid, since the processes that this one starts use the same
// path.
static bool make_plain(char home[PATH_MAX]) {
    if (is_plain(home)) {
        return true;
    }
    char pid[32] = {0};
    const int fd = open(home, O_PATH | O_DIRECTORY); // stays open in the JVM, and is closed in the program
    if (fd < 0 || readlink("/proc/self", pid, sizeof pid - 1) < 0) {
        fprintf(stderr, "renacer: cannot open its own folder: %s\n", strerror(errno));
        return false;
    }
    return put(home, "/proc/%s/fd/%d", pid, fd);
}

// Short, whatever the number of jars: the class path takes of the room that execve leaves to the program's own words.
static bool find_jar(const char *jars, char jar[PATH_MAX]) {
    DIR *folder = opendir(jars);
    if (folder == NULL) {
        return false;
    }
    bool found = false;
    for (struct dirent *entry = readdir(folder); entry != NULL && !found; entry = readdir(folder)) {
        found = fnmatch("renacer-cli-[0-9]*.jar", entry->d_name, 0) == 0 && put(jar, "%s/%s", jars, entry->d_name);
    }
    (void)closedir(folder);
    errno = found ? 0 : ENOENT;
    return found;
}

static bool choose_layout(const char *home, struct rc_places *out) {
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        char jars[PATH_MAX];
        char library[PATH_MAX];
        if (!put(jars, "%s/%s", home, layouts[i][0]) || !put(out->native, "%s/%s", home, layouts[i][1]) ||
            !put(library, "%s/librenacer.so", out->native)) {
            return false;
        }
        if (access(jars, R_OK | X_OK) == 0 && access(library, R_OK) == 0 && find_jar(jars, out->jar)) {
            return put(out->cache, "%s/renacer.aot", jars) && put(out->options, "%s/libexec/renacer.jvm-options", home);
        }
        if (errno == EACCES) {
            return complain("its folder may not be read by this user; see its mode");
        }
    }
    return complain("not built yet; run: make build");
}

// One of the variables that choose a JDK, as it is in the environment, or an empty string.
static char *variable(const char *name) {
    static char none[] = "";
    const size_t length = strlen(name);
    for (char **entry = environ; *entry != NULL; entry++) {
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') {
            return *entry;
        }
    }
    return none;
}

// Reads all that the script prints, without the newline at its end.
static bool read_answer(int fd, char out[PATH_MAX]) {
    size_t length = 0;
    while (length < PATH_MAX - 1) {
        const ssize_t got = read(fd, out + length, PATH_MAX - 1 - length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
    }
    if (length > 0 && out[length - 1] == '\n') {
        length--;
    }
    out[length] = '\0';
    return length > 0;
}

// Starts the script with its output in a pipe. The script gets only the variables that it reads: a shell would
// interpret others, such as bash's functions.
static int start_script(char *script, int output, pid_t *pid) {
    char *const argv[] = {script, NULL};
    char *envp[4] = {NULL};
    size_t count = 0;
    static const char *const names[] = {"JAVA_HOME", "HOME", "PATH"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *entry = variable(names[i]);
        if (*entry != '\0') {
            envp[count++] = entry;
        }
    }
    posix_spawn_file_actions_t files;
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0) {
        return error;
    }
    error = posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    if (error == 0) {
        error = posix_spawn(pid, script, &files, NULL, argv, envp);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    return error;
}

static bool find_java(const char *home, char java[PATH_MAX]) {
    char script[PATH_MAX];
    if (!put(script, "%s/libexec/find-jdk", home)) {
        return false;
    }
    int channel[2];
    if (pipe2(channel, O_CLOEXEC) != 0) {
        fprintf(stderr, "renacer: cannot look for a JDK: %s\n", strerror(errno));
        return false;
    }
    pid_t pid;
    // A descriptor that already is standard output would stay close-on-exec.
    const int output = channel[1] == STDOUT_FILENO ? fcntl(channel[1], F_DUPFD_CLOEXEC, 3) : channel[1];
    const int error = output < 0 ? errno : start_script(script, output, &pid);
    (void)close(channel[1]);
    if (output != channel[1] && output >= 0) {
        (void)close(output);
    }
    char jdk[PATH_MAX];
    bool found = false;
    if (error != 0) {
        fprintf(stderr, "renacer: cannot run %s: %s\n", script, strerror(error));
    } else {
        found = read_answer(channel[0], jdk);
        // If SIGCHLD is ignored, the child is reaped by itself, and this only waits.
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    (void)close(channel[0]);
    return found && put(java, "%s/bin/java", jdk);
}

bool rc_places_find(struct rc_places *out) {
    char home[PATH_MAX];
    return find_home(home) && make_plain(home) && choose_layout(home, out) && find_java(home, out->java);
}
