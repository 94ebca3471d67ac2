package dev.sinal.contracts.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcpMessageTest {
    @Test
    void unknownFieldsAndTypesAreKept() {
        JsonObject message = new JsonObject("""
                {"type": "mood", "payload": {"agent_id": "a", "later": [1, {"x": null}]}, "timestamp": "2026-01-02T03:04:05Z",
                 "id": "7", "source": "lab", "version": 3, "traceparent": "00-x", "invented": {"deep": true}}
                """);

        AcpMessage read = AcpMessage.fromJson(message);

        assertThat(read.rest().getJsonObject("invented").getBoolean("deep")).isTrue();
        assertThat(read.toJson()).isEqualTo(message);
    }

    @Test
    void whatIsKeptIsACopy() {
        JsonObject message = new JsonObject("{'type':'a','payload':{},'timestamp':'t','more':1}".replace('\'', '"'));
        AcpMessage read = AcpMessage.fromJson(message);
        message.put("more", 2);

        assertThat(read.rest().getInteger("more")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'payload':{},'timestamp':'t'} | /type",
                "{'type':'','payload':{},'timestamp':'t'} | /type",
                "{'type':3,'payload':{},'timestamp':'t'} | /type",
                "{'type':'a','timestamp':'t'} | /payload",
                "{'type':'a','payload':[],'timestamp':'t'} | /payload",
                "{'type':'a','payload':{}} | /timestamp",
                "{'type':'a','payload':{},'timestamp':12} | /timestamp"
            })
    void whatIsMissingOrOfTheWrongTypeIsNamed(String json, String pointer) {
        assertThatThrownBy(() -> AcpMessage.fromJson(new JsonObject(json.replace('\'', '"'))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(pointer);
    }
}
