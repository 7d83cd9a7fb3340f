// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.CallStack.Frame;
import dev.renacer.tracer.source.SourceLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The functions of a program through which a call was made: that which made it first, then its caller. The C library's are
 * left out, as are those of a language's library in front of the user's own code. Immutable.
 *
 * @param functions  at least one
 * @param place      file and line of the call in the first of them; empty if not known
 */
record FunctionPath(List<Symbol> functions, Optional<String> place) {
    private static final String ENTRY = "_start";
    private static final Symbol UNKNOWN = new Symbol("", "[unknown]", "[unknown]");

    /**
     * A function.
     *
     * @param module  the file's name without its folders; empty: not known, or code that was made while the program ran
     * @param symbol  its name there
     * @param name    as its source calls it, if that is known; otherwise the symbol
     */
    record Symbol(String module, String symbol, String name) {
        static Symbol of(Frame frame) {
            String module = frame.file().map(FunctionPath::fileName).orElse("");
            String symbol = frame.function().orElseGet(() -> "[" + (module.isEmpty() ? "unknown" : module) + "]");
            return new Symbol(module, symbol, symbol);
        }
    }

    FunctionPath {
        functions = List.copyOf(functions);
    }

    /** That of a call; one whose stack is not known goes through an unknown function. */
    static FunctionPath of(SyscallCall call) {
        List<Frame> frames = call.stack().map(CallStack::frames).orElse(List.of());
        Optional<String> function = call.source().flatMap(SourceLocation::function);
        Optional<String> place = call.source().flatMap(SourceLocation::shortPlace);
        return new FunctionPath(function.map(name -> through(name, frames)).orElseGet(() -> through(frames)), place);
    }

    /** Where the first function of the user's own is known. */
    private static List<Symbol> through(String name, List<Frame> frames) {
        List<Frame> own = frames.stream()
                .filter(frame -> !frame.isLibrary() && !isEntry(frame))
                .toList();
        int found = 0;
        while (found < own.size() && !isCalled(own.get(found), name)) {
            found++;
        }
        List<Symbol> path = new ArrayList<>();
        boolean isOfRuntime = false;
        if (found < own.size()) {
            Symbol symbol = Symbol.of(own.get(found));
            path.add(new Symbol(symbol.module(), symbol.symbol(), name));
            isOfRuntime = own.get(found).isRuntime();
            own = own.subList(found + 1, own.size());
        } else { // inlined into the next one, or its symbol is made up in a way not known here
            String module = own.isEmpty() ? "" : Symbol.of(own.getFirst()).module();
            path.add(new Symbol(module, name, name));
        }
        for (Frame frame : own) {
            if (isOfRuntime || !frame.isRuntime()) { // an interpreter is between all functions that it runs
                path.add(Symbol.of(frame));
            }
        }
        return path;
    }

    private static List<Symbol> through(List<Frame> frames) {
        List<Symbol> path = frames.stream()
                .filter(frame -> !frame.isLibrary() && !isEntry(frame))
                .map(Symbol::of)
                .toList();
        if (!path.isEmpty()) {
            return path;
        }
        // Before main or behind it: the file says whether it was the loader or the C library.
        return List.of(frames.stream()
                .findFirst()
                .flatMap(Frame::file)
                .map(FunctionPath::fileName)
                .map(module -> new Symbol(module, "[" + module + "]", "[" + module + "]"))
                .orElse(UNKNOWN));
    }

    private static boolean isEntry(Frame frame) {
        return frame.function().filter(ENTRY::equals).isPresent();
    }

    /** Compilers add an ending to the symbol of a function they changed, and C++ and Rust put a name into a longer one. */
    private static boolean isCalled(Frame frame, String name) {
        String symbol = frame.function().orElse("");
        boolean mangled = symbol.startsWith("_Z") || symbol.startsWith("_R");
        return symbol.equals(name)
                || symbol.startsWith(name + '.')
                || (mangled && symbol.contains(name.length() + name));
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
