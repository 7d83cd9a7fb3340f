// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.AotCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Trains the AOT cache of {@code renacer}: traces programs that every machine has, with the options people use most. */
final class AotTraining {
    /** SCRIPT is the path of {@link #TRACED}. */
    private static final String COMMANDS = """
            -o /dev/null -- true
            -f -T -tt -o /dev/null -- sh SCRIPT
            -f -c -o /dev/null -- sh SCRIPT
            -f -yy -v --string-limit 100 -o /dev/null -- sh SCRIPT
            -f -s -o /dev/null -- sh SCRIPT
            -f --format json -o /dev/null -- sh SCRIPT
            -f --format csv -o /dev/null -- sh SCRIPT
            -f --format jsonl -o /dev/null -- sh SCRIPT
            -f --format perfetto -o /dev/null -- sh SCRIPT
            -e trace=file -e status=failed -o /dev/null -- ls /
            --no-such-option
            --help
            """;

    private static final String TRACED = """
            for number in 1 2 3; do
                ls -l / /proc/self/fd | sort >/dev/null
                cat /etc/hosts /nonexistent 2>&1 | wc -l >/dev/null
            done
            sleep 0.01 & kill -0 $!
            wait
            """;

    private AotTraining() {}

    /** Arguments: the folder with the jars, where the cache goes too; the JVM's options; the folder with the native files. */
    public static void main(String[] args) throws Exception {
        AotCache cache = new AotCache(Path.of(args[0]), Path.of(args[1]), "renacer");
        Path nativeFiles = Path.of(args[2]).toAbsolutePath();
        cache.make(COMMANDS + TRACED, folder -> train(cache, folder, nativeFiles));
    }

    private static void train(AotCache cache, Path folder, Path nativeFiles) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("traced.sh"), TRACED);
        cache.train(
                folder,
                Map.of(),
                List.of(
                        "-Drenacer.library.path=" + nativeFiles.resolve("librenacer.so"),
                        "-Drenacer.symbolizer=" + nativeFiles.resolve("renacer-symbolize")),
                TrainingRun.class.getName(),
                COMMANDS.replace("SCRIPT", script.toString()),
                // A builder in a sandbox may not trace: the cache then serves what comes before.
                _ -> true);
    }
}
