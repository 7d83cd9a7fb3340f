// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.CallStack.Frame;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.statistics.FunctionTimes.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class FunctionTimesTest {
    private static final String LIBC = "/usr/lib/x86_64-linux-gnu/libc.so.6";
    private static final String PROGRAM = "/usr/bin/demo";

    private final FunctionTimes times = new FunctionTimes();

    private static Frame frame(String file, String function) {
        return new Frame(Optional.of(file), 0x1000, Optional.of(function).filter(name -> !name.isEmpty()), 4);
    }

    /** A stack in libc that the program's functions lead to, the innermost first. */
    private static CallStack stack(String... functions) {
        List<Frame> frames = new ArrayList<>();
        frames.add(frame(LIBC, "write"));
        for (String function : functions) {
            frames.add(frame(PROGRAM, function));
        }
        frames.add(frame(LIBC, "__libc_start_main"));
        frames.add(frame(PROGRAM, "_start"));
        return new CallStack(frames, CallStack.End.OUTERMOST);
    }

    private static SourceLocation source(String function) {
        return new SourceLocation(Optional.of(function), Optional.of("/src/demo.c"), 7);
    }

    private void made(String name, long nanos, CallStack stack, SourceLocation source) {
        times.onCall(call(name).nanos(nanos).stack(stack).source(source).build());
    }

    private Function function(String name) {
        return times.functions().stream()
                .filter(function -> function.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFunctionHasItsOwnCallsAndThoseOfWhatItCalled() {
        CallStack deep = stack("store", "serve", "main");
        made("write", 1_000, deep, source("store"));
        made("write", 3_000, deep, source("store"));
        made("read", 500, stack("serve", "main"), source("serve"));

        assertThat(function("main").all().count()).isEqualTo(3);
        assertThat(function("main").all().totalNanos()).isEqualTo(4_500);
        assertThat(function("main").own().count()).isZero();
        assertThat(function("main").belowNanos()).isEqualTo(4_500);
        assertThat(function("serve").own().totalNanos()).isEqualTo(500);
        assertThat(function("serve").belowNanos()).isEqualTo(4_000);
        assertThat(function("store").own().totalNanos()).isEqualTo(4_000);
        assertThat(function("store").belowNanos()).isZero();
        assertThat(function("store").place()).contains("demo.c:7");
        assertThat(times.functions()).extracting(Function::name).containsExactly("main", "serve", "store");
        assertThat(times.totalNanos()).isEqualTo(4_500);
    }

    @Test
    void theHottestPathIsFirstWithTheCallAtItsEnd() {
        made("read", 500, stack("serve", "main"), source("serve"));
        made("write", 4_000, stack("store", "serve", "main"), source("store"));

        FunctionTimes.Way hottest = times.ways().getFirst().getKey();
        assertThat(hottest.functions()).extracting(Function::name).containsExactly("store", "serve", "main");
        assertThat(hottest.call()).isEqualTo("write");
        assertThat(times.ways().getFirst().getValue().totalNanos()).isEqualTo(4_000);
    }

    @Test
    void callersHaveTheTimeBelowThem() {
        made("read", 500, stack("serve", "main"), source("serve"));
        made("write", 4_000, stack("store", "serve", "main"), source("store"));

        assertThat(times.callers())
                .extracting(entry -> entry.getKey().caller().name() + ">"
                        + entry.getKey().callee().name() + " "
                        + entry.getValue().totalNanos())
                .containsExactly("main>serve 4500", "serve>store 4000");
    }

    @Test
    void aRecursiveFunctionIsCountedOnce() {
        made("write", 1_000, stack("walk", "walk", "walk", "main"), source("walk"));

        assertThat(function("walk").all().totalNanos()).isEqualTo(1_000);
        assertThat(function("walk").all().count()).isEqualTo(1);
        assertThat(times.callers()).hasSize(2);
    }

    @Test
    void aMangledSymbolHasTheNameThatItsSourceGivesIt() {
        CallStack stack = stack("_ZN4demo5Store4saveEv", "main");
        made("write", 1_000, stack, source("save"));
        made("write", 1_000, stack("helper", "_ZN4demo5Store4saveEv", "main"), source("helper"));

        assertThat(function("save").all().count()).isEqualTo(2);
        assertThat(times.functions()).extracting(Function::name).containsExactly("main", "save", "helper");
    }

    @Test
    void aFunctionThatACompilerHasSplitIsStillTheSame() {
        made("write", 1_000, stack("save.constprop.0", "main"), source("save"));

        assertThat(times.functions()).extracting(Function::name).containsExactly("main", "save");
    }

    @Test
    void anInlinedFunctionIsCalledByTheOneItIsIn() {
        made("write", 1_000, stack("outer", "main"), source("inlined"));

        assertThat(function("inlined").own().count()).isEqualTo(1);
        assertThat(function("outer").own().count()).isZero();
        assertThat(function("outer").belowNanos()).isEqualTo(1_000);
    }

    @Test
    void aLanguagesLibraryInFrontOfTheUsersCodeIsLeftOut() {
        made(
                "write",
                1_000,
                stack("syscall.Syscall", "os.(*File).Write", "main.greet", "main.main"),
                source("main.greet"));

        assertThat(times.functions()).extracting(Function::name).containsExactly("main.main", "main.greet");
        assertThat(function("main.greet").own().count()).isEqualTo(1);
    }

    @Test
    void anInterpreterIsLeftOutBetweenTheFunctionsItRuns() {
        CallStack stack = new CallStack(
                List.of(
                        frame(LIBC, "write"),
                        frame("/usr/bin/python3.13", "_Py_write"),
                        new Frame(Optional.empty(), 7, Optional.of("py::greet"), 1),
                        frame("/usr/bin/python3.13", "_PyEval_EvalFrameDefault"),
                        new Frame(Optional.empty(), 8, Optional.of("py::run"), 1),
                        frame("/usr/bin/python3.13", "Py_RunMain")),
                CallStack.End.OUTERMOST);
        made("write", 1_000, stack, source("py::greet"));

        assertThat(times.functions()).extracting(Function::name).containsExactly("py::run", "py::greet");
    }

    @Test
    void anInterpretersOwnFunctionsHaveTheirCallers() {
        CallStack stack = new CallStack(
                List.of(
                        frame(LIBC, "write"),
                        frame("/usr/bin/python3.13", "_Py_write"),
                        frame("/usr/bin/python3.13", "Py_RunMain")),
                CallStack.End.OUTERMOST);
        made("write", 1_000, stack, source("_Py_write"));

        assertThat(times.functions()).extracting(Function::name).containsExactly("Py_RunMain", "_Py_write");
    }

    @Test
    void withoutSourceTheSymbolsOfTheProgramCount() {
        times.onCall(call("write").nanos(700).stack(stack("save", "main")).build());

        assertThat(function("save").own().totalNanos()).isEqualTo(700);
    }

    @Test
    void whatTheLoaderDoesIsTheLoaders() {
        CallStack loader = new CallStack(
                List.of(
                        frame("/usr/lib64/ld-linux-x86-64.so.2", "mmap64"),
                        frame("/usr/lib64/ld-linux-x86-64.so.2", "_dl_map_object")),
                CallStack.End.OUTERMOST);
        times.onCall(call("mmap").nanos(900).stack(loader).build());

        assertThat(function("[ld-linux-x86-64.so.2]").own().totalNanos()).isEqualTo(900);
    }

    @Test
    void aStrippedProgramIsOneFunction() {
        times.onCall(call("write").nanos(900).stack(stack("", "")).build());

        assertThat(function("[demo]").own().totalNanos()).isEqualTo(900);
    }

    @Test
    void callsWithoutAStackAreCountedAndTold() {
        times.onCall(call("write").nanos(900).build());

        assertThat(times.withoutStack()).isEqualTo(1);
        assertThat(function("[unknown]").own().totalNanos()).isEqualTo(900);
    }

    @Test
    void functionsOfTheSameNameInDifferentFilesAreToldApart() {
        times.onCall(call("write").nanos(1).stack(stack("main")).build());
        CallStack other = new CallStack(List.of(frame("/usr/bin/other", "main")), CallStack.End.OUTERMOST);
        times.onCall(call("write").nanos(2).stack(other).build());

        assertThat(times.functions()).extracting(Function::module).containsExactly("other", "demo");
        assertThat(times.functions()).allMatch(times::isNamesake);
    }

    @Test
    void unfinishedCallsTakeNoTime() {
        times.onCall(
                call("exit_group").nanos(900).stack(stack("main")).unfinished().build());

        assertThat(times.functions()).isEmpty();
    }

    @Test
    void theP99OfAFunctionIsThatOfAllCallsBelowIt() {
        CallStack stack = stack("store", "main");
        for (int index = 1; index <= 1_000; index++) {
            made("write", index * 1_000L, stack, source("store"));
        }

        assertThat(function("main").all().percentileNanos(99).orElseThrow())
                .isCloseTo(990_000L, Percentage.withPercentage(1));
    }

    @Test
    void moreFunctionsThanAreKeptShareOneRow() {
        for (int index = 0; index < FunctionTimes.MOST_FUNCTIONS + 5; index++) {
            times.onCall(call("write").nanos(1).stack(stack("f" + index)).build());
        }

        assertThat(function("[other functions]").own().count()).isEqualTo(5);
        assertThat(times.totalNanos()).isEqualTo(FunctionTimes.MOST_FUNCTIONS + 5);
    }
}
