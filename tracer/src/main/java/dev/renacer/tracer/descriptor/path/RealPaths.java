// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor.path;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where a path led when a program opened it: links followed, as the kernel names the file. It is looked at after the call, off the
 * target's path, and counts only if nothing on the way has changed since before the call began: every folder that was looked into, and
 * every link, has an older time of change. What cannot be said so surely is not said. For processes that see the same files as this one,
 * and for the consumer thread.
 *
 * <p>What was found once holds for all calls that had returned by then, so a consumer that is behind looks less often.
 */
public final class RealPaths implements PathFollower {
    /** Times of change are as coarse as the kernel's tick. */
    private static final long SLACK_NANOS = 20_000_000;
    /** As the kernel: MAXSYMLINKS of linux/namei.h. */
    private static final int MOST_LINKS = 40;

    private static final int REMEMBERED = 1_024;

    /** The type in a mode, from linux/stat.h. */
    private static final int S_IFMT = 0170000;

    private static final int S_IFLNK = 0120000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;

    /**
     * What a path led to.
     *
     * @param path    without links
     * @param device  {@code char 1:3} or {@code block 8:0}; empty if it is no device
     */
    public record Real(String path, String device) {}

    /** What the kernel says of a file, or of a link itself. */
    private record Look(int type, long number, long changed) {
        boolean isLink() {
            return type == S_IFLNK;
        }

        /** The number in the kernel's own encoding, as of gnu_dev_major and gnu_dev_minor of glibc. */
        String device() {
            if (type != S_IFCHR && type != S_IFBLK) {
                return "";
            }
            long major = ((number >>> 8) & 0xfff) | ((number >>> 32) & 0xffff_f000L);
            long minor = (number & 0xff) | ((number >>> 12) & 0xffff_ff00L);
            return (type == S_IFCHR ? "char " : "block ") + major + ":" + minor;
        }
    }

    /** When what was found holds: for calls that lay between these times. */
    private record Finding(Optional<Real> real, long since, long until) {}

    private final LongSupplier epochNanos;
    private final Map<String, Finding> findings = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Finding> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * @param epochNanos  the time of now, on the clock of the calls
     */
    public RealPaths(LongSupplier epochNanos) {
        this.epochNanos = epochNanos;
    }

    @Override
    public Optional<Real> find(String path, int pid, long beganNanos, long endNanos) {
        if (!isPlain(path)) {
            return Optional.empty();
        }
        String key = path.startsWith("/proc/") || path.startsWith("/dev/") ? pid + path : path;
        Finding known = findings.get(key);
        if (known == null || beganNanos < known.since() || endNanos > known.until()) {
            long now = epochNanos.getAsLong();
            Walk walk = new Walk(path, pid);
            known = new Finding(walk.go(), walk.changed + SLACK_NANOS, now);
            findings.put(key, known);
        }
        if (beganNanos >= known.since() && endNanos <= known.until()) {
            return known.real();
        }
        // Where no link was, the way is in the path itself; what is there now may be another file.
        return known.real().filter(real -> real.path().equals(tidy(path))).map(real -> new Real(real.path(), ""));
    }

    private static Look look(String path) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(Path.of(path), "unix:mode,ctime,rdev", LinkOption.NOFOLLOW_LINKS);
        if (found.get("mode") instanceof Integer mode
                && found.get("rdev") instanceof Long number
                && found.get("ctime") instanceof FileTime changed) {
            return new Look(mode & S_IFMT, number, changed.to(TimeUnit.NANOSECONDS));
        }
        throw new IOException("not a file system of Unix");
    }

    /** What kind of device a file is now. */
    public static String device(String path) {
        try {
            return look(path).device();
        } catch (IOException | InvalidPathException _) {
            return "";
        }
    }

    /** A path without what leads nowhere: empty parts and dots. */
    private static String tidy(String path) {
        StringBuilder out = new StringBuilder();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty() && !part.equals(".")) {
                out.append('/').append(part);
            }
        }
        return out.isEmpty() ? "/" : out.toString();
    }

    /** Names of other bytes are not the same in Java. */
    private static boolean isPlain(String path) {
        return path.startsWith("/") && path.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '\\');
    }

    /** One look at all parts of a path. */
    private static final class Walk {
        private final int pid;
        private final Deque<String> rest = new ArrayDeque<>();
        private final List<String> parts = new ArrayList<>();
        private String device = "";
        private int links;
        long changed;

        Walk(String path, int pid) {
            this.pid = pid;
            push(path);
        }

        private void push(String path) {
            String[] more = path.split("/", -1);
            for (int index = more.length - 1; index >= 0; index--) {
                if (!more[index].isEmpty() && !more[index].equals(".")) {
                    rest.addFirst(more[index]);
                }
            }
        }

        Optional<Real> go() {
            try {
                changedAt(look("/"));
                while (!rest.isEmpty()) {
                    if (parts.equals(List.of("proc"))) {
                        return process();
                    }
                    step(rest.removeFirst());
                }
                return Optional.of(new Real("/" + String.join("/", parts), device));
            } catch (IOException | InvalidPathException _) {
                return Optional.empty();
            }
        }

        private void step(String part) throws IOException {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.removeLast();
                }
                return;
            }
            parts.add(part);
            String path = "/" + String.join("/", parts);
            Look look = look(path);
            // A file's own time of change says nothing of where its path leads; that of a folder which was looked into
            // does.
            if (!rest.isEmpty() || look.isLink()) {
                changedAt(look);
            }
            if (look.isLink()) {
                follow(path);
            } else if (rest.isEmpty()) {
                device = look.device();
            }
        }

        private void follow(String path) throws IOException {
            links++;
            if (links > MOST_LINKS) {
                throw new IOException("too many links");
            }
            String target = Files.readSymbolicLink(Path.of(path)).toString();
            parts.removeLast();
            if (target.startsWith("/")) {
                parts.clear();
            }
            push(target);
        }

        /** What is in /proc belongs to whoever looks at it: nothing there is looked at, and its links are not paths. */
        private Optional<Real> process() {
            String first = rest.removeFirst();
            for (String part : rest) {
                switch (part) {
                    case "fd", "fdinfo", "exe", "cwd", "root", "ns", "map_files", "task", ".." -> {
                        return Optional.empty();
                    }
                    default -> {
                        // It is a file or a folder.
                    }
                }
            }
            if (first.equals("thread-self") || first.equals("..")) {
                return Optional.empty();
            }
            String own = first.equals("self") ? Integer.toString(pid) : first;
            boolean table = own.equals("net") || own.equals("mounts"); // links to what is below self
            if (table) {
                own = pid + "/" + own;
            }
            String path = "/proc/" + own + (rest.isEmpty() ? "" : "/" + String.join("/", rest));
            return Optional.of(new Real(path, ""));
        }

        /** What the kernel makes up is as old as the first look at it, and does not change. */
        private void changedAt(Look look) {
            boolean madeUp = !parts.isEmpty() && parts.getFirst().equals("sys");
            if (!madeUp) {
                changed = Math.max(changed, look.changed());
            }
        }
    }
}
