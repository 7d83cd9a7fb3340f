// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.descriptor.path.PathFollower;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a traced process has: its descriptors and its working directory, shared with its threads, and with other
 * processes if these were made so. For one thread.
 */
final class ProcessFiles {
    /** The number of the working directory in the table of folders. */
    static final int FOLDER = 0;

    private final int pid;
    private DescriptorTable files;
    private DescriptorTable folders;
    /** Whether another process uses the same table. */
    private boolean shared;

    /** Whether it surely has one thread alone. */
    private boolean single;

    private boolean namespaces;
    /** Threads that no longer share it (unshare). */
    private final Map<Integer, ProcessFiles> apart = new HashMap<>();
    /** Threads whose calls are not seen for a while (duty cycle). */
    private final Set<Integer> resting = new HashSet<>();
    /** What its creator has, which may be the same tables: the call that made it was not seen. */
    private @Nullable ProcessFiles creator;

    /** Whether the paths that /proc shows are those that it sees. */
    private boolean seesPathsOfProc;

    /** Says where its paths lead; null: it may see other files than this process, or nobody asks. */
    private @Nullable PathFollower paths;

    private ProcessFiles(int pid, DescriptorTable files, DescriptorTable folders) {
        this.pid = pid;
        this.files = files;
        this.folders = folders;
    }

    /** This process has launched it: both see the same files. */
    void seeSameFiles(Optional<PathFollower> by) {
        paths = by.orElse(null);
        seesPathsOfProc = true;
        single = true;
    }

    /** From now on it may see other files than this process, by paths that are still those of /proc. */
    void leaveMounts() {
        paths = null;
        apart.values().forEach(own -> own.paths = null);
    }

    /** From now on it may have another root folder. */
    void leaveRoot() {
        leaveMounts();
        seesPathsOfProc = false;
        apart.values().forEach(own -> own.seesPathsOfProc = false);
    }

    /** Whether the paths that /proc shows are those that it sees. */
    boolean seesPathsOfProc() {
        return seesPathsOfProc;
    }

    /** A file that /proc has named in a call, with the kind of its device. */
    Descriptor named(Descriptor what, long beganNanos, long endNanos) {
        return what instanceof Descriptor.File file
                        && !file.deleted()
                        && file.path().startsWith("/dev/")
                ? new Descriptor.File(
                        file.path(),
                        false,
                        follow(file.path(), beganNanos, endNanos).device())
                : what;
    }

    /** The file that a path led to in a call; the path itself where that cannot be said. */
    Descriptor.File follow(String path, long beganNanos, long endNanos) {
        PathFollower by = paths;
        return by == null
                ? new Descriptor.File(path, false)
                : by.find(path, pid, beganNanos, endNanos)
                        .map(real -> new Descriptor.File(real.path(), false, real.device()))
                        .orElseGet(() -> new Descriptor.File(path, false));
    }

    /** Of a process of which nothing is known yet. */
    static ProcessFiles unknown(int pid, long nanos) {
        return new ProcessFiles(pid, new DescriptorTable(nanos), new DescriptorTable(nanos));
    }

    /** Of a process that was made by a resting thread of this one. */
    ProcessFiles madeUnseen(int child, int creator, long nanos) {
        ProcessFiles made = unknown(child, nanos);
        made.creator = of(creator);
        return made;
    }

    /** Of a process that was forked by a thread of this one. */
    ProcessFiles forked(int child, int creator, long nanos) {
        ProcessFiles from = of(creator);
        ProcessFiles made = new ProcessFiles(child, from.files.copy(nanos), from.folders.copy(nanos));
        made.single = true;
        made.paths = from.paths;
        made.seesPathsOfProc = from.seesPathsOfProc;
        return made;
    }

    /** What a thread of the process has. */
    ProcessFiles of(int tid) {
        return apart.isEmpty() ? this : apart.getOrDefault(tid, this);
    }

    int pid() {
        return pid;
    }

    DescriptorTable files() {
        return files;
    }

    DescriptorTable folders() {
        return folders;
    }

    /** It turns out that a child uses the same descriptors. What either has changed since is not known. */
    void shareFiles(ProcessFiles child, long nanos) {
        files.lose(nanos);
        child.files = files;
        child.shared = true;
        shared = true;
    }

    /** Likewise for the working directory. */
    void shareFolder(ProcessFiles child, long nanos) {
        folders.lose(nanos);
        child.folders = folders;
        child.shared = true;
        shared = true;
    }

    /** From now on it has several threads, or may have. */
    void makesThread() {
        single = false;
    }

    /** From now on a thread has its own. */
    void unshare(int tid, boolean filesToo, boolean folderToo, long nanos) {
        if (single && tid == pid) {
            files = filesToo ? files.copy(nanos) : files;
            folders = folderToo ? folders.copy(nanos) : folders;
            return;
        }
        ProcessFiles own = of(tid);
        ProcessFiles now = new ProcessFiles(
                pid, filesToo ? own.files.copy(nanos) : own.files, folderToo ? own.folders.copy(nanos) : own.folders);
        now.paths = own.paths;
        now.seesPathsOfProc = own.seesPathsOfProc;
        apart.put(tid, now);
    }

    /** What other threads of the creator have changed while it was forked may be in the copy or not. */
    void doubt(long forkNanos, long copyNanos) {
        files.doubt(forkNanos, copyNanos);
        folders.doubt(forkNanos, copyNanos);
    }

    /** Another program runs, in the thread that has executed it; it shares with nobody. */
    void executed(long nanos) {
        if (!apart.isEmpty()) {
            apart.clear();
            files = new DescriptorTable(nanos);
            folders = new DescriptorTable(nanos);
        } else if (shared) {
            files = files.copy(nanos);
            folders = folders.copy(nanos);
        }
        shared = false;
        single = true;
        creator = null;
        resting.clear(); // if the thread that has executed it rests on, that is reported again
        files.executed(nanos);
    }

    /** From now on its children may be in a PID namespace of their own. */
    void makeNamespaces() {
        namespaces = true;
    }

    /** Whether its children may be in a PID namespace of their own. */
    boolean makesNamespaces() {
        return namespaces;
    }

    /** From now on the calls of a thread are not seen. */
    void rests(int tid) {
        resting.add(tid);
        namespaces = true; // it may make one
    }

    /** The calls of a thread are seen again. Returns false if it was not known that they were not. */
    boolean restEnds(int tid) {
        return resting.remove(tid);
    }

    boolean isResting(int tid) {
        return resting.contains(tid);
    }

    /** Adds the tables that calls may change which are not seen. */
    void addUnwatched(Set<DescriptorTable> tables) {
        for (int tid : resting) {
            ProcessFiles own = of(tid);
            tables.add(own.files);
            tables.add(own.folders);
        }
        if (creator != null) {
            tables.add(files);
            tables.add(folders);
            tables.add(creator.files);
            tables.add(creator.folders);
        }
    }

    /** A thread is gone. */
    void threadEnded(int tid) {
        resting.remove(tid);
        apart.remove(tid);
    }

    /** Calls were lost. */
    void lose(long nanos) {
        single = false;
        files.lose(nanos);
        folders.lose(nanos);
        apart.values().forEach(own -> own.lose(nanos));
    }
}
