// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;

/** A program that makes so many system calls a second, evenly, until it is ended. */
final class PacedCalls {
    private static final int PERIODS = 200;
    private static final long PERIOD_NANOS = 1_000_000_000L / PERIODS;

    private PacedCalls() {}

    /** The argument: calls a second. */
    @SuppressWarnings("restricted") // the program is started with native access
    public static void main(String[] args) throws Throwable {
        int perPeriod = Integer.parseInt(args[0]) / PERIODS;
        Linker linker = Linker.nativeLinker();
        MethodHandle getppid = linker.downcallHandle(
                linker.defaultLookup().find("getppid").orElseThrow(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
        long next = System.nanoTime();
        while (true) {
            for (int i = 0; i < perPeriod; i++) {
                int _ = (int) getppid.invokeExact();
            }
            next += PERIOD_NANOS;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }
}
