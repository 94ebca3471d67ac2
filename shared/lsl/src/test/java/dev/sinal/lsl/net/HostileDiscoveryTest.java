package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.HostileLab.text;
import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import io.vertx.core.datagram.DatagramSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries and replies that nobody needs: they cost little, and the streams that are there are found. */
class HostileDiscoveryTest {
    private final HostileLab hostile = new HostileLab();

    @AfterEach
    void close() {
        hostile.close();
    }

    private void onlyTheHonestStreamIsFound() {
        List<StreamInfo> found = await(hostile.lsl.resolve(StreamQuery.all(), 0, Duration.ofSeconds(1)));
        assertThat(found).extracting(StreamInfo::name).containsExactly("honest");
        hostile.honestStreamGoesOn();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "%s",
                "%s\r\n",
                "%s\r\n<info/>",
                "%s\r\n<!DOCTYPE a [<!ENTITY b \"c\">]><info><name>&b;</name></info>",
                "%s\r\n<info><name>x</name><uid></uid>"
            })
    void repliesWithoutAUsableDescription(String reply) throws IOException {
        FakeResponder liar = hostile.closing(
                new FakeResponder(hostile.lab.config(), token -> FakeResponder.raw(reply.replace("%s", token))));
        onlyTheHonestStreamIsFound();

        assertThat(liar.answers.get()).isEqualTo(reply.isEmpty() ? 0 : liar.answers.get());
        if (reply.length() > 2) {
            assertThat(hostile.lsl.stats().repliesInvalid()).isPositive();
        }
    }

    @Test
    void repliesWithAnotherToken() throws IOException {
        String xml = text(1).served("u", "h", "s", 1, 1, 1).toXml();
        FakeResponder liar =
                hostile.closing(new FakeResponder(hostile.lab.config(), token -> FakeResponder.reply("1234", xml)));
        onlyTheHonestStreamIsFound();

        assertThat(liar.answers.get()).isPositive();
    }

    @Test
    void aReplyAsLargeAsADatagramCanBe() throws IOException {
        String xml = text(1).served("u", "h", "s", 1, 1, 1).toXml();
        String large = xml.replace("<desc />", "<desc>" + "<a/>".repeat(15_000) + "</desc>");
        hostile.closing(new FakeResponder(hostile.lab.config(), token -> FakeResponder.reply(token, large)));

        List<StreamInfo> found = await(hostile.lsl.resolve(StreamQuery.all(), 0, Duration.ofSeconds(1)));

        assertThat(found).extracting(StreamInfo::name).contains("honest");
        hostile.honestStreamGoesOn();
    }

    @Test
    void repliesNobodyAskedForAreNotRead() {
        Outlet outlet = await(hostile.lsl.openOutlet(text(1), OutletOptions.defaults()));
        DatagramSocket socket = await(hostile.lab.vertx().createDatagramSocket().listen(0, "127.0.0.1"));
        List<String> replies = new CopyOnWriteArrayList<>();
        socket.handler(packet -> replies.add(packet.data().toString()));
        int service = outlet.info().servicePort();

        for (String query : List.of(
                "LSL:shortinfo\r\nname='\r\n%d id\r\n",
                "LSL:shortinfo\r\nname='other'\r\n%d id\r\n",
                "LSL:shortinfo\r\n\r\n99999 id\r\n",
                "LSL:timedata\r\nx\r\n",
                "L",
                "LSL:shortinfo\r\nname='hostile'\r\n%d good\r\n")) {
            await(socket.send(query.formatted(socket.localAddress().port()), service, "127.0.0.1"));
        }

        await().until(() -> !replies.isEmpty());
        assertThat(replies).singleElement().asString().startsWith("good\r\n<?xml");
        assertThat(hostile.lsl.stats().queriesRefused()).isPositive();
        assertThat(await(hostile.lsl.resolve(StreamQuery.byName("hostile"), 1, Duration.ofSeconds(5))))
                .hasSize(1);
    }
}
