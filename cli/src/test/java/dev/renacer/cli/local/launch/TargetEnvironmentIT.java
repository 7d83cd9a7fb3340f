// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables set for the traced program reach it and configure nothing of the tracer. */
class TargetEnvironmentIT {
    @Test
    void flagsOfAnExportThatNobodyAsksForAreTold() {
        Run run = renacer(
                Map.of(), "-o", "/dev/null", "--otlp-service-name", "shop", "--error-status", "all", "--", "true");
        assertThat(run.errLines())
                .containsExactly("renacer: no spans are exported, so --otlp-service-name and --error-status have no"
                        + " effect; name a receiver with --otlp-endpoint");
        assertThat(run.code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JAVA_TOOL_OPTIONS | -javaagent:/nonexistent/agent.jar",
                "JAVA_TOOL_OPTIONS | -agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=1",
                "JDK_JAVA_OPTIONS  | --no-such-option",
                "_JAVA_OPTIONS     | -Xmx1m",
                "_JAVA_LAUNCHER_DEBUG | 1",
                "CLASSPATH         | /nonexistent",
                "JAVA_HOME         | /nonexistent",
                "LD_LIBRARY_PATH   | /nonexistent",
                "LD_DEBUG          | libs",
                "MALLOC_PERTURB_   | 165",
                "GLIBC_TUNABLES    | glibc.malloc.tcache_count=0",
                "LOCPATH           | /nonexistent",
                "LC_ALL            | no_SUCH",
            })
    void aVariableReachesTheProgramAlone(String name, String value) {
        Map<String, String> environment = Map.of(name, value);
        Run run = Run.of(
                Launchers.command(
                        "renacer", List.of("-o", "/dev/null", "--", "/bin/sh", "-c", "printf %s \"$" + name + "\"")),
                environment);
        assertThat(run.out()).isEqualTo(value);
        assertThat(run.code()).isZero();
        if (!name.equals("LD_DEBUG")) { // which is the program's to answer
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void aPreloadedLibraryIsLoadedByTheProgramAlone() {
        Run run = renacer(Map.of("LD_PRELOAD", "/nonexistent/preloaded.so"), "-o", "/dev/null", "--", "/bin/true");
        assertThat(run.errLines())
                .singleElement()
                .asString()
                .startsWith("ERROR: ld.so")
                .contains("ignored");
        assertThat(run.code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_EXPORTER_OTLP_ENDPOINT | collector:4317   | has no scheme",
                "OTEL_EXPORTER_OTLP_ENDPOINT | grpc://host:4317 | not http or https",
                "OTEL_EXPORTER_OTLP_PROTOCOL | http/json        | must be grpc or http/protobuf",
                "OTEL_EXPORTER_OTLP_TIMEOUT  | 10s              | must be a number of milliseconds",
                "OTEL_EXPORTER_OTLP_COMPRESSION | zstd          | must be gzip or none",
                "OTEL_EXPORTER_OTLP_CERTIFICATE | /nonexistent  | does not exist; give a file in PEM",
                "OTEL_EXPORTER_OTLP_CLIENT_KEY  | /nonexistent  | mutual TLS needs both",
                "OTEL_EXPORTER_OTLP_HEADERS  | no-value         | OTEL_EXPORTER_OTLP_HEADERS",
                "OTEL_RESOURCE_ATTRIBUTES    | no-value         | OTEL_RESOURCE_ATTRIBUTES",
            })
    void anUnusableOtelVariableIsAWarningUnlessAFlagAsksForExport(String name, String value, String message) {
        Map<String, String> environment = name.endsWith("ENDPOINT")
                ? Map.of(name, value)
                : Map.of(name, value, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
        Run run = renacer(environment, "-o", "/dev/null", "--", "sh", "-c", "printf %s \"$" + name + "\"; exit 3");
        assertThat(run.errLines())
                .singleElement()
                .asString()
                .startsWith("renacer: ")
                .contains(message)
                .endsWith("; no spans are exported");
        assertThat(run.out()).isEqualTo(value);
        assertThat(run.code()).isEqualTo(3);

        if (!name.endsWith("ENDPOINT")) { // which the flag replaces
            Run asked = renacer(Map.of(name, value), "--otlp-endpoint", "http://127.0.0.1:9", "--", "true");
            assertThat(asked.errLines()).singleElement().asString().contains(message);
            assertThat(asked.code()).isEqualTo(2);
        }
    }

    private static Run renacer(Map<String, String> environment, String... arguments) {
        return Run.of(Launchers.command("renacer", List.of(arguments)), environment);
    }
}
