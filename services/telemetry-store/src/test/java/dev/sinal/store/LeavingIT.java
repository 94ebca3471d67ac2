package dev.sinal.store;

import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StoreHello;
import dev.sinal.contracts.Wire;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LeavingIT {
    @Test
    void aStoreSaysGoodbyeFirstAndAnswersWhatIsOnItsWay() {
        try (TestDatabase database = TestDatabase.fresh();
                StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            List<StoreHello> hellos = new CopyOnWriteArrayList<>();
            List<Future<StoreAnswer>> answers = new CopyOnWriteArrayList<>();
            store.vertx().eventBus().<JsonObject>consumer(Addresses.STORE_HELLO, message -> {
                StoreHello hello = Wire.read(message.body(), StoreHello.class);
                hellos.add(hello);
                if (Boolean.TRUE.equals(hello.leaving())) {
                    // What a collector had sent before it could know.
                    answers.addAll(send(store));
                }
            });
            Awaitility.await().until(() -> !hellos.isEmpty());

            store.stop();

            assertThat(hellos)
                    .last()
                    .satisfies(hello -> assertThat(hello.leaving()).isTrue());
            assertThat(answers)
                    .hasSize(20)
                    .allSatisfy(answer -> assertThat(get(answer).status()).isEqualTo(StoreAnswer.ACKED));
        }
    }

    private static List<Future<StoreAnswer>> send(StoreUnderTest store) {
        List<Future<StoreAnswer>> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String stream = "s" + i;
            sent.add(store.send(envelope(Samples.stream("agent", stream, "a"), 9, 1), chunk(stream, 9, 1, 10)));
        }
        return sent;
    }
}
