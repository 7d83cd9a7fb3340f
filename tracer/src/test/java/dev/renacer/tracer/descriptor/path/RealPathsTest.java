// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.descriptor.path.RealPaths.Real;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths of calls that the test says were made long after, or just before, the files were last changed. */
class RealPathsTest {
    private static final int PID = 77;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    @TempDir
    Path folder = Path.of("");

    private long now;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(folder.resolve("real/below"));
        Files.writeString(folder.resolve("real/below/file"), "");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));
        Files.createSymbolicLink(folder.resolve("real/last"), folder.resolve("real/below/file"));
        now = changed(folder.resolve("link")) + 2 * HOUR;
    }

    private static long changed(Path path) throws IOException {
        return ((FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS)).to(TimeUnit.NANOSECONDS);
    }

    private Optional<String> later(RealPaths paths, String path) {
        return paths.find(path, PID, now - HOUR, now - HOUR + 1).map(Real::path);
    }

    @Test
    void linksAreFollowedAndDotsAreGone() {
        RealPaths paths = new RealPaths(() -> now);
        String file = folder.resolve("real/below/file").toString();

        assertThat(later(paths, folder + "/link/below/file")).contains(file);
        assertThat(later(paths, folder + "/link/last")).contains(file);
        assertThat(later(paths, folder + "//link/./below/../below/file")).contains(file);
        assertThat(later(paths, folder.toString())).contains(folder.toString());
        assertThat(later(paths, folder + "/none")).isEmpty();
    }

    @Test
    void whatHasChangedSinceTheCallBeganIsNotSaid() throws IOException {
        RealPaths paths = new RealPaths(() -> now);
        long change = changed(folder.resolve("link"));

        assertThat(paths.find(folder + "/link/below/file", PID, change - 1, change + 1))
                .isEmpty();
        assertThat(paths.find(folder + "/link/below/file", PID, change + 1, change + 2))
                .isEmpty(); // the clock is coarse
        assertThat(later(paths, folder + "/link/below/file")).isPresent();
    }

    @Test
    void whatWasFoundHoldsForCallsThatHadReturnedByThenAndNoOthers() throws IOException {
        RealPaths paths = new RealPaths(() -> now);
        assertThat(later(paths, folder + "/link/below/file")).isPresent();
        Files.delete(folder.resolve("link"));

        assertThat(later(paths, folder + "/link/below/file")).isPresent();
        assertThat(paths.find(folder + "/link/below/file", PID, now + 1, now + 2))
                .isEmpty();
    }

    @Test
    void devicesHaveTheirNumbers() {
        assertThat(new RealPaths(() -> Long.MAX_VALUE).find("/dev/null", PID, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1))
                .contains(new Real("/dev/null", "char 1:3"));
    }

    @Test
    void whatIsOfAProcessIsNotLookedAtByAnother() {
        RealPaths paths = new RealPaths(() -> now);

        assertThat(later(paths, "/proc/self/maps")).contains("/proc/77/maps");
        assertThat(later(paths, "/proc/filesystems")).contains("/proc/filesystems");
        assertThat(later(paths, "/proc/self/fd/0")).isEmpty();
        assertThat(later(paths, "/proc/self/root/etc")).isEmpty();
        assertThat(later(paths, "/proc/thread-self/maps")).isEmpty();
    }

    @Test
    void pathsOfOtherBytesStayAsTheyAre() {
        assertThat(later(new RealPaths(() -> now), folder + "/\u00e4")).isEmpty();
    }
}
