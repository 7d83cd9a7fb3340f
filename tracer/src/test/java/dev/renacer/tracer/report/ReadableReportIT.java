// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.report.page.Chromium;
import dev.renacer.tracer.report.page.Readability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether everybody can read the page: windows of all widths, light and dark, paper, and those who do not see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadableReportIT {
    private static final int CALLS = 3_000;

    private Chromium browser;
    private Path synthetic;

    @BeforeAll
    void openBrowser(@TempDir Path shared) throws IOException {
        browser = Chromium.start(shared);
        synthetic = shared.resolve("synthetic.html");
        SyntheticTrace.write(synthetic, CALLS);
    }

    @AfterAll
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"390, false", "390, true", "768, false", "1280, true", "1920, false"})
    void fitsTheWindow(int width, boolean dark) {
        browser.window(width, 900, dark);
        browser.open(synthetic);

        Readability.assertFits(browser);
        assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isEqualTo(dark ? "rgb(15, 19, 24)" : "rgb(245, 246, 248)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void textCanBeTold(boolean dark) {
        browser.window(1280, 900, dark);
        browser.open(synthetic);
        List<List<String>> pairs = new ArrayList<>(List.of(
                List.of("text", "page"),
                List.of("text", "card"),
                List.of("quiet", "card"),
                List.of("quiet", "page"),
                List.of("error", "card"),
                List.of("error", "error-soft"),
                List.of("accent", "card"),
                List.of("warn", "warn-soft"),
                List.of("quiet", "hover"),
                List.of("quiet", "chosen"),
                List.of("on-wait", "cat-wait")));
        List.of("io", "file", "network", "memory", "process", "signal", "other")
                .forEach(name -> pairs.add(List.of("on-cat", "cat-" + name)));
        List.of(0, 1, 2, 3, 4).forEach(number -> pairs.add(List.of("on-flame", "flame-" + number)));

        Readability.assertContrast(browser, pairs);
    }

    @Test
    void everyControlHasAName() {
        open(synthetic);
        for (String tab : List.of("latency", "slowest", "errors", "subjects", "flame", "processes", "calls")) {
            browser.click("#tab-" + tab);
            browser.frames();
            Readability.assertNamed(browser);
        }
    }

    @Test
    void theSwitchGoesFromTheSystemsColoursToLightToDark() {
        open(synthetic);
        List<String> backgrounds = new ArrayList<>();
        for (int press = 0; press < 3; press++) {
            browser.click("#theme");
            backgrounds.add(browser.evaluate("getComputedStyle(document.body).backgroundColor")
                    .asText());
        }
        assertThat(backgrounds).containsExactly("rgb(245, 246, 248)", "rgb(15, 19, 24)", "rgb(245, 246, 248)");
    }

    @Test
    void prints() {
        open(synthetic);

        assertThat(new String(browser.pdf(), StandardCharsets.ISO_8859_1)).startsWith("%PDF-");
        assertThat(browser.complaints()).isEmpty();
    }

    private void open(Path page) {
        browser.window(1280, 900, false);
        browser.open(page);
    }
}
