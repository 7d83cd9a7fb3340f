// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

import com.datadoghq.profiler.JavaProfiler;
import com.datadoghq.profiler.OTelContext;
import java.nio.file.Files;
import java.nio.file.Path;

/** Has Datadog's library publish what a thread works for, and looks for files that say by their names when. */
public final class ContextWriter {
    private ContextWriter() {}

    public static void main(String[] arguments) throws Exception {
        JavaProfiler profiler = JavaProfiler.getInstance(arguments[0], null);
        look("before");
        new OTelContext(arguments[0], null, Throwable::printStackTrace)
                .setProcessContext("test", "host", "one", "shop", "1.0", "none");
        profiler.setTraceContext(
                0x1111111111111111L, 0xbbbbbbbbbbbbbbbbL, 0xaaaaaaaaaaaaaaaaL, 0xaaaaaaaaaaaaaaaaL, -1, "", -1, "");
        look("within");
        Thread other = new Thread(() -> look("other"));
        other.start();
        other.join();
        profiler.clearTraceContext();
        look("after");
    }

    private static void look(String when) {
        Files.exists(Path.of("/nonexistent", when));
    }
}
