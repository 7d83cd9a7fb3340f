// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.dist;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A manual page in the macros of man(7), made from a command's own help: its options and those of its subcommands. Part of the build.
 */
final class ManPage {
    /** Of a row that picocli makes of an option: the columns before the description. */
    private static final int NAME_COLUMNS = 4;

    private final StringBuilder page = new StringBuilder();
    private final String name;

    private ManPage(String name) {
        this.name = name;
    }

    /**
     * The page.
     *
     * @param name     how the command is called, as the page is called too
     * @param date     of this version, as YYYY-MM-DD
     * @param version  of the whole
     * @param related  the names of other pages
     */
    static String of(
            CommandLine command, String name, String purpose, String date, String version, List<String> related) {
        ManPage page = new ManPage(name);
        page.head(purpose, date, version);
        page.synopsis(command);
        page.section("DESCRIPTION");
        page.paragraphs(List.of(command.getCommandSpec().usageMessage().description()));
        page.options("OPTIONS", command);
        List<CommandLine> verbs = command.getSubcommands().values().stream()
                .distinct()
                .filter(verb -> !verb.getCommandSpec().usageMessage().hidden())
                .toList();
        if (!verbs.isEmpty()) {
            page.section("COMMANDS");
            verbs.forEach(page::verb);
        }
        page.footer(List.of(command.getCommandSpec().usageMessage().footer()));
        if (!related.isEmpty()) {
            page.section("SEE ALSO");
            page.line(related.stream().map(other -> escaped(other) + "(1)").collect(Collectors.joining(", ")));
        }
        return page.page.toString();
    }

    private void head(String purpose, String date, String version) {
        macro(
                "TH",
                quoted(name.toUpperCase(java.util.Locale.ROOT)),
                "1",
                quoted(date),
                quoted("Renacer " + version),
                quoted(""));
        section("NAME");
        line(name + " \\- " + escaped(purpose));
    }

    private void synopsis(CommandLine command) {
        section("SYNOPSIS");
        String[] custom = command.getCommandSpec().usageMessage().customSynopsis();
        List<String> forms = custom.length > 0
                ? List.of(custom)
                : List.of(command.getHelp().synopsis(0).strip());
        for (String form : forms) {
            macro("PP");
            int end = Stream.of(command.getCommandName(), name)
                    .filter(form::startsWith)
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            line("\\fB" + escaped(form.substring(0, end)) + "\\fR" + escaped(form.substring(end)));
        }
    }

    private void verb(CommandLine verb) {
        macro("SS", quoted(verb.getCommandName()));
        line(escaped(verb.getHelp().synopsis(0).strip()));
        paragraphs(List.of(verb.getCommandSpec().usageMessage().description()));
        items(verb);
        paragraphs(List.of(verb.getCommandSpec().usageMessage().footer()));
    }

    private void options(String title, CommandLine command) {
        section(title);
        items(command);
    }

    private void items(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        Stream.concat(spec.positionalParameters().stream(), spec.options().stream())
                .filter(item -> !item.hidden())
                .forEach(item -> item(command.getHelp(), item));
    }

    private void item(Help help, ArgSpec item) {
        Text[][] rows = rows(help, item);
        String names = Stream.of(rows[0])
                .limit(NAME_COLUMNS)
                .map(Text::plainString)
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "))
                .replace(" , ", ", ");
        macro("TP");
        line("\\fB" + escaped(names) + "\\fR");
        boolean first = true;
        for (Text[] row : rows) {
            String text = row[NAME_COLUMNS].plainString().strip();
            if (!text.isEmpty()) {
                if (!first) {
                    macro("br");
                }
                line(escaped(text));
                first = false;
            }
        }
    }

    private static Text[][] rows(Help help, ArgSpec item) {
        return item instanceof CommandLine.Model.OptionSpec option
                ? help.createDefaultOptionRenderer()
                        .render(option, help.createDefaultParamLabelRenderer(), help.colorScheme())
                : help.createDefaultParameterRenderer()
                        .render(
                                (CommandLine.Model.PositionalParamSpec) item,
                                help.createDefaultParamLabelRenderer(),
                                help.colorScheme());
    }

    /** What stands below the options: paragraphs, of which "Examples:" is a section of its own. */
    private void footer(List<String> lines) {
        section("NOTES");
        int examples = lines.indexOf("Examples:");
        paragraphs(examples < 0 ? lines : lines.subList(0, examples));
        if (examples >= 0) {
            section("EXAMPLES");
            macro("nf");
            lines.subList(examples + 1, lines.size()).forEach(example -> line(escaped(example.strip())));
            macro("fi");
        }
    }

    private void paragraphs(List<String> lines) {
        List<String> open = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank()) {
                paragraph(open);
            } else {
                open.add(CommandLine.Help.Ansi.OFF
                        .string(line.replace("%n", "\n").replace("%%", "%"))
                        .strip());
            }
        }
        paragraph(open);
    }

    private void paragraph(List<String> open) {
        if (!open.isEmpty()) {
            macro("PP");
            open.forEach(text -> text.lines().forEach(line -> line(escaped(line.strip()))));
            open.clear();
        }
    }

    private void section(String title) {
        macro("SH", title);
    }

    private void macro(String macro, String... arguments) {
        page.append('.').append(macro);
        for (String argument : arguments) {
            page.append(' ').append(argument);
        }
        page.append('\n');
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private static String quoted(String text) {
        return '"' + escaped(text) + '"';
    }

    /** As groff_char(7) and groff_man_style(7) have it; a point or an apostrophe at a line's begin would be a request. */
    static String escaped(String text) {
        String plain = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti")
                .replace("`", "\\(ga")
                .replace("'", "\\(aq")
                .replace("\"", "\\(dq");
        return plain.startsWith(".") ? "\\&" + plain : plain;
    }
}
