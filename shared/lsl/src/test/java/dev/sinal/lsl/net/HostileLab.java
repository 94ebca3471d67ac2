package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A lab with an honest stream that must not notice the attacks, and peers that make them. */
final class HostileLab implements AutoCloseable {
    static final InletOptions QUICK = InletOptions.defaults()
            .withBackoff(Duration.ofMillis(5), Duration.ofMillis(10))
            .withViolationsAllowed(3)
            .withProbeInterval(Duration.ZERO);
    /** More than sockets can swallow before anybody has read, far less than the attacks would send. */
    private static final long MOST_BYTES_SENT = 64L << 20;

    final TestLab lab = new TestLab();
    final Lsl lsl;
    private final Outlet honest;
    private final Recorder good = new Recorder();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private int pushed;

    HostileLab() {
        this(Duration.ofSeconds(10));
    }

    /** @param handshake the longest handshake that is borne */
    HostileLab(Duration handshake) {
        lsl = lab.lsl(lab.config().withLimits(lab.config().limits().withHandshake(handshake)));
        honest = await(lsl.openOutlet(
                StreamInfo.builder("honest", "", 1, 0, ChannelFormat.INT32, "honest")
                        .build(),
                OutletOptions.defaults()));
        lsl.openInlet(lab.find(lsl, "honest"), InletOptions.defaults(), good);
        await(honest.whenConsumers(1));
    }

    static StreamInfo text(int channels) {
        return stream(ChannelFormat.STRING, channels);
    }

    static StreamInfo stream(ChannelFormat format, int channels) {
        return StreamInfo.builder("hostile", "", channels, 0, format, "h-1").build();
    }

    ScriptedPeer peer(StreamInfo info, ScriptedPeer.Script feed) throws IOException {
        return peer(info, null, feed);
    }

    ScriptedPeer peer(StreamInfo info, ScriptedPeer.Script description, ScriptedPeer.Script feed) throws IOException {
        return closing(new ScriptedPeer(info, description, feed));
    }

    <T extends AutoCloseable> T closing(T each) {
        closing.add(each);
        return each;
    }

    /** The inlet must give up on it, naming the field, having read little of it, and other streams lose nothing. */
    Recorder givesUpOn(ScriptedPeer peer, String field) {
        Recorder recorder = new Recorder();
        long violations = lsl.stats().violations();

        Inlet inlet = lsl.openInlet(peer.info(), QUICK, recorder);

        await().atMost(Duration.ofSeconds(30)).until(() -> !recorder.failures.isEmpty());
        assertThat(inlet.state()).isEqualTo(Inlet.State.CLOSED);
        assertThat(recorder.failures)
                .singleElement()
                .isInstanceOfSatisfying(
                        LslProtocolException.class,
                        error -> assertThat(error.field()).isEqualTo(field));
        assertThat(lsl.stats().violations()).isEqualTo(violations + QUICK.violationsAllowed());
        assertThat(peer.sent.get()).isLessThan(MOST_BYTES_SENT);
        honestStreamGoesOn();
        return recorder;
    }

    /** A sample still arrives, and none was lost before. */
    void honestStreamGoesOn() {
        honest.push(new int[] {++pushed}, pushed);
        await().atMost(Duration.ofSeconds(30)).until(() -> good.count() == pushed);
        assertThat(good.events).containsExactly("opened");
        assertThat(honest.dropped()).isZero();
    }

    @Override
    public void close() {
        try {
            for (AutoCloseable each : closing) {
                each.close();
            }
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        } finally {
            lab.close();
        }
    }
}
