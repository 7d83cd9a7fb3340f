// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.notation.TextDetail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stands in the page, without a browser. */
class HtmlReportTest {
    private static final String HOSTILE = "/tmp/<img src=x onerror=alert(1)></script>.txt";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ReportStream out = new ReportStream("memory", bytes, complaint -> {
        throw new AssertionError(complaint);
    });
    private final Descriptors descriptors = Descriptors.incomplete();
    private final HtmlReport report = report(HtmlReport.MOST_CALLS);

    @Test
    void nothingOfTheTraceStandsInThePageAsItIs() {
        deliver(call("openat").args(-100, 1, 0).string(1, HOSTILE).returns(3));
        report.onEnd();

        assertThat(page())
                .doesNotContain("<img", "onerror", "evil")
                .startsWith("<!doctype html>")
                .endsWith("</html>\n");
        assertThat(PageReader.of(page()).texts(Section.SUBJECTS)).containsExactly("file\t" + HOSTILE);
        assertThat(PageReader.of(page()).facts()).contains("command\trun </script><script>evil()</script>");
    }

    @Test
    void thePageForbidsItselfEverythingButItsOwnScriptAndStyle() {
        report.onEnd();

        String withoutNamesOfNamespaces = page().replace("'http://www.w3.org/2000/svg'", "");
        assertThat(withoutNamesOfNamespaces)
                .containsPattern("content=\"default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]{44}';"
                        + " style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none';"
                        + " require-trusted-types-for 'script'; trusted-types 'none'\"")
                .doesNotContain("http://", "https://", "@import", "url(", "innerHTML", "eval(");
    }

    @Test
    void everyCallHasItsRow() {
        deliver(call("openat")
                .args(-100, 1, 0)
                .string(1, "/etc/hosts")
                .nanos(1_500)
                .returns(3));
        deliver(call("read").args(3, 2, 100).returns(87));
        deliver(call("openat").args(-100, 1, 0).string(1, "/nowhere").fails(2).thread(9));
        deliver(call("exit_group").args(0).unfinished());
        report.onEnd();

        PageReader page = PageReader.of(page());
        assertThat(page.texts(Section.CALL_NAMES)).containsExactly("file openat", "io read", "process exit_group");
        assertThat(page.numbers(Section.NAME)).containsExactly(0L, 1L, 0L, 2L);
        assertThat(page.numbers(Section.DURATION)).startsWith(1_500L);
        assertThat(page.numbers(Section.THREAD)).containsExactly(0L, 0L, 1L, 0L);
        assertThat(page.numbers(Section.THREADS)).containsExactly(7L, 0L, 9L, 0L);
        assertThat(page.numbers(Section.BYTES)).containsExactly(0L, 2 * 87L, 0L, 0L);
        assertThat(page.texts(Section.ARGUMENTS)).contains("AT_FDCWD, \"/etc/hosts\", O_RDONLY", "3, 0x2, 100", "0");
        assertThat(page.texts(Section.RESULTS))
                .containsExactly("3", "87", "-1 ENOENT (No such file or directory)", "?");
        assertThat(page.texts(Section.ERRORS)).containsExactly("2 ENOENT No such file or directory");
        assertThat(page.numbers(Section.OUTCOME)).containsExactly(0L, 0L, 2L << CallRows.FLAG_BITS, 1L);
    }

    @Test
    void processesBeginAndEnd() {
        report.onEvent(new TraceEvent.ProcessStarted(PROCESS, 100, TraceEvent.Origin.LAUNCHED));
        report.onEvent(new TraceEvent.ProcessExited(PROCESS, 300, Optional.of(4), Optional.empty(), false));
        report.onEvent(new TraceEvent.ProcessStarted(PROCESS, 400, TraceEvent.Origin.FORKED));
        report.onEnd();

        PageReader page = PageReader.of(page());
        assertThat(page.numbers(Section.EVENT_KIND)).containsExactly(0L, 2L, 0L);
        assertThat(page.numbers(Section.EVENT_VALUE)).containsExactly(0L, 4L, 0L);
        assertThat(page.texts(Section.EVENT_TEXT)).containsExactly("demo\t/usr/bin/demo", "", "demo\t/usr/bin/demo");
        assertThat(page.numbers(Section.PROCESSES))
                .as("a number given again is another process")
                .containsExactly(7L, 7L, 1L, 7L, 7L, 1L);
    }

    @Test
    void whatIsMissingIsSaid() {
        HtmlReport small = report(2);
        for (int calls = 0; calls < 5; calls++) {
            small.onCall(call("getpid").build());
        }
        small.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 6));
        small.onEnd();

        PageReader page = PageReader.of(page());
        assertThat(page.numbers(Section.NAME)).hasSize(2);
        assertThat(page.notes())
                .contains("6 events were lost because the buffer between tracer and renacer was full")
                .contains(
                        "3 later calls are not in this report, which holds 2; choose fewer with -e trace=, or write another"
                                + " format");
    }

    @Test
    void longArgumentsAreCutAndThatIsSaid() {
        deliver(call("openat")
                .args(-100, 1, 0)
                .string(1, "/" + "x".repeat(3_000))
                .fails(36));
        report.onEnd();

        PageReader page = PageReader.of(page());
        assertThat(page.texts(Section.ARGUMENTS).getFirst()).hasSize(CallRows.LONGEST_ARGUMENTS + " [cut]".length());
        assertThat(page.notes())
                .contains("1 call has longer arguments than a report holds; they are cut after 2000 characters");
    }

    @Test
    void whatHasCanBeReadBeforeTheEnd() {
        for (int calls = 0; calls < 70_000; calls++) {
            deliver(call("read").args(3, calls, 100).returns(calls % 7));
        }
        out.flush();

        assertThat(PageReader.of(page()).numbers(Section.NAME)).hasSizeGreaterThan(60_000);
    }

    @Test
    void aFullDiskEndsTheReportAndNotTheTrace() {
        List<String> complaints = new ArrayList<>();
        ReportStream full = new ReportStream(
                "/dev/full",
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                },
                complaints::add);
        HtmlReport lost = new HtmlReport(full, facts(), descriptors, NameWriter.NONE, TextDetail.DEFAULT);
        full.flush();
        lost.onCall(call("getpid").build());
        lost.onEnd();

        assertThat(complaints).singleElement().asString().contains("No space left on device");
    }

    private void deliver(CallFixture fixture) {
        SyscallCall call = fixture.build();
        descriptors.onCall(call);
        report.onCall(call);
    }

    private HtmlReport report(long mostCalls) {
        return new HtmlReport(out, facts(), descriptors, NameWriter.NONE, TextDetail.DEFAULT, mostCalls);
    }

    private static ReportFacts facts() {
        return new ReportFacts(
                "run </script><script>evil()</script>", "1", "host", "Linux", ZoneId.of("UTC"), List.of());
    }

    private String page() {
        out.flush();
        String page = bytes.toString(StandardCharsets.US_ASCII);
        return page.substring(page.lastIndexOf("<!doctype html>"));
    }
}
