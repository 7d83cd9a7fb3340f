// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Lays out a command's help: lines of at most {@value #WIDTH} columns, which end at blanks. picocli also breaks within words, behind a
 * comma, a slash or a per cent sign, so that a class like %file can be read and copied from no line.
 */
public final class HelpLayout {
    /** Of a terminal. */
    static final int WIDTH = 80;

    /** No line is so long: picocli is to break none. */
    private static final int UNBROKEN = 100_000;

    /** An option and what it does: picocli fills up the shorter names, so the column of the text shows. */
    private static final Pattern ITEM = Pattern.compile("^ {2,6}\\S.*? {3,}(?=\\S)");

    /** That column where no name is short. */
    private static final int USUAL_COLUMN = 29;

    /** How much further the second and later lines of it begin. */
    private static final int HANGING = 2;

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final String SYNOPSIS_MARGIN = " ".repeat("Usage: ".length());

    private HelpLayout() {}

    /** Lays out what this command says when it is asked for help. */
    public static void applyTo(CommandLine command) {
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(command.getHelpSectionMap());
        sections.replaceAll((name, renderer) -> help -> {
            String text = renderer.render(help);
            return switch (name) {
                case UsageMessageSpec.SECTION_KEY_SYNOPSIS -> synopsis(text);
                case UsageMessageSpec.SECTION_KEY_DESCRIPTION, UsageMessageSpec.SECTION_KEY_FOOTER -> paragraphs(text);
                default -> items(text);
            };
        });
        command.setHelpSectionMap(sections);
        command.setUsageHelpWidth(UNBROKEN);
    }

    /** Each form of the command in a line of its own, all below the first. */
    private static String synopsis(String text) {
        return text.stripTrailing().replace("\n", "\n" + SYNOPSIS_MARGIN) + "\n";
    }

    /** Lines that belong together are joined, and broken anew; those that begin with a blank are examples, and stay. */
    private static String paragraphs(String text) {
        StringBuilder out = new StringBuilder();
        List<String> open = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (line.isBlank() || line.startsWith(" ")) {
                close(out, open);
                out.append(line.stripTrailing()).append('\n');
            } else {
                open.add(line.strip());
                if (line.endsWith(":")) { // what follows it is a list
                    close(out, open);
                }
            }
        }
        close(out, open);
        return out.deleteCharAt(out.length() - 1).toString();
    }

    private static void close(StringBuilder out, List<String> open) {
        if (!open.isEmpty()) {
            wrap(out, String.join(" ", open), 0);
            open.clear();
        }
    }

    private static String items(String text) {
        StringBuilder out = new StringBuilder();
        int column = text.lines()
                .map(line -> ITEM.matcher(shown(line)))
                .filter(Matcher::find)
                .mapToInt(Matcher::end)
                .findFirst()
                .orElse(USUAL_COLUMN);
        for (String line : text.split("\n", -1)) {
            int begin = line.length() - line.stripLeading().length();
            wrap(out, line, Math.max(begin, column) + HANGING);
        }
        return out.deleteCharAt(out.length() - 1).toString();
    }

    /**
     * Writes a text in lines.
     *
     * @param margin  where the second and later ones begin
     */
    private static void wrap(StringBuilder out, String text, int margin) {
        String rest = text;
        while (columns(rest) > WIDTH) {
            int end = lastBlank(rest, margin);
            if (end < 0) {
                break; // a word that is longer than a line stays whole
            }
            out.append(rest.substring(0, end).stripTrailing()).append('\n');
            rest = " ".repeat(margin) + rest.substring(end).stripLeading();
        }
        out.append(rest).append('\n');
    }

    /** The last blank behind the margin with which a line is not too long; else the first one; -1: there is none. */
    private static int lastBlank(String line, int margin) {
        int best = -1;
        for (int at = line.indexOf(' ', firstWord(line, margin)); at >= 0; at = line.indexOf(' ', at + 1)) {
            if (best >= 0 && columns(line.substring(0, at)) > WIDTH) {
                return best;
            }
            best = at;
        }
        return best;
    }

    /** Where the text begins that may be broken: behind the name of an option, or where the line does. */
    private static int firstWord(String line, int margin) {
        int begin = line.length() - line.stripLeading().length();
        return Math.max(begin, Math.min(margin - HANGING, line.length()));
    }

    private static int columns(String line) {
        String shown = shown(line);
        return shown.codePointCount(0, shown.length());
    }

    private static String shown(String line) {
        return line.indexOf('\u001b') < 0 ? line : COLOUR.matcher(line).replaceAll("");
    }
}
