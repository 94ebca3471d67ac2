package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {
    static List<Class<?>> records() {
        return Records.all();
    }

    @ParameterizedTest
    @MethodSource("records")
    void aFullRecordReadsBack(Class<?> type) {
        Object record = Records.sample(type, true);

        assertThat(throughText(record, type)).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordWithoutWhatIsOptionalReadsBack(Class<?> type) {
        Object record = Records.sample(type, false);

        assertThat(throughText(record, type)).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("records")
    void fieldsThatAReaderDoesNotKnowAreIgnored(Class<?> type) {
        Object record = Records.sample(type, true);
        JsonObject json = Wire.write(record).put("of_a_later_version", new JsonObject().put("x", 1));

        assertThat((Object) Wire.read(json, type)).isEqualTo(record);
    }

    @Test
    void fieldsAreInSnakeCaseAndAbsentOnesAreLeftOut() {
        StartRequest request = new StartRequest("a", null, 2.5, null, "ann");

        assertThat(Wire.write(request).encode()).isEqualTo("{\"agent_id\":\"a\",\"wait_s\":2.5,\"author\":\"ann\"}");
    }

    @Test
    void theShortFormOfASpecGetsItsDefaults() {
        AgentSpec spec =
                AgentSpec.fromJson(new JsonObject("{\"kind\":\"lsl\",\"streams\":[{\"query\":\"type='EEG'\"}]}"));

        StreamSpec stream = spec.streams().get(0);
        assertThat(stream.match()).isEqualTo("one");
        assertThat(stream.required()).isTrue();
        assertThat(stream.channels()).isEmpty();
    }

    @Test
    void aWrongTypeIsRefusedAndNamed() {
        JsonObject json =
                new JsonObject("{\"kind\":\"lsl\",\"streams\":[{\"query\":\"x\",\"channels\":[{\"scale\":\"big\"}]}]}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSpec.fromJson(json))
                .withMessageContaining("scale");
    }

    @Test
    void numbersKeepAllTheirDigits() {
        Position position = new Position(9_007_199_254_740_993L, Long.MAX_VALUE);

        assertThat(throughText(position, Position.class)).isEqualTo(position);
    }

    /** As the bus of a cluster does it: not the object, but its text. */
    private static Object throughText(Object record, Class<?> type) {
        return Wire.read(new JsonObject(Wire.write(record).encode()), type);
    }
}
