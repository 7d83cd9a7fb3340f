// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code renacer -c}, {@code --stats-extended}, {@code --function-time} and {@code --anomaly-realtime} of real programs. */
class StatisticsIT {
    private static final Pattern ROW =
            Pattern.compile(" *[0-9.]+ +[0-9.]+ +[0-9]+ +(?<calls>[0-9]+)(?: +(?<errors>[0-9]+))? +(?<name>[a-z]\\w*)");

    private static final Path SCHEMA = Path.of("../docs/reference/renacer-statistics.schema.json");

    @TempDir
    Path folder = Path.of("");

    private Path program = Path.of("");

    @BeforeEach
    void compile() {
        program = folder.resolve("program");
        Path source = Launchers.repository().resolve("cli/src/test/programs/statistics.c");
        Run gcc = Run.of(List.of("gcc", "-g", "-O1", "-o", program.toString(), source.toString()));
        assertThat(gcc.code()).as(gcc.err()).isZero();
    }

    private List<String> traced() {
        return List.of(program.toString(), folder.resolve("written").toString());
    }

    private Run renacer(String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add("--");
        arguments.addAll(traced());
        return Run.renacer(arguments.toArray(String[]::new));
    }

    private Run strace(String... options) {
        List<String> command = new ArrayList<>(List.of("strace"));
        command.addAll(List.of(options));
        command.addAll(traced());
        return Run.of(command);
    }

    /** Calls and errors of each row, by name. */
    private static Map<String, String> rows(String table) {
        Map<String, String> rows = new TreeMap<>();
        table.lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .forEach(row -> rows.put(row.group("name"), row.group("calls") + "/" + row.group("errors")));
        return rows;
    }

    private JsonNode json(String... options) throws IOException {
        Path file = folder.resolve("statistics.json");
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--format", "json", "-o", file.toString()));
        Run run = renacer(all.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        return new ObjectMapper().readTree(Files.readString(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c", "--stats-extended", "--function-time", "-c --stats-extended --function-time"})
    void theDocumentIsValidByThePublishedSchema(String options) throws IOException {
        String document = json(options.split(" ")).toString();

        Validator validator = new ValidatorFactory().createValidator();
        URI schema = validator.registerSchema(Files.readString(SCHEMA));
        assertThat(validator.validate(schema, document).getErrors()).isEmpty();
    }

    private static JsonNode named(JsonNode array, String field, String name) {
        for (JsonNode node : array) {
            if (node.get(field).asText().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("no " + name + " in " + array);
    }

    @Test
    void theTableCountsWhatStraceCounts() {
        Map<String, String> expected = rows(strace("-c", "-w").err());

        assertThat(expected).containsEntry("openat", "103/50").containsKey("total");
        assertThat(rows(renacer("-c").err())).isEqualTo(expected);
        assertThat(rows(renacer("-c", "-w", "-S", "calls").err())).isEqualTo(expected);
    }

    @Test
    void theTablesOfProcessesCountWhatStraceCounts() {
        List<String> script = List.of("sh", "-c", "ls / | sort | wc -l; cat /nonexistent");
        List<String> strace = new ArrayList<>(List.of("strace", "-f", "-c", "-w"));
        strace.addAll(script);
        List<String> renacer = new ArrayList<>(List.of("-f", "-c", "--"));
        renacer.addAll(script);
        Map<String, String> expected = rows(Run.of(strace).err());
        Map<String, String> counted =
                rows(Run.renacer(renacer.toArray(String[]::new)).err());

        // How often a shell's wait is interrupted is a matter of time.
        for (Map<String, String> rows : List.of(expected, counted)) {
            rows.keySet().removeAll(List.of("wait4", "rt_sigreturn", "total", "read"));
        }
        assertThat(counted).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"time-percent,total-time,min-time,max-time,calls,name", "name,calls", "avg-time"})
    void theTableHasStracesColumns(String columns) {
        String strace = strace("-c", "-w", "-U", columns).err();
        String renacer = renacer("-c", "-U", columns).err();

        assertThat(renacer.lines().limit(2).toList())
                .isEqualTo(strace.lines().limit(2).toList());
    }

    @Test
    void rowsComeInTheOrderThatStraceHas() {
        String options = "name,calls";
        assertThat(names(renacer("-c", "-S", "name", "-U", options).err()))
                .isEqualTo(names(strace("-c", "-w", "-S", "name", "-U", options).err()));
        assertThat(names(renacer("-c").err())).startsWith("clock_nanosleep");
    }

    private static List<String> names(String table) {
        return table.lines()
                .skip(2)
                .takeWhile(line -> !line.startsWith("-"))
                .map(line -> Stream.of(line.strip().split(" +"))
                        .filter(word -> word.matches("[a-z]\\w*"))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    @Test
    void theTraceMayStandInFrontOfTheTable() {
        Run run = renacer("-C", "-e", "trace=fdatasync");

        assertThat(run.errLines().getFirst()).startsWith("fdatasync(3)");
        assertThat(rows(run.err())).containsEntry("fdatasync", "1/null");
    }

    @Test
    void percentilesStandInOneDocumentWithThoseOfEachError() throws IOException {
        JsonNode document = json("--stats-extended");
        JsonNode opens = named(document.get("calls"), "name", "openat");

        assertThat(document.get("format").asText()).isEqualTo("renacer-statistics-v1");
        assertThat(opens.get("calls").asInt()).isEqualTo(103);
        assertThat(opens.get("errors").asInt()).isEqualTo(50);
        assertThat(named(opens.get("by_errno"), "errno", "ENOENT").get("calls").asInt())
                .isEqualTo(50);
        assertThat(Stream.of("min_ns", "p50_ns", "p75_ns", "p90_ns", "p95_ns", "p99_ns", "max_ns")
                        .map(field -> opens.get(field).asLong())
                        .toList())
                .isSorted();
        JsonNode sleeps = named(document.get("calls"), "name", "clock_nanosleep");
        assertThat(sleeps.get("max_ns").asLong()).isGreaterThan(300_000_000);
        assertThat(sleeps.get("p50_ns").asLong()).isLessThan(300_000_000);
        assertThat(document.at("/not_returned/exit_group").asInt()).isEqualTo(1);
    }

    @Test
    void functionsHaveTheCallsThatTheyMakeAndThoseBelowThem() throws IOException {
        JsonNode document = json("--function-time");
        JsonNode functions = document.get("functions");

        assertThat(named(functions, "function", "load").get("own_calls").asInt())
                .isEqualTo(200);
        assertThat(named(functions, "function", "serve").get("calls").asInt()).isEqualTo(250);
        assertThat(named(functions, "function", "serve").get("own_calls").asInt())
                .isZero();
        assertThat(named(functions, "function", "pause_for").get("own_calls").asInt())
                .isEqualTo(51);
        assertThat(named(functions, "function", "save").get("own_calls").asInt())
                .isEqualTo(21);
        assertThat(named(functions, "function", "save").get("place").asText()).startsWith("statistics.c:");
        JsonNode main = named(functions, "function", "main");
        assertThat(main.get("calls").asInt()).isEqualTo(1 + 250 + 21 + 1);
        assertThat(main.get("total_ns").asLong())
                .isEqualTo(main.get("own_ns").asLong() + main.get("below_ns").asLong());
        assertThat(document.at("/hot_paths/0/functions").toString()).isEqualTo("[\"main\",\"pause_for\"]");
        assertThat(document.at("/hot_paths/0/syscall").asText()).isEqualTo("clock_nanosleep");
        assertThat(document.get("callers"))
                .anyMatch(caller -> caller.at("/caller/function").asText().equals("serve")
                        && caller.at("/callee/function").asText().equals("load")
                        && caller.get("calls").asInt() == 200);
    }

    @Test
    void functionsAreTablesOfText() {
        Run run = renacer("--function-time");

        assertThat(run.err())
                .contains("main > serve > load > openat()", "main > save > write()")
                .containsPattern(" 21 +21 +[0-9.]+ +save \\(statistics\\.c:[0-9]+\\)");
    }

    @Test
    void aSleepThatIsMuchLongerThanThoseBeforeItIsToldAtOnce() {
        Run run = renacer(
                "--anomaly-realtime",
                "-e",
                "trace=clock_nanosleep",
                "-o",
                folder.resolve("trace").toString());

        assertThat(run.errLines())
                .anyMatch(line ->
                        line.matches("renacer: anomaly: clock_nanosleep took 3[0-9]{5}\\.[0-9] us, [0-9.]+ sigma"
                                + " above its baseline of [0-9.]+ us \\(sigma [0-9.]+ us\\): High \\[pid [0-9]+\\]"))
                .anyMatch(line -> line.startsWith("renacer: anomalies: "));
    }

    @Test
    void statisticsStillStandBesideTheExportAndSpansHaveTheFunction() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = renacer("-c", "--function-time", "--otlp-endpoint", receiver.grpcUrl());

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(rows(run.err())).containsEntry("openat", "103/50");
            assertThat(run.err()).contains("main > serve > load > openat()");
            List<Span> loads = receiver.spans().stream()
                    .filter(span -> span.getAttributesList().stream()
                            .anyMatch(attribute -> attribute.getKey().equals("code.function.name")
                                    && attribute.getValue().getStringValue().equals("load")))
                    .toList();
            assertThat(loads).hasSize(200);
        }
    }

    @Test
    void whatTheTraceCostIsTold() {
        Run run = renacer("--profile-self", "-o", "/dev/null");

        assertThat(run.errLines()).hasSize(3);
        assertThat(run.errLines().get(0)).matches("renacer: profile: 303 calls, [0-9]+ stops in [0-9.]+ s");
        assertThat(run.errLines().get(1)).matches("renacer: profile: own CPU [0-9.]+ s .* MiB resident");
        assertThat(run.errLines().get(2)).startsWith("renacer: profile: the program took at least ");
    }

    @Test
    void callsInFlightAtTheEndAreTold() throws IOException {
        Process sleep = new ProcessBuilder("sleep", "1000").start();
        try {
            await().until(() -> Files.readString(Path.of("/proc", Long.toString(sleep.pid()), "syscall"))
                    .matches("(?s)[0-9]+ .*"));
            Run run = Run.renacer("-c", "--attach-for", "1s", "-p", Long.toString(sleep.pid()));

            assertThat(run.err()).containsPattern("in flight at the end: clock_nanosleep 1 \\(for [0-9.]+ s\\)");
        } finally {
            sleep.destroyForcibly();
        }
    }

    @Test
    void whatContradictsItselfIsRefusedWithTheNextStep() {
        assertThat(renacer("-c", "-S", "size").err()).contains("-S 'size' is no order of calls; there are time, calls");
        assertThat(renacer("-c", "-U", "name,name").err()).contains("-U names the column 'name' twice");
        assertThat(renacer("-S", "time").err()).contains("add -c, -C or --stats-extended");
        assertThat(renacer("-C", "--format", "json").err()).contains("-C writes a table behind the lines");
        assertThat(renacer("--stats-extended", "--format", "csv").err()).contains("use --format text, json or html");
        assertThat(renacer("--anomaly-window-size", "50").err()).contains("need --anomaly-realtime");
        assertThat(renacer("--anomaly-realtime", "--anomaly-window-size", "9").err())
                .contains("give 10 to 10000 calls");
        assertThat(renacer("--anomaly-realtime", "--anomaly-threshold", "0").err())
                .contains("give one above 0");
        assertThat(renacer("--anomaly-realtime", "--format", "json").err()).contains("with -o FILE");
    }
}
