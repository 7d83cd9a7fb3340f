// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real programs make of JSON and JSON Lines is valid by the published schemas. */
class JsonSchemaIT {
    private static final Path REFERENCE = Path.of("../docs/reference");

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-f -yy -v",
                "-f -s -k",
                "-e signal=none --errors-only",
            })
    void whatAShellDoesIsValid(String options) throws IOException {
        Path json = folder.resolve("t.json");
        Path lines = folder.resolve("t.jsonl");
        String[] command = (options + " --format json=" + json + " --format jsonl=" + lines + " -- sh -c").split(" ");
        String[] whole = Arrays.copyOf(command, command.length + 1);
        whole[command.length] = "ls -l /etc /nowhere | wc -l; (kill -SEGV $$); kill -TERM $$";
        assertThat(Run.renacer(whole).code()).isEqualTo(128 + 11);

        Validator validator = new ValidatorFactory().createValidator();
        URI document = validator.registerSchema(Files.readString(REFERENCE.resolve("renacer-json.schema.json")));
        URI line = validator.registerSchema(Files.readString(REFERENCE.resolve("renacer-jsonl.schema.json")));
        assertThat(validator.validate(document, Files.readString(json)).getErrors())
                .isEmpty();
        assertThat(Files.readAllLines(lines))
                .hasSizeGreaterThan(10)
                .allSatisfy(text ->
                        assertThat(validator.validate(line, text).getErrors()).isEmpty());
    }
}
