package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An inlet goes on with the same stream wherever its outlet comes back, with no other, and says what happened. */
class RecoveryTest {
    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final InletOptions QUICK = InletOptions.defaults()
            .withBackoff(Duration.ofMillis(20), Duration.ofMillis(80))
            .withProbeInterval(Duration.ZERO);
    private final TestLab lab = new TestLab();
    private final Lsl lsl = lab.lsl();
    private final Recorder recorder = new Recorder();
    private final List<AutoCloseable> closing = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
        lab.close();
    }

    private static StreamInfo stream(String name, String sourceId) {
        return stream(name, sourceId, 1, 0);
    }

    private static StreamInfo stream(String name, String sourceId, int channels, double rate) {
        return StreamInfo.builder(name, "t", channels, rate, ChannelFormat.INT32, sourceId)
                .build();
    }

    private Outlet serve(StreamInfo info) {
        return await(lsl.openOutlet(info, OutletOptions.defaults()));
    }

    private Inlet read(Outlet outlet) {
        return read(outlet, QUICK);
    }

    private Inlet read(Outlet outlet, InletOptions options) {
        Inlet inlet = lsl.openInlet(outlet.info().withAddress("127.0.0.1"), options, recorder);
        await().until(() -> inlet.state() == Inlet.State.OPEN);
        await(outlet.whenConsumers(1));
        return inlet;
    }

    private void happened(String... events) {
        await().atMost(BOUND).until(() -> recorder.events.size() >= events.length);
        assertThat(recorder.events).hasSameSizeAs(events);
        for (int i = 0; i < events.length; i++) {
            assertThat(recorder.events.get(i)).startsWith(events[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"plain,id-1", "no source id,''", "It's \"both\",o'\"id", "\"double\",single'", "Gerät 漢字,id"})
    void aRestartedOutletIsFoundAgainByItsIdentity(String name, String sourceId) {
        Outlet first = serve(stream(name, sourceId));
        Outlet other = serve(stream(name + " 2", sourceId.isEmpty() ? "" : "other"));
        Inlet inlet = read(first);
        first.push(new int[] {1}, 1);
        await(first.close());
        happened("opened", "lost");

        Outlet second = serve(stream(name, sourceId));

        happened("opened", "lost", "recovered");
        await(second.whenConsumers(1));
        second.push(new int[] {2}, 2);
        await().until(() -> recorder.count() == 2);
        assertThat(recorder.texts()).containsExactly("1", "2");
        assertThat(inlet.info().uid()).isEqualTo(second.info().uid());
        assertThat(other.consumers()).isZero();
    }

    @Test
    void anotherClockIsToldOnceACorrectionWasKnown() {
        Outlet first = serve(stream("clock", "c"));
        read(first, QUICK.withProbeInterval(Duration.ofMillis(700)));
        await().atMost(BOUND).until(() -> recorder.probes.stream().anyMatch(probe -> probe.ok()));
        await(first.close());
        serve(stream("clock", "c"));

        happened("opened", "lost", "recovered", "clock reset");
    }

    @Test
    void ofTwoLiveOutletsNoneIsChosenUntilOneGoes() {
        Outlet first = serve(stream("twin", "twin"));
        read(first);
        Outlet left = serve(stream("twin", "twin"));
        Outlet right = serve(stream("twin", "twin"));
        await(first.close());

        happened("opened", "lost", "duplicate: 2");
        assertThat(recorder.duplicates.get(0))
                .extracting(StreamInfo::uid)
                .containsExactlyInAnyOrder(left.info().uid(), right.info().uid());
        await().during(Duration.ofSeconds(1)).until(() -> left.consumers() + right.consumers() == 0);

        await(left.close());

        happened("opened", "lost", "duplicate: 2", "recovered");
        assertThat(right.consumers()).isEqualTo(1);
    }

    @Test
    void twoStreamsWithoutSourceIdOnOneHostAreNotTakenForEachOther() {
        Outlet first = serve(stream("anonymous", ""));
        read(first);
        serve(stream("anonymous", ""));
        serve(stream("anonymous", ""));
        await(first.close());

        happened("opened", "lost", "duplicate: 2");
    }

    @Test
    void whileTheOutletLivesItsTwinIsLeftAlone() {
        Outlet ours = serve(stream("twin", "twin"));
        Outlet twin = serve(stream("twin", "twin"));
        read(ours, QUICK.withSilence(Duration.ofMillis(100)));

        await().during(Duration.ofSeconds(3)).until(() -> twin.consumers() == 0 && ours.consumers() == 1);
        happened("opened");
    }

    @Test
    void anotherFormatOrChannelCountIsNotTheSameStreamAnotherRateIs() {
        Outlet first = serve(stream("changing", "c", 1, 100));
        Inlet inlet = read(first);
        await(first.close());
        happened("opened", "lost");
        Outlet wide = serve(stream("changing", "c", 2, 100));
        Outlet floats = serve(StreamInfo.builder("changing", "t", 1, 100, ChannelFormat.FLOAT32, "c")
                .build());
        await().during(Duration.ofSeconds(2)).until(() -> wide.consumers() + floats.consumers() == 0);

        serve(stream("changing", "c", 1, 250));

        happened("opened", "lost", "recovered", "rate: 100.0 -> 250.0");
        assertThat(inlet.info().nominalRate()).isEqualTo(250);
    }

    @Test
    void aStreamThatComesLateIsJoined() {
        Inlet inlet = lsl.openInlet(stream("late", ""), QUICK, recorder);
        await().during(Duration.ofMillis(700)).until(() -> inlet.state() == Inlet.State.CONNECTING);

        Outlet outlet = serve(stream("late", ""));

        await(outlet.whenConsumers(1));
        happened("opened");
    }

    /** Serves one feed, then does what a zombie does. */
    private ScriptedPeer zombie(StreamInfo info, ScriptedPeer.Script afterTheFirst) throws IOException {
        AtomicBoolean dead = new AtomicBoolean();
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = new ScriptedPeer(info, out -> {
            if (dead.getAndSet(true)) {
                afterTheFirst.run(out);
            } else {
                out.write(self[0].head());
            }
        });
        closing.add(self[0]);
        return self[0];
    }

    private void answerFor(StreamInfo info) throws IOException {
        String xml = info.toXml();
        closing.add(new FakeResponder(lab.config(), token -> FakeResponder.reply(token, xml)));
    }

    @Test
    void anOutletThatOnlyAnswersQueriesIsLeftForTheOneThatServes() throws IOException {
        ScriptedPeer old = zombie(stream("undead", "u"), out -> {});
        lsl.openInlet(old.info(), QUICK, recorder);
        happened("opened", "lost");
        answerFor(old.info());

        Outlet alive = serve(stream("undead", "u"));

        happened("opened", "lost", "duplicate: 2", "recovered");
        assertThat(alive.consumers()).isEqualTo(1);
    }

    @Test
    void ofTwoStrangersTheOneThatIsDeadIsNotCounted() throws IOException {
        Outlet first = serve(stream("stranger", "s"));
        read(first);
        answerFor(stream("stranger", "s").served("dead-uid", "elsewhere", "x", 1, 1, 1));
        Outlet alive = serve(stream("stranger", "s"));
        await(first.close());

        happened("opened", "lost", "duplicate: ", "recovered");
        assertThat(alive.consumers()).isEqualTo(1);
    }

    @Test
    void anAttemptThatHangsAtTheOldAddressIsLeftForTheOutletThatIsFound() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        closing.add(end::countDown);
        Lsl patient = lab.lsl(lab.config().withLimits(lab.config().limits().withHandshake(Duration.ofHours(1))));
        ScriptedPeer old = zombie(stream("hanging", "h"), out -> {
            try {
                end.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        patient.openInlet(old.info(), QUICK, recorder);
        await().until(() -> old.feeds.get() == 2);

        serve(stream("hanging", "h"));

        happened("opened", "lost", "recovered");
    }

    @Test
    void whoAnswersInTheNameOfOurOutletFromElsewhereDoesNotKeepUsFromIt() throws IOException {
        AtomicBoolean back = new AtomicBoolean();
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = new ScriptedPeer(stream("impersonated", "i"), out -> {
            out.write(self[0].head());
            out.flush();
            if (back.getAndSet(true)) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        closing.add(self[0]);
        StreamInfo real = self[0].info();
        answerFor(stream("impersonated", "i").served(real.uid(), real.hostname(), "x", 1, 1, 1));

        lsl.openInlet(real, QUICK, recorder);

        happened("opened", "lost", "opened");
    }

    @Test
    void aConnectionThatFellSilentIsLeftWhenTheDeviceIsFoundElsewhere() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        closing.add(end::countDown);
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = new ScriptedPeer(stream("silent", "s"), out -> {
            out.write(self[0].head());
            out.flush();
            try {
                end.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        closing.add(self[0]);
        lsl.openInlet(self[0].info(), QUICK.withSilence(Duration.ofMillis(300)), recorder);
        happened("opened");

        Outlet moved = serve(stream("silent", "s"));

        happened("opened", "lost: silent, and found at another outlet", "recovered");
        assertThat(moved.consumers()).isEqualTo(1);
    }

    @Test
    void anImpostorThatBreaksTheProtocolDoesNotEndAStreamThatIsThere() throws IOException {
        Outlet first = serve(stream("wanted", "w"));
        read(first, QUICK.withViolationsAllowed(100_000));
        ScriptedPeer impostor =
                new ScriptedPeer(stream("wanted", "w"), out -> out.write("nonsense\r\n".getBytes(UTF_8)));
        closing.add(impostor);
        answerFor(impostor.served());
        await(first.close());
        await().atMost(BOUND).until(() -> impostor.feeds.get() > 0);

        Outlet second = serve(stream("wanted", "w"));

        await().atMost(BOUND).until(() -> recorder.events.contains("recovered"));
        assertThat(second.consumers()).isEqualTo(1);
        assertThat(recorder.failures).isEmpty();
        assertThat(lsl.stats().violations()).isPositive();
    }
}
