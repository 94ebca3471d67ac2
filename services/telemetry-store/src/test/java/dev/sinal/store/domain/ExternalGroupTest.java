package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Chunks;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.ExternalWrite.Part;
import dev.sinal.store.domain.ExternalGroup.Known;
import dev.sinal.store.domain.ExternalGroup.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExternalGroupTest {
    private final Map<String, Known> known = new HashMap<>();

    @Test
    void writesToOneStreamBecomeOneRunInOrderOfArrival() {
        List<Plan> plans = plans(push("main", "a", 10, 20), push("main", "a", 20), push("main", "a", 30));

        assertThat(plans).singleElement().satisfies(plan -> {
            assertThat(plan.opens()).isTrue();
            assertThat(plan.samples()).isEqualTo(4);
            assertThat(plan.late()).isZero();
            assertThat(plan.run().first()).isEqualTo(1);
            assertThat(plan.run().last()).isEqualTo(4);
            assertThat(plan.run().rows()).hasSize(1);
            assertThat(stamps(plan)).containsExactly(10L, 20L, 20L, 30L);
        });
    }

    @Test
    void aRowEndsWhereALaterWriteGoesBackInTimeAndItsSamplesAreLate() {
        Plan plan = plans(push("main", "a", 10, 30), push("main", "a", 40, 20)).get(0);

        assertThat(plan.run().rows()).hasSize(2);
        assertThat(stamps(plan)).containsExactly(10L, 30L, 20L, 40L);
        assertThat(plan.late()).isEqualTo(1);
        assertThat(plan.from()).isEqualTo(10);
        assertThat(plan.to()).isEqualTo(40);
        assertThat(plan.after().lastTs()).isEqualTo(40);
    }

    @Test
    void aKnownStreamGoesOnWhereItEnded() {
        known(plans(push("main", "a", 10, 20)));

        Plan plan = plans(push("main", "a", 15), push("main", "a", 25)).get(0);

        assertThat(plan.opens()).isFalse();
        assertThat(plan.run().first()).isEqualTo(3);
        assertThat(plan.late()).isEqualTo(1);
        assertThat(plan.after().committedSeq()).isEqualTo(4);
        assertThat(plan.envelope().epoch()).isEqualTo(1);
    }

    @Test
    void newMetricsOfSeveralWritesOpenOneEpoch() {
        known(plans(push("main", "a", 10)));

        Plan plan = plans(push("main", "a", 20), push("main", "b", 30), push("main", "c", 40))
                .get(0);

        assertThat(plan.opens()).isTrue();
        assertThat(plan.envelope().epoch()).isEqualTo(2);
        assertThat(plan.envelope().stream().channels())
                .extracting(ChannelDescriptor::metric)
                .containsExactly("a", "b", "c");
        assertThat(plan.run().first()).isEqualTo(1);
        assertThat(plan.run().last()).isEqualTo(3);
    }

    @Test
    void aWriteThatDoesNotFitLeavesTheGroupAsItWas() {
        ExternalGroup group = new ExternalGroup("node", known);
        group.add(push("main", "a", 10));
        List<String> many = IntStream.range(0, ExternalGroup.MAX_COLUMNS)
                .mapToObj(i -> "m" + i)
                .toList();
        ExternalPush wide = ExternalPush.of(
                new ExternalWrite("agent", List.of(new Part("side", List.of("a")), new Part("main", many))),
                Chunks.join(List.of(chunk(1, 10), chunk(many.size(), 20))));

        assertThatThrownBy(() -> group.add(wide)).hasMessageContaining("may have 1024 metrics, would have 1025");

        assertThat(group.plans(epoch -> epoch + 1)).singleElement().satisfies(plan -> {
            assertThat(plan.envelope().stream().name()).isEqualTo("main");
            assertThat(plan.samples()).isEqualTo(1);
        });
    }

    @Test
    void aPushMayTouchSoManyDays() {
        long[] stamps = new long[ExternalPush.MAX_DAYS + 1];
        for (int i = 0; i < stamps.length; i++) {
            stamps[i] = i * ChunkRow.DAY_NS;
        }

        assertThatThrownBy(() -> push("main", "a", stamps)).hasMessageContaining("may lie on 400 days, lie on 401");
    }

    private List<Plan> plans(ExternalPush... pushes) {
        ExternalGroup group = new ExternalGroup("node", known);
        for (ExternalPush push : pushes) {
            group.add(push);
        }
        return group.plans(epoch -> epoch + 1);
    }

    private void known(List<Plan> stored) {
        stored.forEach(plan -> known.put(plan.envelope().stream().id(), plan.after()));
    }

    private static List<Long> stamps(Plan plan) {
        List<Long> stamps = new ArrayList<>();
        for (ChunkRow row : plan.run().rows()) {
            for (long stamp : ChunkDecoder.timestamps(row.chunk())) {
                stamps.add(stamp);
            }
        }
        return stamps;
    }

    private static ExternalPush push(String stream, String metric, long... stamps) {
        return ExternalPush.of(
                new ExternalWrite("agent", List.of(new Part(stream, List.of(metric)))),
                Chunks.join(List.of(chunk(1, stamps))));
    }

    private static byte[] chunk(int columns, long... stamps) {
        List<Column> values = Collections.nCopies(columns, new DoubleColumn(new double[stamps.length]));
        return ChunkEncoder.encode(new SampleBlock("x", 0, 0, TimeBasis.CLIENT, stamps, null, values), Codecs.RAW);
    }
}
