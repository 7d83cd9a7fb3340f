// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import dev.renacer.capture.affinity.ColocationObstacle;
import dev.renacer.capture.affinity.Placement;
import dev.renacer.capture.ring.NativeHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The placements of a session of the C engine. */
final class NativePlacements implements Placements {
    private static final int EPERM = 1;
    private static final int EINVAL = 22;

    private final long session;
    private final NativeHandle handle;

    NativePlacements(long session, NativeHandle handle) {
        this.session = session;
        this.handle = handle;
    }

    @Override
    public List<Placement> list() {
        long[] numbers;
        handle.acquire();
        try {
            numbers = list0(session);
        } finally {
            handle.release();
        }
        List<Placement> placements = new ArrayList<>();
        for (int at = 0; at < numbers.length; at += Placement.NUMBERS) {
            placements.add(Placement.ofNumbers(numbers, at));
        }
        return placements;
    }

    @Override
    public void permit(List<Placement> recorded) {
        long[] numbers = new long[recorded.size() * Placement.NUMBERS];
        for (int i = 0; i < recorded.size(); i++) {
            recorded.get(i).toNumbers(numbers, i * Placement.NUMBERS);
        }
        handle.acquire();
        try {
            permit0(session, numbers);
        } finally {
            handle.release();
        }
    }

    @Override
    public Optional<ColocationObstacle> obstacle() {
        int obstacle;
        handle.acquire();
        try {
            obstacle = obstacle0(session);
        } finally {
            handle.release();
        }
        return switch (obstacle) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(ColocationObstacle.ONE_CPU);
            case 2 -> Optional.of(ColocationObstacle.NO_COMMON_CPU);
            case 3 -> Optional.of(ColocationObstacle.REFUSED);
            default -> Optional.of(ColocationObstacle.NO_TIMER);
        };
    }

    static boolean restore(Placement placement) throws CaptureException {
        NativeLibrary.load();
        long[] numbers = new long[Placement.NUMBERS];
        placement.toNumbers(numbers, 0);
        int restored = restore0(numbers);
        if (restored < 0) {
            throw refused(placement, -restored);
        }
        return restored > 0;
    }

    private static CaptureException refused(Placement placement, int errno) {
        return switch (errno) {
            case EPERM ->
                new CaptureException(
                        CaptureException.Reason.PERMISSION_DENIED,
                        errno,
                        "the kernel refuses (EPERM): CAP_SYS_NICE is missing");
            case EINVAL ->
                new CaptureException(
                        CaptureException.Reason.OTHER,
                        errno,
                        "its cpuset holds none of its own CPUs " + placement.own() + " any more (EINVAL)");
            default ->
                new CaptureException(CaptureException.Reason.OTHER, errno, "the kernel refuses (errno " + errno + ")");
        };
    }

    private static native int restore0(long[] placement);

    private static native long[] list0(long session);

    private static native void permit0(long session, long[] placements);

    private static native int obstacle0(long session);
}
