// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.report.page.Chromium;
import dev.renacer.tracer.report.page.Readability;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.statistics.RowOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of statistics in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatisticsPageIT {
    private static final String MARKUP = "</script><img src=x onerror=alert(1)>";

    private Chromium browser;
    private Path folder;

    @BeforeAll
    void openBrowser(@TempDir Path shared) throws IOException {
        folder = shared;
        browser = Chromium.start(shared);
    }

    @AfterAll
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    private static CallStack stack(String... functions) {
        return new CallStack(
                Arrays.stream(functions)
                        .map(name -> new CallStack.Frame(Optional.of("/bin/demo"), 1, Optional.of(name), 1))
                        .toList(),
                CallStack.End.OUTERMOST);
    }

    private Path page(boolean functions) throws IOException {
        Path file = folder.resolve("statistics.html");
        try (ReportStream out = ReportStream.file(file, complaint -> {
            throw new AssertionError(complaint);
        })) {
            StatisticsOutput output = new StatisticsOutput(
                    out,
                    StatisticsOutput.Format.HTML,
                    "1.2",
                    new Content(true, false, functions, RowOrder.TIME, SummaryColumn.USUAL),
                    () -> ReportFacts.here("demo " + MARKUP, "1.2", List.of()));
            for (int index = 1; index <= 100; index++) {
                output.onCall(call("read")
                        .nanos(index * 1_000L)
                        .stack(stack("load" + MARKUP, "main"))
                        .build());
            }
            output.onCall(
                    call("openat").nanos(2_000).fails(2).stack(stack("main")).build());
            output.onCall(call("openat").nanos(4_000).stack(stack("main")).build());
            output.onCall(call("exit_group").unfinished().build());
            output.onEnd();
        }
        return file;
    }

    private String tab(String name) {
        browser.click("#tab-" + name);
        browser.frames();
        return browser.text("#panel-" + name);
    }

    private List<String> rows(String panel) {
        JsonNode rows = browser.evaluate("[...document.querySelectorAll('#panel-" + panel
                + " tbody tr')].map(row => row.innerText.replace(/\\s+/g, ' '))");
        return rows.valueStream().map(JsonNode::asText).toList();
    }

    @Test
    void callsHavePercentilesAndAHistogramThoughOnlyTheTableWasAskedFor() throws IOException {
        Path page = page(false);
        browser.window(1280, 900, false);
        browser.open(page);

        assertThat(browser.text("h1")).isEqualTo("demo " + MARKUP);
        assertThat(browser.text("#notes")).isEqualTo("Not returned, and so in no table: exit_group 1.");
        assertThat(rows("calls"))
                .satisfiesExactly(
                        row -> assertThat(row)
                                .startsWith("99.9 % 5.05 ms 100")
                                .contains("read", "1.00 \u00b5s", "50.5"),
                        row -> assertThat(row).contains("6.00 \u00b5s 2 1 openat"));
        assertThat(browser.text("#panel-calls .figure")).contains("read", "p99 99.0 \u00b5s", "longest 100 \u00b5s");
        assertThat(browser.evaluate("document.querySelectorAll('#panel-calls .histogram .bar').length")
                        .asInt())
                .isGreaterThan(10);
        assertThat(tab("errors")).contains("ENOENT", "openat", "50 %");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).containsExactly(page.toUri().toString());
    }

    @Test
    void functionsHotPathsAndCallersAreTables() throws IOException {
        Path page = page(true);
        browser.window(1280, 900, false);
        browser.open(page);

        assertThat(rows("functions"))
                .satisfiesExactly(
                        row -> assertThat(row).contains("100 %", "main"),
                        row -> assertThat(row).contains("5.05 ms 5.05 ms 0 ns 100 100", "load" + MARKUP));
        assertThat(tab("paths")).contains("main \u2192 load" + MARKUP + " \u2192 read()");
        tab("callers");
        assertThat(rows("callers")).singleElement().asString().contains("main demo", "load" + MARKUP);
        assertThat(tab("calls")).contains("read");
        assertThat(browser.evaluate("document.querySelectorAll('img, b > b, #panels script').length")
                        .asInt())
                .isZero();
        assertThat(Files.readString(page, StandardCharsets.US_ASCII)).doesNotContain("onerror");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aHeadingSortsAndAWordNarrows() throws IOException {
        browser.window(1280, 900, false);
        browser.open(page(true));
        tab("calls");
        browser.evaluate("[...document.querySelectorAll('#panel-calls th button')]"
                + ".find(button => button.innerText.startsWith('Errors')).click()");
        assertThat(rows("calls").getFirst()).contains("openat");

        browser.evaluate("document.getElementById('search').focus()");
        browser.type("read");
        browser.frames();
        assertThat(rows("calls")).singleElement().asString().contains("read");
        assertThat(browser.text("#matches")).isEqualTo("1 of 2 rows");
    }

    @ParameterizedTest
    @CsvSource({"390, false", "390, true", "1280, true"})
    void everyoneCanReadIt(int width, boolean dark) throws IOException {
        Path page = page(true);
        browser.window(width, 900, dark);
        browser.open(page);
        for (String name : List.of("functions", "paths", "callers", "calls", "errors")) {
            tab(name);
            Readability.assertFits(browser);
            Readability.assertNamed(browser);
        }
        assertThat(new String(browser.pdf(), StandardCharsets.ISO_8859_1)).startsWith("%PDF-");
    }
}
