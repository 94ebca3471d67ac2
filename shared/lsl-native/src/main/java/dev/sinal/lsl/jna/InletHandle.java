package dev.sinal.lsl.jna;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.StreamInfo;
import org.jspecify.annotations.Nullable;

/** One native inlet. Used by one thread, which also frees it, so that nothing is used after it is freed. Every call has a time limit. */
final class InletHandle {
    private static final int TIMEOUT = -1;
    private static final int LOST = -2;

    private final LibLsl library;
    private final Memory error = new Memory(4);
    private final Memory remoteTime = new Memory(8);
    private final Memory uncertainty = new Memory(8);
    private @Nullable Pointer inlet;

    /** The stream behind an inlet is gone, and the native library will not look for it. */
    static final class LostException extends LslException {
        private static final long serialVersionUID = 1L;

        LostException() {
            super("the connection to the outlet is gone");
        }
    }

    /** @param correction what to add to remote stamps @param rtt its uncertainty @param measured changes with every wave */
    record Offset(double correction, double rtt, double measured) {}

    InletHandle(LibLsl library, Pointer inlet) {
        this.library = library;
        this.inlet = inlet;
    }

    Pointer pointer() {
        Pointer open = inlet;
        if (open == null) {
            throw new IllegalStateException("the inlet is freed");
        }
        return open;
    }

    Pointer error() {
        error.setInt(0, 0);
        return error;
    }

    /** Whether the last call did what it should, false if its time was up. @throws LostException or LslException if it failed */
    boolean checked(String what) {
        int code = error.getInt(0);
        if (code == LOST) {
            throw new LostException();
        }
        if (code != 0 && code != TIMEOUT) {
            throw new LslException("the native library failed: call=" + what + " error=" + code);
        }
        return code == 0;
    }

    /** Whether the stream is open now; false after that many seconds. */
    boolean open(double seconds) {
        Calls.lsl_open_stream(pointer(), seconds, error());
        return checked("open_stream");
    }

    /** The full description; null if none came within that many seconds. */
    @Nullable
    StreamInfo fullInfo(double seconds, LslLimits limits) {
        Pointer full = Calls.lsl_get_fullinfo(pointer(), seconds, error());
        if (full == null) {
            checked("get_fullinfo");
            return null;
        }
        try {
            return Texts.info(full, limits);
        } finally {
            Calls.lsl_destroy_streaminfo(full);
        }
    }

    /** The latest clock offset, without waiting; null while there is none. Starts the native library's measuring. */
    @Nullable
    Offset offset() {
        double correction = library.timeCorrection(pointer(), remoteTime, uncertainty, 0.0, error());
        if (!checked("time_correction")) {
            return null;
        }
        return library.tellsUncertainty()
                ? new Offset(correction, uncertainty.getDouble(0), remoteTime.getDouble(0))
                : new Offset(correction, Double.NaN, correction);
    }

    /** Whether the native library has moved to another outlet since the last question; it notices only if it had an offset. */
    boolean moved() {
        return Calls.lsl_was_clock_reset(pointer()) != 0;
    }

    /** Ends the connection; waits for the native library's threads. */
    void free() {
        Pointer open = inlet;
        inlet = null;
        if (open != null) {
            Calls.lsl_destroy_inlet(open);
        }
    }
}
