/**
 * POSIX facilities for interprocess communication, bound thin and typed through JNA: what a C programmer recognises and
 * a Java programmer can hold in a try-with-resources.
 *
 * <p><b>Errors.</b> A failed call is a {@link dev.interlock.posix.PosixException} with the call, the errno and the
 * object's name. A caller's mistake is an {@link java.lang.IllegalArgumentException} that holds the value; use after
 * close is an {@link java.lang.IllegalStateException} that holds the name (for channels, as their contract demands, a
 * {@link java.nio.channels.ClosedChannelException}). Calls that a signal broke off ({@code EINTR}) are made again.
 *
 * <p><b>Blocking.</b> Every blocking method says what ends its wait. {@link java.lang.Thread#interrupt()} does so at
 * once, as does closing the object: the waiting thread sleeps in the kernel on the object <em>and</em> on a wake-up of
 * its own, with no periodic look around. The exceptions, where the kernel offers nothing to wait for beside the object,
 * are noted where they occur; they look around every 10 milliseconds. A timeout is measured on the monotonic clock; one
 * that is zero or negative does not wait. A blocked call occupies its platform thread: a virtual thread pins its
 * carrier meanwhile.
 *
 * <p><b>Closing</b> is idempotent and safe at any time: the descriptor lives until the last call that uses it has
 * returned, and memory stays mapped until the last buffer over it is unreachable, so no thread is ever pulled the
 * ground from under.
 *
 * <p><b>Platforms.</b> Linux on x86-64 and aarch64, glibc and musl. Elsewhere the first use throws an
 * {@link java.lang.UnsupportedOperationException} that names the platform.
 */
package dev.interlock.posix;
