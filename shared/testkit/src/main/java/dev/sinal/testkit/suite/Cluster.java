package dev.sinal.testkit.suite;

import dev.sinal.lsl.LslConfig;
import dev.sinal.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Processes of the suite that form one cluster, with one database and one key file: on loopback and free ports with an LSL of their own, or on the
 * hosts of a lab. A node keeps its place and data folder over any number of starts.
 */
public final class Cluster implements AutoCloseable {
    private final Path folder;
    private final String heap;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Place> places = new ArrayList<>();
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final String token;

    /**
     * Where a node runs.
     *
     * @param address it binds
     * @param clusterPort of the cluster
     * @param under command in front of it, see {@link SinalProcess.Shape}
     */
    public record Place(String address, int clusterPort, List<String> under) {
        public Place {
            under = List.copyOf(under);
        }

        private String peer() {
            return address + ":" + clusterPort;
        }

        private boolean isLoopback() {
            return address.startsWith("127.");
        }
    }

    private static final class Member {
        private final Place place;
        private final List<String> arguments;
        private SinalProcess process;

        private Member(Place place, List<String> arguments, SinalProcess process) {
            this.place = place;
            this.arguments = arguments;
            this.process = process;
        }
    }

    private Cluster(Path folder, String heap, Map<String, String> environment, List<Place> places, String token) {
        this.folder = folder;
        this.heap = heap;
        this.environment.putAll(environment);
        this.places.addAll(places);
        this.token = token;
    }

    /**
     * @param folder of logs, data and keys
     * @param nodes how many different nodes may be started
     * @param heap of each, as for {@code -Xmx}
     */
    public static Cluster prepare(Path folder, String databaseUri, int nodes, String heap)
            throws IOException, InterruptedException {
        List<Place> places = FreePorts.many(nodes).stream()
                .map(port -> new Place("127.0.0.1", port, List.of()))
                .toList();
        return prepare(folder, databaseUri, places, heap, LslTestConfig.environment(folder));
    }

    /** @param places of the nodes, in the order in which they will be started first @param lsl environment with {@code LSLAPICFG} */
    public static Cluster prepare(
            Path folder, String databaseUri, List<Place> places, String heap, Map<String, String> lsl)
            throws IOException, InterruptedException {
        Map<String, String> environment = new LinkedHashMap<>(lsl);
        environment.put("SINAL_DATABASE_URI", databaseUri);
        environment.put("SINAL_AUTH_KEY_FILE", folder.resolve("keys.json").toString());
        return new Cluster(folder, heap, environment, places, makeToken(environment));
    }

    /** Makes the key file named in the environment. @return a token that may do everything, for an hour */
    static String makeToken(Map<String, String> environment) throws IOException, InterruptedException {
        SinalProcess.run(environment, "keys", "init");
        return SinalProcess.run(environment, "token", "--role", "admin");
    }

    /** @param arguments services, and options if need be */
    public SinalProcess start(String name, String... arguments) throws IOException {
        if (members.containsKey(name) || members.size() == places.size()) {
            throw new IllegalStateException("node " + name + " is one too many");
        }
        Place place = places.get(members.size());
        List<String> all = command(name, place, arguments);
        SinalProcess process = launch(name, place, all);
        members.put(name, new Member(place, all, process));
        return process;
    }

    /** The same node once more: same name, port, data and services. */
    public SinalProcess again(String name) throws IOException {
        Member member = member(name);
        if (member.process.alive()) {
            throw new IllegalStateException("node " + name + " runs still");
        }
        member.process = launch(name, member.place, member.arguments);
        return member.process;
    }

    /** The newest process of a node. */
    public SinalProcess node(String name) {
        return member(name).process;
    }

    public List<SinalProcess> processes() {
        return members.values().stream().map(member -> member.process).toList();
    }

    public SuiteClient client(String gateway) {
        return new SuiteClient(node(gateway), token);
    }

    public String token() {
        return token;
    }

    public Place place(String name) {
        return member(name).place;
    }

    /** The LSL that the nodes see; for outlets of the test. */
    public LslConfig lsl() throws IOException {
        Path file = Path.of(environment.get("LSLAPICFG"));
        return LslConfig.parse(Files.readString(file), file.toString());
    }

    /** Every log, for the message of a failed test. */
    public String logs() {
        StringBuilder text = new StringBuilder();
        members.forEach((name, member) -> text.append("==== ")
                .append(name)
                .append('\n')
                .append(member.process.log())
                .append('\n'));
        return text.toString();
    }

    @Override
    public void close() {
        processes().forEach(SinalProcess::askToStop);
        processes().forEach(SinalProcess::close);
    }

    private List<String> command(String name, Place place, String... arguments) {
        List<String> all = new ArrayList<>(List.of("node"));
        all.addAll(Arrays.asList(arguments));
        all.addAll(List.of(
                "--node-name",
                name,
                "--cluster",
                "--cluster-port",
                Integer.toString(place.clusterPort()),
                "--join",
                String.join(",", places.stream().map(Place::peer).toList()),
                "--data-dir",
                folder.resolve("data-" + name).toString(),
                "--port",
                "0"));
        if (!place.isLoopback()) {
            all.addAll(List.of("--host", place.address(), "--set", "cluster.host=" + place.address()));
            // A network of the test's own: nobody else is on it.
            all.addAll(List.of("--set", "cluster.insecure=true"));
        }
        return all;
    }

    private SinalProcess launch(String name, Place place, List<String> arguments) throws IOException {
        return SinalProcess.start(new SinalProcess.Shape(heap, place.under()), folder, name, environment, arguments);
    }

    private Member member(String name) {
        Member member = members.get(name);
        if (member == null) {
            throw new IllegalStateException("no node " + name + ", there are " + members.keySet());
        }
        return member;
    }
}
