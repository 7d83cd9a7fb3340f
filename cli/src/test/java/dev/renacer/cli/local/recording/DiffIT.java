// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code renacer diff} of recordings of real programs. */
class DiffIT {
    @TempDir
    Path folder = Path.of("");

    private Path config = Path.of("");

    @BeforeEach
    void configure() throws IOException {
        config = Files.writeString(folder.resolve("config"), "x");
    }

    /** Records a cat of the configuration, whose child is a shell's. */
    private String recorded(String name) {
        String file = folder.resolve(name).toString();
        Run run = Run.renacer(
                "record",
                "-f",
                "-e",
                "trace=openat",
                "-o",
                file,
                "--",
                "sh",
                "-c",
                "LC_ALL=C cat '" + config + "'; true");
        assertThat(run.code()).as(run.err()).isZero();
        return file;
    }

    @Test
    void aFileThatIsGoneFailsABuildThatAllowsNoNewErrors() throws IOException {
        String before = recorded("before.rnc");
        Files.delete(config);
        String after = recorded("after.rnc");
        Run run = Run.renacer("diff", "--fail-on", "new-errors", before, after);

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).contains("New errors (1)").containsPattern("ENOENT {2}openat {2}/.*config {2}in .*/cat");
        assertThat(run.err()).contains("--fail-on new-errors: 1 difference");
    }

    @Test
    void whatIsTheSameKeepsEveryCondition() {
        String conditions = "new-errors,new-calls,vanished-calls,calls:10%";
        Run run = Run.renacer("diff", "--fail-on", conditions, recorded("a.rnc"), recorded("b.rnc"));

        assertThat(run.code()).as(run.out()).isZero();
    }

    @Test
    void programsReadOneDocumentThatIsValidByThePublishedSchema() throws IOException {
        Run run = Run.renacer("diff", "--format", "json", recorded("a.rnc"), recorded("b.rnc"));

        Validator validator = new ValidatorFactory().createValidator();
        URI schema = validator.registerSchema(Files.readString(Path.of("../docs/reference/renacer-diff.schema.json")));
        assertThat(validator.validate(schema, run.out()).getErrors()).isEmpty();
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.get("format").asText()).isEqualTo("renacer-diff-v1");
        assertThat(json.at("/a/calls").asInt())
                .isPositive()
                .isEqualTo(json.at("/b/calls").asInt());
    }

    @Test
    void aRecordingThatIsCutIsComparedAndTold() throws IOException {
        String whole = recorded("a.rnc");
        byte[] bytes = Files.readAllBytes(Path.of(whole));
        Path cut = Files.write(folder.resolve("cut.rnc"), Arrays.copyOf(bytes, bytes.length - 10));
        Run run = Run.renacer("diff", whole, cut.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("is not whole");
    }

    @Test
    void aPageGoesToItsFileBesideTheText() throws IOException {
        Path page = folder.resolve("diff.html");
        Run run = Run.renacer(
                "diff", "--format", "text", "--format", "html=" + page, recorded("a.rnc"), recorded("b.rnc"));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("A  ").contains("No difference.");
        assertThat(Files.readString(page))
                .startsWith("<!doctype html>")
                .contains("class=\"document\"", "class=\"distributions\"", "class=\"tree\"")
                .endsWith("</html>\n");
    }

    @Test
    void aPageGoesToStandardOutputIfItHasNoFile() {
        Run run = Run.renacer("diff", "--format", "html", recorded("a.rnc"), recorded("b.rnc"));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("<!doctype html>").endsWith("</html>\n");
    }

    @Test
    void nothingIsWrittenOverARecordingOrTwiceToOnePlace() {
        String before = recorded("a.rnc");
        Run over = Run.renacer("diff", "--format", "html=" + before, before, before);
        Run twice = Run.renacer("diff", "--format", "text", "--format", "html", before, before);

        assertThat(over.code()).isEqualTo(2);
        assertThat(over.err()).contains("would write over '" + before + "', which is compared");
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err())
                .contains("written to standard output; give one of them a file of its own: --format html=FILE");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldWithItsCause() {
        String file = recorded("a.rnc");
        Run run = Run.renacer("diff", "--format", "html=" + folder.resolve("none/diff.html"), file, file);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("cannot write to '", "none/diff.html", "no such file or folder");
    }

    @Test
    void whatIsNoConditionIsToldWithThoseThereAre() {
        Run run = Run.renacer("diff", "--fail-on", "errors", "a.rnc", "b.rnc");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("'errors' is nothing to fail on; there are new-errors");
    }
}
