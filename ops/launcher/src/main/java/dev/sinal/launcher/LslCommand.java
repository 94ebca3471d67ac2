package dev.sinal.launcher;

import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.KnownPeer;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.lsl.LslSettings;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lsl",
        description = "What the Lab Streaming Layer looks like from here.",
        mixinStandardHelpOptions = true,
        subcommands = {LslCommand.Config.class, LslCommand.Streams.class})
final class LslCommand {
    /** Where the settings come from: the same places as for the services. */
    static final class Source {
        @Option(names = "--config", paramLabel = "FILE", description = "Settings file (YAML).")
        @Nullable
        Path config;

        @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any setting, e.g. --set lsl.ipv6=disable.")
        Map<String, String> set = new HashMap<>();

        LslConfig read() throws Exception {
            Settings settings = new Settings(UpCommand.file(config), System.getenv(), set);
            try {
                return LslSettings.from(settings).resolve(System.getenv("LSLAPICFG"));
            } catch (LslException malformed) {
                throw new ConfigException("lsl_api.cfg", String.valueOf(malformed.getMessage()));
            }
        }
    }

    @Command(
            name = "config",
            description = "Prints every LSL setting in effect and where it comes from.",
            mixinStandardHelpOptions = true)
    static final class Config implements Callable<Integer> {
        @Mixin
        Source source = new Source();

        @Override
        public Integer call() throws Exception {
            System.out.print(source.read().describe());
            return 0;
        }
    }

    @Command(
            name = "list",
            description = "Searches for streams and prints them; exit code 1 if there are none.",
            mixinStandardHelpOptions = true)
    static final class Streams implements Callable<Integer> {
        private static final String LINE = "%-24s %-12s %8s %10s  %-9s %-26s %-20s %s%n";

        @Parameters(
                arity = "0..1",
                paramLabel = "QUERY",
                description = "Which streams, e.g. \"type='EEG' and channel_count>8\". Default: all of the session.")
        String query = "";

        @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long to search. Default: 2.")
        double seconds = 2;

        @Option(names = "--at", paramLabel = "HOST:PORT", description = "Ask one port of one host only.")
        @Nullable
        String place;

        @Mixin
        Source source = new Source();

        @Override
        public Integer call() throws Exception {
            if (!(seconds > 0 && seconds <= 3600)) {
                throw new ConfigException("--timeout", "must be more than 0 and at most 3600 s, was " + seconds);
            }
            StreamQuery wanted = wanted();
            LslConfig config = source.read();
            Vertx vertx = Vertx.vertx();
            try {
                Lsl lsl = Lsl.create(vertx, config);
                Duration time = Duration.ofMillis(Math.round(seconds * 1000));
                String at = place;
                var search = at == null ? lsl.resolve(wanted, 0, time) : at(lsl, at, wanted, time);
                List<StreamInfo> found = search.toCompletionStage()
                        .toCompletableFuture()
                        .get(time.toMillis() + 10_000, TimeUnit.MILLISECONDS);
                print(found);
                return found.isEmpty() ? 1 : 0;
            } finally {
                vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            }
        }

        private StreamQuery wanted() {
            try {
                return StreamQuery.parse(query);
            } catch (LslException malformed) {
                throw new ConfigException("QUERY", String.valueOf(malformed.getMessage()));
            }
        }

        private static io.vertx.core.Future<List<StreamInfo>> at(
                Lsl lsl, String place, StreamQuery wanted, Duration time) {
            KnownPeer peer;
            try {
                peer = KnownPeer.parse(place);
            } catch (IllegalArgumentException malformed) {
                throw new ConfigException("--at", "must be HOST:PORT, was " + place);
            }
            if (peer.port() == 0) {
                throw new ConfigException("--at", "needs a port, was " + place);
            }
            return lsl.resolveAt(peer.host(), peer.port(), wanted, time);
        }

        private static void print(List<StreamInfo> found) {
            System.out.printf(LINE, "NAME", "TYPE", "CHANNELS", "RATE", "FORMAT", "ADDRESS", "HOST", "SOURCE");
            found.stream()
                    .sorted(Comparator.comparing(StreamInfo::name).thenComparing(StreamInfo::uid))
                    .forEach(info -> System.out.printf(
                            LINE,
                            plain(info.name()),
                            plain(info.type()),
                            info.channelCount(),
                            info.nominalRate() == 0 ? "irregular" : Double.toString(info.nominalRate()),
                            info.format().wireName(),
                            info.endpoints().stream().map(Endpoint::toString).collect(Collectors.joining(" ")),
                            plain(info.hostname()),
                            plain(info.sourceId())));
            System.err.println(found.size() == 1 ? "1 stream" : found.size() + " streams");
        }

        /** A stream's name must not steer the terminal. */
        private static String plain(String text) {
            return text.isEmpty() ? "-" : text.replaceAll("\\p{C}", "?");
        }
    }
}
