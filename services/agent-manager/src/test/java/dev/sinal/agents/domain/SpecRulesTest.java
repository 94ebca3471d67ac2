package dev.sinal.agents.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.ChannelSpec;
import dev.sinal.contracts.StreamSpec;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"abc123", "A", "0", "a.b_c-d", "starts"})
    void plainIdsAreTaken(String id) {
        assertThatCode(() -> SpecRules.checkId(id)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".a", "-a", "a b", "ä", "a/b", "start", "stop", "status", "a\n"})
    void otherIdsAreRefused(String id) {
        assertThatThrownBy(() -> SpecRules.checkId(id)).isInstanceOf(Refusal.class);
    }

    @Test
    void anIdHasAtMost64Characters() {
        assertThatCode(() -> SpecRules.checkId("a".repeat(64))).doesNotThrowAnyException();
        assertThatThrownBy(() -> SpecRules.checkId("a".repeat(65))).isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'kind':'csv','streams':[]} | /spec/kind",
                "{'streams':[]} | /spec/kind",
                "{'kind':'lsl','streams':[]} | /spec/streams",
                "{'kind':'lsl'} | /spec/streams",
                "{'kind':'external','streams':[{'query':'x'}]} | /spec/streams",
                "{'kind':'lsl','streams':[{}]} | /spec/streams/0/query",
                "{'kind':'lsl','streams':[{'query':' '}]} | /spec/streams/0/query",
                "{'kind':'lsl','streams':[{'query':'x'},{'query':''}]} | /spec/streams/1/query",
                "{'kind':'lsl','streams':[{'query':'x','match':'some'}]} | /spec/streams/0/match",
                "{'kind':'lsl','streams':[{'query':'x','role':'boss'}]} | /spec/streams/0/role",
                "{'kind':'lsl','streams':[{'query':'x','name':''}]} | /spec/streams/0/name",
                "{'kind':'lsl','streams':[{'query':'x','name':'a/b'}]} | /spec/streams/0/name",
                "{'kind':'lsl','streams':[{'query':'x','name':'e'},{'query':'y','name':'e'}]} | /spec/streams/1/name",
                "{'kind':'lsl','streams':[{'query':'x','channels':[{}]}]} | /spec/streams/0/channels/0/label",
                "{'kind':'lsl','streams':[{'query':'x','channels':[{'label':'a','scale':0}]}]} | /spec/streams/0/channels/0/scale",
                "{'kind':'lsl','streams':[{'query':'x','channels':[{'label':'a','step':-1}]}]} | /spec/streams/0/channels/0/step",
                "{'kind':'lsl','streams':[{'query':'x','channels':[{'label':'a'},{'label':'b','as':'a'}]}]} | /spec/streams/0/channels/1/as",
                "{'kind':'lsl','streams':[{'query':'x','counter_channel':{'label':'n','modulo':1}}]} | /spec/streams/0/counter_channel/modulo",
                "{'kind':'lsl','streams':[{'query':'x','counter_channel':{'modulo':8}}]} | /spec/streams/0/counter_channel/label",
            })
    void aBadSpecIsRefusedByItsField(String json, String pointer) {
        AgentSpec spec = AgentSpec.fromJson(new JsonObject(json.replace('\'', '"')));

        assertThatThrownBy(() -> SpecRules.check(spec))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.pointer()).isEqualTo(pointer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
    void anOffsetIsFinite(String number) {
        AgentSpec spec = new AgentSpec(
                "lsl",
                Collections.singletonList(new StreamSpec(
                        "x",
                        null,
                        null,
                        null,
                        null,
                        Collections.singletonList(
                                new ChannelSpec("a", null, null, null, Double.parseDouble(number), null)),
                        null,
                        null)));

        assertThatThrownBy(() -> SpecRules.check(spec)).hasMessageContaining("finite");
    }

    @Test
    void countAndLengthHaveTheirLimits() {
        assertThatCode(() -> SpecRules.check(streams(256, "x"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> SpecRules.check(streams(257, "x"))).hasMessageContaining("256");
        assertThatCode(() -> SpecRules.check(streams(1, "x".repeat(4096)))).doesNotThrowAnyException();
        assertThatThrownBy(() -> SpecRules.check(streams(1, "x".repeat(4097)))).hasMessageContaining("4096");
    }

    private static AgentSpec streams(int count, String query) {
        return new AgentSpec(
                "lsl", Collections.nCopies(count, new StreamSpec(query, null, null, null, null, null, null, null)));
    }
}
