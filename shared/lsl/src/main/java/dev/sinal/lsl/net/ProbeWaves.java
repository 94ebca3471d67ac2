package dev.sinal.lsl.net;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.LslTuning;
import dev.sinal.lsl.protocol.ProbeWave;
import dev.sinal.lsl.protocol.TimeProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the offset between an outlet's clock and ours, wave after wave. Each wave has a socket of its own that is connected to the
 * outlet's service port, so the system takes nothing from other sources, and a number that cannot be guessed; late replies to an earlier
 * wave reach nobody. Confined to the {@link ProbeThread}.
 */
final class ProbeWaves {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeWaves.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Asking for the address of a name would hold up the thread. */
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]+(%.+)?");
    /** More datagrams than this at once are left to the next look. */
    private static final int MOST_AT_ONCE = 64;

    private final ProbeThread thread;
    private final LslTuning tuning;
    private final Endpoint target;
    private final long interval;
    private final Consumer<ClockProbe> results;
    private final long probeInterval;
    private final long waveLength;
    private volatile boolean stopped;

    private @Nullable ProbeWave wave;
    private @Nullable DatagramChannel channel;
    private String trouble = "";
    private long waveStart;
    /** When there is something to do, {@code System.nanoTime}; at once at first. */
    private long due = System.nanoTime();

    ProbeWaves(ProbeThread thread, LslTuning tuning, Endpoint target, Duration interval, Consumer<ClockProbe> results) {
        this.thread = thread;
        this.tuning = tuning;
        this.target = target;
        this.results = results;
        this.probeInterval = tuning.timeProbeInterval().toNanos();
        this.waveLength = tuning.timeProbeCount() * probeInterval
                + tuning.timeProbeMaxRtt().toNanos();
        this.interval = Math.max(interval.toNanos(), waveLength);
    }

    /** No result comes after this. From any thread. */
    void stop() {
        stopped = true;
        thread.stop(this);
    }

    /** Does what is due. @return nanoseconds until it is to be called again */
    long work(Selector selector, long now) {
        if (!stopped && now - due >= 0) {
            ProbeWave current = wave;
            if (current == null) {
                begin(selector, now);
            } else if (current.left() > 0) {
                probe(current);
            } else {
                end(current);
            }
        }
        return Math.max(0, due - System.nanoTime());
    }

    private void begin(Selector selector, long now) {
        waveStart = now;
        due = waveStart + interval;
        trouble = "";
        if (target.servicePort() == 0) {
            tell(ClockProbe.failed(LslClock.now(), "the outlet has no time service"));
            return;
        }
        if (!NUMERIC.matcher(target.address()).matches()) {
            tell(ClockProbe.failed(LslClock.now(), "the outlet's address is not numeric: " + target.address()));
            return;
        }
        try {
            DatagramChannel fresh =
                    DatagramChannel.open(target.isIpv6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
            channel = fresh;
            fresh.configureBlocking(false);
            fresh.connect(new InetSocketAddress(InetAddress.getByName(target.address()), target.servicePort()));
            fresh.register(selector, SelectionKey.OP_READ, this);
        } catch (IOException | RuntimeException unreachable) {
            shut();
            tell(ClockProbe.failed(LslClock.now(), "no way to the time service: " + unreachable.getMessage()));
            return;
        }
        ProbeWave first = new ProbeWave(RANDOM.nextInt(), tuning.timeProbeCount());
        wave = first;
        probe(first);
    }

    private void probe(ProbeWave current) {
        DatagramChannel open = channel;
        if (open != null) {
            try {
                open.write(ByteBuffer.wrap(current.ask(LslClock.now()).encode()));
            } catch (IOException unreachable) {
                trouble(unreachable);
            }
        }
        int done = tuning.timeProbeCount() - current.left();
        due = waveStart + (current.left() > 0 ? done * probeInterval : waveLength);
    }

    /** @param woke a time after the first of the datagrams has come, our clock */
    void readable(ByteBuffer buffer, double woke) {
        DatagramChannel open = channel;
        ProbeWave current = wave;
        if (open == null || current == null) {
            return;
        }
        double returned = woke;
        try {
            for (int i = 0; i < MOST_AT_ONCE; i++) {
                buffer.clear();
                if (open.read(buffer) <= 0) {
                    return;
                }
                byte[] datagram = new byte[buffer.flip().remaining()];
                buffer.get(datagram);
                if (i > 0) {
                    returned = LslClock.now();
                }
                current.reply(TimeProbe.Reply.decode(datagram), returned);
            }
        } catch (LslProtocolException malformed) {
            trouble = "a reply could not be read: " + malformed.getMessage();
        } catch (IOException unreachable) {
            trouble(unreachable);
        }
    }

    /** Often a {@code PortUnreachableException} without a text: nothing listens there. */
    private void trouble(IOException unreachable) {
        String text = unreachable.getMessage();
        trouble = text == null ? unreachable.getClass().getSimpleName() : text;
    }

    private void end(ProbeWave current) {
        shut();
        due = waveStart + interval;
        tell(current.best(tuning.timeUpdateMinProbes())
                .map(best -> ClockProbe.measured(best.measuredAt(), best.correction(), best.rtt()))
                .orElseGet(() -> ClockProbe.failed(
                        LslClock.now(),
                        current.replies() + " of " + tuning.timeProbeCount() + " probes answered, "
                                + tuning.timeUpdateMinProbes() + " needed"
                                + (trouble.isEmpty() ? "" : "; " + trouble))));
    }

    private void tell(ClockProbe probe) {
        if (stopped) {
            return;
        }
        try {
            results.accept(probe);
        } catch (RuntimeException bug) {
            LOG.error("a result of time probes could not be told", bug);
        }
    }

    /** Ends the wave without a result. */
    void shut() {
        wave = null;
        DatagramChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException harmless) {
                LOG.debug("a socket of time probes did not close", harmless);
            }
        }
    }
}
