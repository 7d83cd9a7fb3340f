// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

        assertThat(browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                        .asInt())
                .as("nothing stands out to the right")
                .isZero();
        assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isEqualTo(dark ? "rgb(15, 19, 24)" : "rgb(245, 246, 248)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void textCanBeTold(boolean dark) {
        browser.window(1280, 900, dark);
        browser.open(synthetic);
        JsonNode ratios = browser.evaluate("""
                (() => {
                  const probe = document.body.appendChild(document.createElement('p'));
                  const light = name => {
                    probe.style.color = 'var(--' + name + ')';
                    return getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(part => part / 255)
                      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                      .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
                  };
                  const pairs = [['text', 'page'], ['text', 'card'], ['quiet', 'card'], ['quiet', 'page'], ['error', 'card'],
                    ['error', 'error-soft'], ['accent', 'card'], ['warn', 'warn-soft'], ['quiet', 'hover'], ['quiet', 'chosen'],
                    ...['io', 'file', 'network', 'memory', 'process', 'signal', 'other'].map(name => ['on-cat', 'cat-' + name]),
                    ['on-wait', 'cat-wait'], ...[0, 1, 2, 3, 4].map(name => ['on-flame', 'flame-' + name])];
                  const ratios = pairs.map(([one, other]) => [light(one), light(other)].sort((a, b) => b - a))
                    .map(([more, less], at) => [pairs[at].join(' on '), (more + 0.05) / (less + 0.05)]);
                  probe.remove();
                  return ratios;
                })()""");

        ratios.forEach(pair -> assertThat(pair.get(1).asDouble())
                .as(pair.get(0).asText() + " (WCAG 2.2, 1.4.3)")
                .isGreaterThanOrEqualTo(4.5));
    }

    @Test
    void everyControlHasAName() {
        open(synthetic);
        for (String tab : List.of("latency", "slowest", "errors", "subjects", "flame", "processes", "calls")) {
            browser.click("#tab-" + tab);
            browser.frames();
            List<String> nameless = new ArrayList<>();
            for (JsonNode node :
                    browser.send("Accessibility.getFullAXTree", Map.of()).get("nodes")) {
                String role = node.path("role").path("value").asText();
                boolean control = List.of(
                                "button",
                                "textbox",
                                "searchbox",
                                "checkbox",
                                "combobox",
                                "tab",
                                "grid",
                                "application",
                                "link")
                        .contains(role);
                if (control
                        && !node.path("ignored").asBoolean()
                        && node.path("name").path("value").asText().isBlank()) {
                    nameless.add(role + " " + node.path("properties"));
                }
            }
            assertThat(nameless).as(tab).isEmpty();
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
