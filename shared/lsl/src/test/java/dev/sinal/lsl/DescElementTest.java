package dev.sinal.lsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DescElementTest {
    @Test
    void aTreeGrowsFromAnyOfItsElements() {
        DescElement.Builder desc = DescElement.builder("desc");
        desc.append("channels").append("channel").add("label", "C3");
        desc.child("channels").append("channel").add("label", "C4").set("label", "Cz");
        desc.prepend("manufacturer").text("Lab");
        desc.set("version", "1").set("version", "2");

        DescElement built = desc.build();

        assertThat(built.children())
                .extracting(DescElement::name)
                .containsExactly("manufacturer", "channels", "version");
        assertThat(built.child("channels").children("channel"))
                .extracting(channel -> channel.childText("label"))
                .containsExactly("C3", "Cz");
        assertThat(built.childText("version")).isEqualTo("2");
    }

    @Test
    void whatIsBuiltStaysWhenItsBuilderGoesOn() {
        DescElement.Builder desc = DescElement.builder("desc").add("a", "1").add("b", "2");
        DescElement before = desc.build();

        desc.set("a", "changed").remove("b").remove("no such");

        assertThat(before.childText("a") + before.childText("b")).isEqualTo("12");
        assertThat(desc.build().children()).hasSize(1);
        assertThat(before.toBuilder().build()).isEqualTo(before);
        assertThat(before.toBuilder().children()).hasSize(2);
    }

    @Test
    void whatIsDeepInsideIsFoundByItsPath() {
        DescElement desc = DescElement.builder("desc")
                .add(StreamMetadata.acquisition("Lab", "M1", ""))
                .build();

        assertThat(desc.findText("acquisition", "model")).isEqualTo("M1");
        assertThat(desc.find("acquisition", "serial_number")).as("not known").isNull();
        assertThat(desc.findText("acquisition", "nothing", "below")).isEmpty();
        assertThat(desc.find()).isSameAs(desc);
    }

    @Test
    void metadataHasTheNamesThatRecordersLookFor() {
        StreamInfo info = StreamInfo.builder("n", "EEG", 2, 250, ChannelFormat.FLOAT32, "s")
                .channel("C3", "microvolts", "EEG")
                .channel(StreamMetadata.channel("C4", "microvolts", "EEG")
                        .add(StreamMetadata.location(-50.5, 0, 80))
                        .build())
                .desc(StreamMetadata.reference("Cz", true, false))
                .desc(StreamMetadata.synchronization("Mod0", 0.004, true))
                .build();

        assertThat(StreamInfo.fromXml(info.served("u", "h", "s", 1, 1, 1).toXml())
                        .desc())
                .isEqualTo(info.desc());
        assertThat(info.channels()).extracting(ChannelInfo::label).containsExactly("C3", "C4");
        assertThat(info.desc().child("channels").children().get(1).findText("location", "X"))
                .isEqualTo("-50.5");
        assertThat(info.desc().findText("reference", "subtracted")).isEqualTo("Yes");
        assertThat(info.desc().findText("synchronization", "offset_mean")).isEqualTo("0.004");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamInfo.builder("n", "", 1, 0, ChannelFormat.INT8, "")
                        .channel(DescElement.empty("chanel")));
    }
}
