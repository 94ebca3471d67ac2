package dev.sinal.lsl.jna;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Descriptions in the native library's own form, by uid: the address that a stream answered from is in there only, the XML has none.
 * Holds at most as many as one search may bring; the least recently used go first.
 */
final class KnownStreams {
    private final LslLimits limits;
    private final Map<String, Pointer> handles = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    KnownStreams(LslLimits limits) {
        this.limits = limits;
    }

    /** Looks for streams; waits at most that long. */
    List<StreamInfo> resolve(String predicate, int minimum, double seconds) {
        int most = limits.knownStreams();
        Memory found = new Memory((long) most * Native.POINTER_SIZE);
        int count = Calls.lsl_resolve_bypred(found, most, Texts.utf8(predicate), minimum, seconds);
        if (count < 0) {
            throw new LslException("the native library could not search: error " + count);
        }
        return take(found, Math.min(count, most));
    }

    /** What a continuous search knows now. */
    List<StreamInfo> results(Pointer resolver) {
        int most = limits.knownStreams();
        Memory found = new Memory((long) most * Native.POINTER_SIZE);
        int count = Calls.lsl_resolver_results(resolver, found, most);
        return take(found, Math.max(0, Math.min(count, most)));
    }

    /** Unusable descriptions are left out, as a search in Java leaves them out. */
    private List<StreamInfo> take(Memory found, int count) {
        List<StreamInfo> streams = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Pointer handle = found.getPointer((long) i * Native.POINTER_SIZE);
            try {
                StreamInfo info = Texts.info(handle, limits);
                keep(info.uid(), handle);
                streams.add(info);
            } catch (LslProtocolException unusable) {
                Calls.lsl_destroy_streaminfo(handle);
            }
        }
        return streams;
    }

    private synchronized void keep(String uid, Pointer handle) {
        Pointer before = closed ? handle : handles.put(uid, handle);
        if (before != null) {
            Calls.lsl_destroy_streaminfo(before);
        }
        Iterator<Pointer> oldest = handles.values().iterator();
        while (handles.size() > limits.knownStreams() && oldest.hasNext()) {
            Calls.lsl_destroy_streaminfo(oldest.next());
            oldest.remove();
        }
    }

    /**
     * Makes an inlet for a stream, which connects nowhere yet.
     *
     * @return null if nobody knows where the stream is
     * @throws LslException if the native library refuses the description
     */
    synchronized @Nullable Pointer inlet(LibLsl library, StreamInfo info, int samples, int maxChunk, boolean recover) {
        if (closed) {
            throw new LslException("closed");
        }
        Pointer known = handles.get(info.uid());
        if (known != null) {
            return made(library.createInlet(known, samples, info.nominalRate(), maxChunk, recover), info);
        }
        if (info.endpoints().isEmpty()) {
            return null;
        }
        Pointer read =
                Calls.lsl_streaminfo_from_xml(Texts.utf8(info.withoutDesc().toXml()));
        if (read == null) {
            throw new LslException("the native library does not understand the description of " + info.name());
        }
        try {
            return made(library.createInlet(read, samples, info.nominalRate(), maxChunk, recover), info);
        } finally {
            Calls.lsl_destroy_streaminfo(read);
        }
    }

    private static Pointer made(@Nullable Pointer inlet, StreamInfo info) {
        if (inlet == null) {
            throw new LslException("the native library refuses to read the stream " + info.name());
        }
        return inlet;
    }

    synchronized void close() {
        closed = true;
        handles.values().forEach(Calls::lsl_destroy_streaminfo);
        handles.clear();
    }
}
