// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.report.page.Chromium;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HtmlReportIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CALLS = 30_000;
    private static final long MOST_BYTES_OF_A_MILLION = 30_000_000;

    private Chromium browser;
    private Path folder;
    private Path synthetic;

    @BeforeAll
    void openBrowser(@TempDir Path shared) throws IOException {
        browser = Chromium.start(shared);
        folder = shared;
        synthetic = shared.resolve("synthetic.html");
        SyntheticTrace.write(synthetic, CALLS);
    }

    @AfterAll
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void opensWithoutAComplaintAndAsksNobody() {
        open(synthetic);

        assertThat(browser.text("#matches")).isEqualTo("30,000 calls");
        assertThat(browser.text("h1")).isEqualTo("./server --workers 6 <b>bold</b>");
        assertThat(browser.text("#facts"))
                .contains("2025-10-09 10:53:20.000000 +02:00", "Europe/Berlin", "Linux 6.12.0 amd64", "host-1");
        assertThat(browser.evaluate("document.querySelectorAll('#panel-calls .vt-window [role=row]').length")
                        .asInt())
                .as("only the rows in sight are elements")
                .isBetween(5, 100);
        for (String tab : List.of("latency", "slowest", "errors", "subjects", "flame", "processes")) {
            browser.click("#tab-" + tab);
            browser.frames();
            assertThat(browser.text("#panel-" + tab))
                    .as(tab)
                    .isNotBlank()
                    .doesNotContain("NaN", "undefined", "Infinity");
        }
        assertThat(browser.text("#notes"))
                .contains("12 events were lost", "threads went unwatched 1 time, for 40.0 ms in all");
        assertThat(browser.text("#panel-processes")).contains("40.0 ms");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).containsExactly(synthetic.toUri().toString());
    }

    @Test
    void theFilterNarrowsEveryView() {
        open(synthetic);
        browser.evaluate("document.getElementById('search').focus()");
        browser.type("connect 10.0.0.3:8080");
        settled();

        long narrowed = shown();
        assertThat(narrowed).isBetween(1L, CALLS / 20L);
        assertThat(firstCall()).startsWith("connect(").contains("10.0.0.3");
        browser.click("#tab-latency");
        assertThat(browser.evaluate("document.querySelectorAll('#panel-latency tbody tr').length")
                        .asInt())
                .isOne();
        assertThat(browser.text("#panel-latency tbody tr")).contains("connect", String.format("%,d", narrowed));
        browser.click("#clear");
        assertThat(browser.text("#matches")).isEqualTo("30,000 calls");
        browser.click("#only-errors");
        assertThat(shown()).isBetween(1L, CALLS / 2L);
        assertThat(browser.evaluate(
                                "[...document.querySelectorAll('#panel-latency tbody tr')].map(row => row.innerText).join()")
                        .asText())
                .contains("openat")
                .doesNotContain("recvfrom", "close");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theTableIsSortedByWhatItsHeadingSays() {
        open(synthetic);
        browser.click(".vt-head .vt-took button");
        browser.frames();

        assertThat(browser.evaluate("document.querySelector('.vt-head .vt-took').getAttribute('aria-sort')")
                        .asText())
                .isEqualTo("descending");
        assertThat(firstCall()).startsWith("epoll_wait(");
        browser.evaluate("document.querySelector('.vt').focus()");
        browser.key("End");
        browser.frames();
        assertThat(browser.evaluate("document.getElementById('chosen-row').getAttribute('aria-rowindex')")
                        .asInt())
                .isEqualTo(CALLS + 1);
    }

    @Test
    void theTimelineZoomsByKeysAndButtonsAndAClickShowsACall() {
        open(synthetic);
        String whole = browser.text("#view-range");
        browser.click("#zoom-in");
        viewed();
        assertThat(browser.text("#view-range")).isNotEqualTo(whole);
        browser.evaluate("document.getElementById('lanes').focus()");
        browser.key("0");
        viewed();
        assertThat(browser.text("#view-range")).isEqualTo(whole);

        JsonNode lanes = browser.evaluate(
                "(() => { document.getElementById('lanes').scrollIntoView({block: 'center'});"
                        + " const r = document.getElementById('lanes').getBoundingClientRect(); return [r.x, r.y, r.width]; })()");
        browser.click(
                lanes.get(0).asDouble() + lanes.get(2).asDouble() / 2,
                lanes.get(1).asDouble() + 34);
        browser.frames();
        assertThat(browser.text("#detail")).contains("Began", "Took", "server 5000001");
        browser.key("Escape");
        assertThat(browser.evaluate("document.getElementById('detail').hidden").asBoolean())
                .isTrue();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void namesOfFilesAndProgramsAreTextWhateverTheyAre() throws Exception {
        Path file = folder.resolve("<img src=x onerror=alert(1)>.txt");
        Files.writeString(file, "content");
        Path program = folder.resolve("<b>cat");
        Files.copy(Path.of("/bin/cat"), program);
        Path page = folder.resolve("hostile.html");
        int calls = trace(
                page, List.of("/bin/sh", "-c", "'" + program + "' '" + file + "' '" + file + ".missing'; exit 3"));
        open(page);

        assertThat(shown()).isEqualTo(calls);
        browser.click("#tab-subjects");
        assertThat(browser.text("#panel-subjects")).contains(file.toString(), "7 B");
        browser.click("#tab-processes");
        assertThat(browser.text("#panel-processes")).contains("<b>cat", "exited with 3", program.toString());
        browser.click("#tab-errors");
        assertThat(browser.text("#panel-errors")).contains(file + ".missing", "ENOENT");
        browser.evaluate("document.getElementById('search').focus()");
        browser.type("onerror=alert");
        settled();
        browser.click("#tab-calls");
        browser.frames();
        assertThat(firstCall()).contains("<img src=x onerror=alert(1)>.txt");
        assertThat(browser.evaluate("document.querySelectorAll('img, b > b, #panels script').length")
                        .asInt())
                .isZero();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).hasSize(1);
    }

    @Test
    void aPageThatWasCutShowsWhatItHasAndSaysSo() throws IOException {
        Path whole = folder.resolve("long.html");
        SyntheticTrace.write(whole, 100_000);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.html"), Arrays.copyOf(bytes, bytes.length * 9 / 10));
        open(cut);

        assertThat(shown()).isBetween(50_000L, 99_999L);
        assertThat(browser.text("#notes")).contains("This report was not completed");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aDamagedBlockIsToldAndWhatIsBeforeItIsShown() throws IOException {
        Path whole = folder.resolve("two.html");
        SyntheticTrace.write(whole, 100_000);
        String text = Files.readString(whole, StandardCharsets.US_ASCII);
        int second = text.lastIndexOf("data-calls=") + 5_000;
        Path damaged = Files.writeString(
                folder.resolve("damaged.html"), text.substring(0, second) + "AAAAAAAA" + text.substring(second + 8));
        open(damaged);

        assertThat(shown()).isBetween(50_000L, 99_999L);
        assertThat(browser.text("#notes")).contains("Block 2 of 2 is damaged");
    }

    @Test
    void aTraceOfNothingIsAPageToo() throws IOException {
        Path empty = folder.resolve("empty.html");
        SyntheticTrace.write(empty, 0);
        open(empty);

        assertThat(browser.text("#matches")).isEqualTo("0 calls");
        for (String tab : List.of("latency", "slowest", "errors", "subjects", "flame", "processes")) {
            browser.click("#tab-" + tab);
            browser.frames();
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aMillionCallsAreOneFileThatOpensAndScrolls() throws IOException {
        Path million = folder.resolve("million.html");
        SyntheticTrace.write(million, 1_000_000);
        assertThat(Files.size(million)).isLessThan(MOST_BYTES_OF_A_MILLION);
        open(million);

        assertThat(browser.text("#matches")).isEqualTo("1,000,000 calls");
        browser.evaluate("document.querySelector('.vt').focus()");
        browser.key("End");
        browser.frames();
        assertThat(browser.evaluate("document.getElementById('chosen-row').getAttribute('aria-rowindex')")
                        .asInt())
                .isEqualTo(1_000_001);
        browser.evaluate("document.getElementById('search').focus()");
        browser.type("object-777.json");
        settled();
        assertThat(shown()).isBetween(1L, 1_000L);
        assertThat(browser.complaints()).isEmpty();
    }

    private void open(Path page) {
        browser.window(1280, 900, false);
        browser.open(page);
    }

    /** What was typed has been looked for. */
    private void settled() {
        browser.evaluate("new Promise(done => { const look = () => document.getElementById('clear').hidden"
                + " ? requestAnimationFrame(look) : done(true); look(); })");
        browser.frames();
    }

    /** The timeline has come to rest. */
    private void viewed() {
        browser.evaluate("new Promise(done => { let last; let same = 0; const look = () => {"
                + " const now = document.getElementById('view-range').textContent; same = now === last ? same + 1 : 0; last = now;"
                + " same > 5 ? done(true) : requestAnimationFrame(look); }; look(); })");
    }

    private long shown() {
        String matches = browser.text("#matches");
        return Long.parseLong(matches.substring(0, matches.indexOf(' ')).replace(",", ""));
    }

    private String firstCall() {
        return browser.text("#panel-calls .vt-window .vt-call");
    }

    private static int trace(Path page, List<String> command) throws Exception {
        Descriptors descriptors = new Descriptors(Inheritance.NONE);
        int[] calls = {0};
        TraceListener counter = new TraceListener() {
            @Override
            public void onCall(SyscallCall call) {
                calls[0]++;
            }

            @Override
            public void onEvent(TraceEvent event) {}
        };
        CaptureOptions options = new CaptureOptions(
                SyscallFilter.EVERYTHING.plan(ArgumentDetail.FULL, EnumSet.allOf(Following.class)),
                RingPolicy.BLOCK,
                1 << 13,
                1 << 20,
                4096,
                true,
                Optional.empty(),
                Optional.empty());
        try (ReportStream out = ReportStream.file(page, complaint -> {
            throw new AssertionError(complaint);
        })) {
            HtmlReport report = new HtmlReport(
                    out,
                    ReportFacts.here(String.join(" ", command), "test", List.of()),
                    descriptors,
                    NameWriter.of(descriptors, NameWriter.Style.ALL),
                    TextDetail.DEFAULT);
            try (Tracing tracing = Tracing.open("report", options, List.of(descriptors, counter, report))) {
                tracing.launch(new LaunchSpec(command.getFirst(), command, Optional.empty()));
                assertThat(tracing.awaitEnd(LIMIT)).isTrue();
                assertThat(tracing.failure()).isEmpty();
            }
        }
        return calls[0];
    }
}
