package dev.sinal.agents.domain;

import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.ChannelSpec;
import dev.sinal.contracts.StreamSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an agent id and a spec must look like. Every refusal names the field as a JSON Pointer into {@code {"agent_id", "spec"}}. Whether a
 * query is well formed is for the collector to say: it owns the query language.
 */
public final class SpecRules {
    public static final int MAX_QUERY = 4096;
    static final int MAX_CHANNELS = 4096;
    static final int MAX_NAME = 128;
    static final int MAX_UNIT = 64;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    /** They would read as commands in {@code /agents/start}. */
    private static final Set<String> RESERVED = Set.of("start", "stop", "status", "nodes", "move", "drain");

    private SpecRules() {}

    /** @throws Refusal naming {@code /agent_id} */
    public static String checkId(@Nullable String id) {
        if (id == null || !ID.matcher(id).matches()) {
            throw Refusal.invalid(
                    "/agent_id", "must be 1 to 64 letters, digits, '.', '_' or '-', and begin with a letter or digit");
        }
        if (RESERVED.contains(id)) {
            throw Refusal.invalid("/agent_id", "'" + id + "' is reserved");
        }
        return id;
    }

    /** @throws Refusal naming the field */
    public static void check(AgentSpec spec) {
        if (AgentSpec.EXTERNAL.equals(spec.kind())) {
            require(
                    spec.streams().isEmpty(),
                    "/spec/streams",
                    "must be empty: an external agent pushes its own streams");
            return;
        }
        require(AgentSpec.LSL.equals(spec.kind()), "/spec/kind", "must be 'lsl' or 'external'");
        int count = spec.streams().size();
        require(count >= 1, "/spec/streams", "must name at least one stream");
        require(
                count <= AgentSpec.MAX_STREAMS,
                "/spec/streams",
                "must be at most " + AgentSpec.MAX_STREAMS + " streams, were " + count);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            StreamSpec stream = spec.streams().get(i);
            String at = "/spec/streams/" + i;
            checkStream(stream, at);
            if (stream.name() != null) {
                require(names.add(stream.name()), at + "/name", "'" + stream.name() + "' is used twice");
            }
        }
    }

    private static void checkStream(StreamSpec stream, String at) {
        String query = stream.query();
        require(query != null && !query.isBlank(), at + "/query", "must not be empty, e.g. type='EEG'");
        require(
                query.length() <= MAX_QUERY,
                at + "/query",
                "must be at most " + MAX_QUERY + " characters, was " + query.length());
        require(query.indexOf('\0') < 0, at + "/query", "must not contain NUL");
        name(stream.name(), at + "/name", MAX_NAME);
        require(
                stream.name() == null || stream.name().indexOf('/') < 0,
                at + "/name",
                "must not contain '/', which divides stream from metric");
        require(
                StreamSpec.ONE.equals(stream.match()) || StreamSpec.ALL.equals(stream.match()),
                at + "/match",
                "must be 'one' or 'all'");
        require(
                stream.role() == null || stream.role().equals("markers"),
                at + "/role",
                "must be 'markers' or left out");
        checkChannels(stream.channels(), at + "/channels");
        StreamSpec.CounterChannel counter = stream.counterChannel();
        if (counter != null) {
            required(counter.label(), at + "/counter_channel/label", MAX_NAME);
            require(
                    counter.modulo() >= 2,
                    at + "/counter_channel/modulo",
                    "must be at least 2, was " + counter.modulo());
        }
    }

    private static void checkChannels(List<ChannelSpec> channels, String at) {
        require(
                channels.size() <= MAX_CHANNELS,
                at,
                "must be at most " + MAX_CHANNELS + " channels, were " + channels.size());
        Set<String> metrics = new HashSet<>();
        for (int i = 0; i < channels.size(); i++) {
            ChannelSpec channel = channels.get(i);
            String here = at + "/" + i;
            required(channel.label(), here + "/label", MAX_NAME);
            name(channel.as(), here + "/as", MAX_NAME);
            name(channel.unit(), here + "/unit", MAX_UNIT);
            finite(channel.scale(), here + "/scale");
            require(channel.scale() == null || channel.scale() != 0, here + "/scale", "must not be 0");
            finite(channel.offset(), here + "/offset");
            finite(channel.step(), here + "/step");
            require(channel.step() == null || channel.step() > 0, here + "/step", "must be larger than 0");
            String metric = channel.as() == null ? channel.label() : channel.as();
            require(
                    metrics.add(metric),
                    here + (channel.as() == null ? "/label" : "/as"),
                    "'" + metric + "' is used twice");
        }
    }

    private static void required(@Nullable String text, String at, int most) {
        require(text != null, at, "is missing");
        name(text, at, most);
    }

    private static void name(@Nullable String text, String at, int most) {
        if (text == null) {
            return;
        }
        require(!text.isBlank(), at, "must not be empty");
        require(text.length() <= most, at, "must be at most " + most + " characters, was " + text.length());
        require(text.chars().noneMatch(Character::isISOControl), at, "must not contain control characters");
    }

    private static void finite(@Nullable Double number, String at) {
        require(number == null || Double.isFinite(number), at, "must be a finite number");
    }

    private static void require(boolean holds, String pointer, String detail) {
        if (!holds) {
            throw Refusal.invalid(pointer, detail);
        }
    }

    /** Why a pipeline is refused: no processing step is known yet. */
    public static Refusal noPipeline(int stream) {
        return Refusal.unsupported(
                "/spec/streams/" + stream + "/pipeline", "no processing steps are available yet; leave it out");
    }
}
