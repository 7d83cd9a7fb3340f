// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.DescriptorCalls.Change;
import dev.renacer.tracer.syscall.DescriptorCalls.OnExec;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out in the table of a process what a call has done. For one thread. */
final class TableChanges {
    private static final long UINT = 0xffff_ffffL;
    private static final int EBADF = ErrnoNames.number("EBADF");
    private static final int EINPROGRESS = ErrnoNames.number("EINPROGRESS");
    /** linux/close_range.h. */
    private static final long CLOSE_RANGE_UNSHARE = 2;

    private static final long CLOSE_RANGE_CLOEXEC = 4;
    /** linux/sched.h. */
    private static final long CLONE_FS = 0x200;

    private static final long CLONE_FILES = 0x400;
    private static final long CLONE_THREAD = 0x10000;
    /** linux/mount.h and the man page of unshare(2): a new mount namespace has a working directory of its own. */
    private static final long CLONE_NEWNS = 0x20000;

    private static final long CLONE_NEWPID = 0x2000_0000;

    /** asm-generic/fcntl.h and that of arm. */
    private static final long O_NOFOLLOW = 0x20000;

    private static final long O_NOFOLLOW_ARM = 0x8000;
    private static final long O_CLOEXEC = 0x80000;
    /** The command of fcntl(2) for FD_CLOEXEC. */
    private static final int F_SETFD = 2;
    /** asm-generic/ioctls.h. */
    private static final int FIONCLEX = 0x5450;

    private static final int FIOCLEX = 0x5451;
    /** The calls of linux/net.h that give a socket an address. */
    private static final long SYS_BIND = 2;

    private static final long SYS_CONNECT = 3;

    private TableChanges() {}

    /** What a clone shares with its maker, by its flags; empty if these are not known. */
    static Optional<Long> cloneFlags(SyscallCall call) {
        return switch (call.syscall().name()) {
            case "clone" -> Optional.of(call.args()[0]);
            case "clone3" -> {
                var flags = CallData.word(call, 0);
                yield flags.isPresent() ? Optional.of(flags.getAsLong()) : Optional.empty();
            }
            default -> Optional.of(0L);
        };
    }

    static boolean sharesFiles(long flags) {
        return (flags & CLONE_FILES) != 0 && (flags & CLONE_THREAD) == 0;
    }

    static boolean sharesFolder(long flags) {
        return (flags & CLONE_FS) != 0 && (flags & CLONE_THREAD) == 0;
    }

    static boolean makesNamespace(long flags) {
        return (flags & CLONE_NEWPID) != 0;
    }

    static boolean makesMounts(long flags) {
        return (flags & CLONE_NEWNS) != 0;
    }

    static boolean isThread(long flags) {
        return (flags & CLONE_THREAD) != 0;
    }

    /** Carries out a call of a thread that has these files. */
    static void apply(SyscallCall call, Change change, ProcessFiles process) {
        if (call.outcome() == Outcome.RETURNED) {
            succeeded(call, change, process);
        } else {
            failed(call, change, process);
        }
    }

    /** A close that fails has closed, except on a number that is free; a connection that is under way has its peer. */
    private static void failed(SyscallCall call, Change change, ProcessFiles process) {
        DescriptorTable files = process.of(call.tid()).files();
        boolean unfinished = call.outcome() == Outcome.UNFINISHED;
        switch (change.effect()) {
            case CLOSE -> {
                if (unfinished) {
                    files.unclear(number(call, 0), call.startNanos(), call.endNanos());
                } else if (call.errno() != EBADF) {
                    files.close(number(call, 0), call.startNanos(), call.endNanos());
                }
            }
            case COPY_TO -> {
                if (unfinished) {
                    files.unclear(number(call, 1), call.startNanos(), call.endNanos());
                }
            }
            case CONNECT -> {
                if (call.errno() == EINPROGRESS) {
                    connected(call, files, CallData.address(call, 1));
                } else if (unfinished) {
                    files.forget(number(call, 0));
                }
            }
            default -> {
                // It has changed nothing that had a name.
            }
        }
    }

    private static void succeeded(SyscallCall call, Change change, ProcessFiles all) {
        ProcessFiles process = all.of(call.tid());
        DescriptorTable files = process.files();
        long[] args = call.args();
        long began = call.startNanos();
        long end = call.endNanos();
        int result = (int) call.result();
        switch (change.effect()) {
            case OPEN -> files.make(result, opened(call, change, process), openedOnExec(call, change), began, end);
            case MAKE -> files.make(result, made(call, change, process), change.onExec(args), began, end);
            case MEMORY -> {
                String name = CallData.string(call, 0);
                files.make(
                        result,
                        name == null ? null : new OpenFile(new Descriptor.Memory(name)),
                        change.onExec(args),
                        began,
                        end);
            }
            case PROCESS ->
                files.make(result, new OpenFile(new Descriptor.Pidfd((int) args[0])), change.onExec(args), began, end);
            case RING -> {
                files.make(result, made(change), change.onExec(args), began, end);
                files.useRing();
            }
            case SIGNALFD -> {
                if ((int) args[0] == -1) {
                    files.make(result, made(change), change.onExec(args), began, end);
                }
            }
            case SOCKET -> files.make(result, socket(call, result, 0), change.onExec(args), began, end);
            case PAIR ->
                CallData.pair(call, 3).ifPresent(pair -> {
                    for (int side = 0; side < pair.length; side++) {
                        OpenFile socket = socket(call, pair[side], inode(call, pair[1 - side]));
                        files.make(pair[side], socket, change.onExec(args), began, end);
                    }
                });
            case PIPE ->
                CallData.pair(call, 0).ifPresent(pair -> {
                    for (int number : pair) {
                        OpenFile pipe = new OpenFile(link(call, number, process)
                                .filter(Descriptor.Pipe.class::isInstance)
                                .orElse(new Descriptor.Pipe(0)));
                        files.make(number, pipe, change.onExec(args), began, end);
                    }
                });
            case ACCEPT -> files.make(result, accepted(call, files), change.onExec(args), began, end);
            case SOCKETCALL -> {
                if (args[0] == SYS_BIND || args[0] == SYS_CONNECT) {
                    files.lose(end); // which socket that was lies in memory
                }
            }
            case COPY -> files.make(result, files.find(number(call, 0), began), change.onExec(args), began, end);
            case COPY_TO -> {
                if ((int) args[0] != (int) args[1]) {
                    OpenFile copied = files.find(number(call, 0), began);
                    files.replace(number(call, 1), copied, change.onExec(args), began, end);
                }
            }
            case FCNTL -> fcntl(call, files, result);
            case IOCTL -> {
                int command = (int) args[1];
                if (command == FIOCLEX || command == FIONCLEX) {
                    files.onExec(number(call, 0), command == FIOCLEX ? OnExec.CLOSED : OnExec.KEPT);
                }
            }
            case CLOSE -> files.close(number(call, 0), began, end);
            case CLOSE_RANGE -> closeRange(call, all);
            case CONNECT -> connected(call, files, CallData.address(call, 1));
            // What has no name has a peer nevertheless, which stays.
            case PEER -> {
                Optional<SocketAddress> peer = CallData.address(call, 1);
                if (peer.isPresent()) {
                    connected(call, files, peer);
                }
            }
            case BIND, LOCAL -> named(call, files);
            case RECEIVE -> {
                boolean narrow = call.syscall().abi() == Abi.I386;
                for (int number : CallData.received(call, 1, narrow)) {
                    OpenFile received = link(call, number, process)
                            .map(what -> new OpenFile(process.named(what, began, end)))
                            .orElse(null);
                    files.make(number, received, change.onExec(args), began, end);
                }
            }
            case FOLDER ->
                process.folders().replace(ProcessFiles.FOLDER, folder(call, process), OnExec.KEPT, began, end);
            case FOLDER_OF -> {
                OpenFile folder = link(call, CallData.AT_FDCWD, process)
                        .map(OpenFile::new)
                        .orElseGet(() -> files.find(number(call, 0), began));
                process.folders().replace(ProcessFiles.FOLDER, folder, OnExec.KEPT, began, end);
            }
            case ROOT -> {
                process.folders().unclear(ProcessFiles.FOLDER, began, end);
                all.makeNamespaces(); // setns may enter one
                all.leaveRoot();
            }
            case UNSHARE -> unshare(call, all);
            case CLONE, ADDRESS, MESSAGE, PATH -> {
                // The child's first event has copied the table; Descriptors sees to what is shared.
            }
        }
    }

    private static @Nullable OpenFile opened(SyscallCall call, Change change, ProcessFiles process) {
        Optional<Descriptor> link = link(call, (int) call.result(), process);
        if (link.isPresent()) {
            return new OpenFile(process.named(link.get(), call.startNanos(), call.endNanos()));
        }
        String path = CallData.string(call, change.arguments().getFirst());
        if (path == null) {
            return null;
        }
        Descriptor from = change.arguments().size() < 2
                ? folderOf(process, CallData.AT_FDCWD, call.startNanos())
                : folderOf(process, number(call, change.arguments().get(1)), call.startNanos());
        return CallData.absolute(path, from)
                .map(absolute -> new OpenFile(
                        isFollowed(call)
                                ? process.follow(absolute, call.startNanos(), call.endNanos())
                                : new Descriptor.File(absolute, false)))
                .orElse(null);
    }

    /** Whether a call follows links: not if it was told not to, or how is in memory (openat2). */
    private static boolean isFollowed(SyscallCall call) {
        return switch (call.syscall().name()) {
            case "open" -> (call.args()[1] & noFollow(call)) == 0;
            case "openat" -> (call.args()[2] & noFollow(call)) == 0;
            default -> false;
        };
    }

    private static long noFollow(SyscallCall call) {
        return call.syscall().abi() == Abi.AARCH64 ? O_NOFOLLOW_ARM : O_NOFOLLOW;
    }

    /** What a relative path begins at; null: not known. */
    static @Nullable Descriptor folderOf(ProcessFiles process, int number, long atNanos) {
        OpenFile file = number == CallData.AT_FDCWD
                ? process.folders().findReplaced(ProcessFiles.FOLDER, atNanos)
                : process.files().find(number, atNanos);
        return file == null ? null : file.what();
    }

    private static @Nullable OpenFile folder(SyscallCall call, ProcessFiles process) {
        Optional<Descriptor> link = link(call, CallData.AT_FDCWD, process);
        if (link.isPresent()) {
            return new OpenFile(link.get());
        }
        String path = CallData.string(call, 0);
        if (path == null) {
            return null;
        }
        return CallData.absolute(path, folderOf(process, CallData.AT_FDCWD, call.startNanos()))
                .map(absolute -> new OpenFile(process.follow(absolute, call.startNanos(), call.endNanos())))
                .orElse(null);
    }

    /** openat2(2) has its flags in memory. */
    private static OnExec openedOnExec(SyscallCall call, Change change) {
        OnExec said = change.onExec(call.args());
        if (said != OnExec.UNKNOWN) {
            return said;
        }
        var flags = CallData.word(call, 2);
        if (flags.isEmpty()) {
            return OnExec.UNKNOWN;
        }
        return (flags.getAsLong() & O_CLOEXEC) != 0 ? OnExec.CLOSED : OnExec.KEPT;
    }

    /** What the core has read of a new descriptor, while its thread was stopped. */
    private static Optional<Descriptor> link(SyscallCall call, int number, ProcessFiles process) {
        return CallData.link(call, number, process.seesPathsOfProc());
    }

    /** What the core has read of a new socket's number: its inode; 0 if nothing. */
    private static long inode(SyscallCall call, int number) {
        return CallData.link(call, number, false)
                .filter(Descriptor.Socket.class::isInstance)
                .map(what -> ((Descriptor.Socket) what).inode())
                .orElse(0L);
    }

    private static OpenFile socket(SyscallCall call, int number, long peerInode) {
        return new OpenFile(new Descriptor.Socket(
                protocol(call.args()), inode(call, number), Optional.empty(), Optional.empty(), peerInode));
    }

    private static @Nullable OpenFile made(SyscallCall call, Change change, ProcessFiles process) {
        OpenFile known = made(change);
        return known != null
                ? known
                : link(call, (int) call.result(), process).map(OpenFile::new).orElse(null);
    }

    private static @Nullable OpenFile made(Change change) {
        return change.kind().equals(DescriptorCalls.UNKNOWN_KIND)
                ? null
                : new OpenFile(new Descriptor.Anonymous(change.kind()));
    }

    private static SocketProtocol protocol(long[] args) {
        return SocketProtocol.of((int) args[0], (int) args[1], (int) args[2]);
    }

    /** It has the listening socket's protocol; its own address is only known to be the listener's if that is one. */
    private static @Nullable OpenFile accepted(SyscallCall call, DescriptorTable files) {
        OpenFile listening = files.find(number(call, 0), call.startNanos());
        if (listening == null || !(listening.what() instanceof Descriptor.Socket socket)) {
            return null;
        }
        Optional<SocketAddress> peer = CallData.address(call, 1).filter(address -> isName(address));
        return new OpenFile(new Descriptor.Socket(
                socket.protocol(),
                inode(call, (int) call.result()),
                socket.local().filter(address -> !isWildcard(address)),
                peer));
    }

    private static void fcntl(SyscallCall call, DescriptorTable files, int result) {
        int number = number(call, 0);
        switch ((int) call.args()[1]) {
            case DescriptorCalls.F_DUPFD -> copy(call, files, number, result, OnExec.KEPT);
            case DescriptorCalls.F_DUPFD_CLOEXEC -> copy(call, files, number, result, OnExec.CLOSED);
            case F_SETFD -> files.onExec(number, (call.args()[2] & 1) != 0 ? OnExec.CLOSED : OnExec.KEPT);
            default -> {
                // The others say nothing about descriptors.
            }
        }
    }

    private static void copy(SyscallCall call, DescriptorTable files, int number, int result, OnExec onExec) {
        files.make(result, files.find(number, call.startNanos()), onExec, call.startNanos(), call.endNanos());
    }

    private static void closeRange(SyscallCall call, ProcessFiles all) {
        long first = call.args()[0] & UINT;
        long last = call.args()[1] & UINT;
        if ((call.args()[2] & CLOSE_RANGE_UNSHARE) != 0) {
            all.unshare(call.tid(), true, false, call.endNanos());
        }
        DescriptorTable files = all.of(call.tid()).files();
        if ((call.args()[2] & CLOSE_RANGE_CLOEXEC) != 0) {
            files.onExecRange(first, last, OnExec.CLOSED);
        } else {
            files.closeRange(first, last, call.startNanos(), call.endNanos());
        }
    }

    /** A socket has this peer. */
    private static void connected(SyscallCall call, DescriptorTable files, Optional<SocketAddress> peer) {
        OpenFile file = files.find(number(call, 0), call.startNanos());
        if (file == null) {
            files.forget(number(call, 0)); // what /proc said before has no peer, or the former one
        } else if (file.what() instanceof Descriptor.Socket socket) {
            Optional<SocketAddress> now = peer.filter(TableChanges::isName);
            // A socket that has got another peer may have got another address of its own, too.
            boolean stays = socket.peer().isEmpty() || socket.peer().equals(now);
            Optional<SocketAddress> local = socket.local().filter(own -> stays && !isWildcard(own));
            long peerInode = call.syscall().name().equals("getpeername") ? socket.peerInode() : 0;
            file.become(new Descriptor.Socket(socket.protocol(), socket.inode(), local, now, peerInode));
        }
    }

    /** A socket has an address of its own, which the call was given or has written. */
    private static void named(SyscallCall call, DescriptorTable files) {
        OpenFile file = files.find(number(call, 0), call.startNanos());
        if (file == null) {
            files.forget(number(call, 0));
        } else if (file.what() instanceof Descriptor.Socket socket) {
            CallData.address(call, 1)
                    .filter(own -> isName(own) && !isChosenByKernel(own))
                    .ifPresent(own -> file.become(new Descriptor.Socket(
                            socket.protocol(), socket.inode(), Optional.of(own), socket.peer(), socket.peerInode())));
        }
    }

    private static void unshare(SyscallCall call, ProcessFiles all) {
        long flags = call.args()[0];
        if (makesNamespace(flags)) {
            all.makeNamespaces();
        }
        if ((flags & CLONE_NEWNS) != 0) {
            all.leaveMounts();
        }
        boolean filesToo = (flags & CLONE_FILES) != 0;
        boolean folderToo = (flags & (CLONE_FS | CLONE_NEWNS)) != 0;
        if (filesToo || folderToo) {
            all.unshare(call.tid(), filesToo, folderToo, call.endNanos());
        }
    }

    private static boolean isName(SocketAddress address) {
        return !(address instanceof SocketAddress.Other);
    }

    /** An accepted connection has one of the machine's addresses in place of such an address. */
    private static boolean isWildcard(SocketAddress address) {
        return switch (address) {
            case SocketAddress.Inet inet -> inet.host().equals("0.0.0.0");
            case SocketAddress.Inet6 inet -> inet.host().equals("::");
            default -> false;
        };
    }

    /** The kernel replaces port 0 by a free one. */
    private static boolean isChosenByKernel(SocketAddress address) {
        return switch (address) {
            case SocketAddress.Inet inet -> inet.port() == 0;
            case SocketAddress.Inet6 inet -> inet.port() == 0;
            case SocketAddress.Netlink netlink -> netlink.port() == 0;
            case SocketAddress.Unix unix -> unix.name().isEmpty();
            case SocketAddress.Other _ -> true;
        };
    }

    private static int number(SyscallCall call, int argument) {
        return (int) call.args()[argument];
    }
}
