// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.comparison.report.ComparisonPage;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.page.Chromium;
import dev.renacer.tracer.report.page.Readability;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.CallStack.Frame;
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

/** The page of a comparison in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComparisonPageIT {
    private static final String MARKUP = "</script><img src=x onerror=alert(x)>";

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

    private static CallFixture stacked(String path, long nanos, String... outermostFirst) {
        List<Frame> frames = Arrays.stream(outermostFirst)
                .map(name -> new Frame(Optional.of("/usr/bin/demo"), 16, Optional.of(name), 1))
                .toList();
        return CallFixture.call("openat")
                .process(TraceFixture.root())
                .args(-100, 0x1000)
                .string(1, path)
                .nanos(nanos)
                .returns(3)
                .stack(new CallStack(frames.reversed(), CallStack.End.OUTERMOST));
    }

    /** Slower at store, a new error at load, a vanished call of an old function. */
    private static Comparison comparison(boolean stacks) {
        TraceFixture before = new TraceFixture("demo");
        TraceFixture after = new TraceFixture("demo");
        for (int index = 0; index < 50; index++) {
            if (stacks) {
                before.call(stacked("/data", 100_000 + index, "main", "store"));
                after.call(stacked("/data", 200_000 + index, "main", "store"));
            } else {
                before.openAt("store", "/data", 100_000 + index);
                after.openAt("store", "/data", 200_000 + index);
            }
        }
        before.call(stacked("/old", 50_000, "main", "<b>old"));
        after.call(stacked("/new" + MARKUP, 70_000, "main", "load" + MARKUP));
        after.fail("/etc/" + MARKUP + "\u202e\n", "EACCES");
        return Comparison.of(before.end(), after.end());
    }

    private Path page(Comparison comparison) throws Exception {
        Path file = folder.resolve("comparison.html");
        try (ReportStream out = ReportStream.file(file, complaint -> {
            throw new AssertionError(complaint);
        })) {
            ComparisonPage.writeTo(
                    out,
                    comparison,
                    "a" + MARKUP + ".rnc",
                    "b.rnc",
                    FailureCondition.parse("new-errors,latency:5000%"),
                    "1.2");
        }
        return file;
    }

    private void open(Path page) {
        browser.window(1280, 900, false);
        browser.open(page);
    }

    private String tab(String name) {
        browser.click("#tab-" + name);
        browser.frames();
        return browser.text("#panel-" + name);
    }

    @Test
    void showsWhatDiffersRankedAndWhatMustNotDiffer() throws Exception {
        Path page = page(comparison(true));
        open(page);

        assertThat(browser.text("h1")).isEqualTo("a" + MARKUP + ".rnc \u2192 b.rnc");
        assertThat(browser.text("#notes")).isEqualTo("--fail-on new-errors is not kept: 1 difference.");
        assertThat(browser.text("#matches")).isEqualTo("5 differences");
        assertThat(rows("differences"))
                .satisfiesExactly(
                        row -> assertThat(row).contains("New error", "openat EACCES", "0", "1"),
                        row -> assertThat(row).contains("Slower", "/data", "100 \u00b5s", "200 \u00b5s", "+100 %"),
                        row -> assertThat(row).contains("New call", "/new" + MARKUP),
                        row -> assertThat(row).contains("New call", "/etc/" + MARKUP),
                        row -> assertThat(row).contains("Vanished call", "/old", "gone"));
        assertThat(tab("latency"))
                .contains(
                        "A 50 calls \u00b7 median 100 \u00b5s",
                        "B 50 calls \u00b7 median 200 \u00b5s",
                        "p = 7e\u221218");
        assertThat(browser.evaluate("document.querySelectorAll('#panel-latency .shift .bar-a,"
                                + " #panel-latency .shift .bar-b').length")
                        .asInt())
                .as("both distributions")
                .isGreaterThanOrEqualTo(2);
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).containsExactly(page.toUri().toString());
    }

    @Test
    void theFlameGraphIsOfBothStacksByTimeOrNumber() throws Exception {
        open(page(comparison(true)));
        String byTime = tab("flame");

        assertThat(byTime).contains("new: only in B", "gone: only in A", "much more: at least twice as much");
        assertThat(frame("store")).contains("5.00 ms", "10.0 ms", "\u25b2 +100 %");
        assertThat(frame("<b>old")).contains("50.0 \u00b5s", "0 ns", "gone");
        browser.evaluate("(select => { select.value = 'calls'; select.dispatchEvent(new Event('change')); })"
                + "(document.querySelector('#panel-flame select'))");
        browser.frames();
        assertThat(frame("store")).contains("50", "=").doesNotContain("ms");
        assertThat(browser.text("#panel-flame .path")).contains("A 51 \u2192 B 52");

        browser.evaluate("document.querySelector('#panel-flame canvas').focus()");
        browser.key("ArrowDown");
        browser.key("Enter");
        browser.frames();
        assertThat(browser.text("#panel-flame .path")).startsWith("all \u2192 (program)");
        browser.key("Escape");
        assertThat(browser.text("#panel-flame .path")).startsWith("all \u00b7");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void withoutStacksItIsByProcessFunctionCallAndPath() throws Exception {
        TraceFixture before = new TraceFixture("demo").openAt("store", "/data", 100_000);
        TraceFixture after = new TraceFixture("demo").openAt("store", "/data", 300_000);
        open(page(Comparison.of(before.end(), after.end())));

        assertThat(tab("flame"))
                .contains("Without the stacks of both recordings, which -k records")
                .contains("(program)", "store", "openat", "/data");
        assertThat(frame("/data")).contains("100 \u00b5s", "300 \u00b5s", "\u25b2\u25b2 +200 %");
    }

    @Test
    void namesAreTextWhateverTheyAre() throws Exception {
        Path page = page(comparison(true));
        open(page);

        assertThat(browser.text("#panel-differences")).contains("/etc/" + MARKUP + "\\u202e\\n");
        assertThat(tab("flame")).contains("load" + MARKUP, "<b>old");
        assertThat(browser.evaluate("document.querySelectorAll('img, b > b, #panels script').length")
                        .asInt())
                .isZero();
        assertThat(Files.readString(page, StandardCharsets.US_ASCII)).doesNotContain("onerror");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void itForbidsItselfTheNetwork() throws Exception {
        open(page(comparison(true)));

        String refused = browser.evaluate("fetch('http://127.0.0.1:9/').then(() => 'asked', () => 'refused')")
                .asText();
        assertThat(refused).isEqualTo("refused");
        assertThat(browser.complaints()).anySatisfy(told -> assertThat(told).contains("Content Security Policy"));
    }

    @Test
    void theSearchAndAKindNarrowTheList() throws Exception {
        open(page(comparison(true)));
        browser.evaluate("document.getElementById('search').focus()");
        browser.type("openat !/etc");
        browser.frames();

        assertThat(browser.text("#matches")).isEqualTo("3 of 5 differences");
        browser.click("#clear");
        browser.evaluate("(select => { select.value = 'slower'; select.dispatchEvent(new Event('change')); })"
                + "(document.getElementById('pick-kind'))");
        assertThat(rows("differences")).singleElement().asString().contains("Slower");
    }

    @Test
    void aRowIsChosenByKeysAlone() throws Exception {
        open(page(comparison(true)));
        browser.evaluate("document.querySelector('#panel-differences tbody tr').focus()");
        browser.key("ArrowDown");
        browser.key("Enter");
        browser.frames();

        assertThat(browser.text("#panel-differences .picked")).contains("Slower");
        assertThat(browser.text("#panel-differences .figure")).contains("+100 %");
    }

    @ParameterizedTest
    @CsvSource({"390, false", "390, true", "1280, true"})
    void everyoneCanReadIt(int width, boolean dark) throws Exception {
        Path page = page(comparison(true));
        browser.window(width, 900, dark);
        browser.open(page);
        for (String name : List.of("differences", "latency", "flame")) {
            tab(name);
            Readability.assertFits(browser);
            Readability.assertNamed(browser);
        }
        Readability.assertContrast(
                browser,
                List.of(
                        List.of("on-much", "grew-much"),
                        List.of("on-some", "grew"),
                        List.of("on-same", "same"),
                        List.of("on-some", "shrank"),
                        List.of("on-much", "shrank-much"),
                        List.of("side-a", "card"),
                        List.of("side-b", "card"),
                        List.of("quiet", "card")));
        assertThat(new String(browser.pdf(), StandardCharsets.ISO_8859_1)).startsWith("%PDF-");
    }

    @Test
    void twoEqualTracesHaveAPageToo() throws Exception {
        open(page(Comparison.of(new TraceFixture("demo").end(), new TraceFixture("demo").end())));

        assertThat(browser.text("#panel-differences")).contains("No difference.");
        tab("latency");
        assertThat(tab("flame")).doesNotContain("NaN", "undefined");
        assertThat(browser.text("#tiles")).doesNotContain("NaN", "undefined", "Infinity");
        assertThat(browser.complaints()).isEmpty();
    }

    private List<String> rows(String panel) {
        JsonNode rows = browser.evaluate("[...document.querySelectorAll('#panel-" + panel
                + " tbody tr')].map(row => row.innerText.replace(/\\s+/g, ' '))");
        return rows.valueStream().map(JsonNode::asText).toList();
    }

    /** The row of the table below the flame graph that has this name. */
    private String frame(String name) {
        return rows("flame").stream()
                .filter(row -> row.contains(" " + name))
                .findFirst()
                .orElse("no row of " + name);
    }
}
