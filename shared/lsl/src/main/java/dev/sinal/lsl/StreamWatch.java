package dev.sinal.lsl;

import java.util.List;

/** A continuous search: knows the streams that are there now. Safe from any thread. */
public interface StreamWatch extends AutoCloseable {
    /** Told about changes, on the context of the {@link Lsl} that made the watch. Must not block. */
    interface Listener {
        /** A stream (a uid) answered for the first time. The description is the short one. */
        void appeared(StreamInfo info);

        /** A stream has not answered for the watch's time of forgetting, usually 5 s. */
        void vanished(StreamInfo info);
    }

    /** The streams known now, oldest first. */
    List<StreamInfo> streams();

    /** Stops searching; the listener hears nothing more. */
    @Override
    void close();
}
