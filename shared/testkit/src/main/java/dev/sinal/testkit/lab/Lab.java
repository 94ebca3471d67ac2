package dev.sinal.testkit.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network of its own: each host is a network namespace with an address on one switch, and this process is on it too. Everything of it is named
 * after this process and goes with {@link #close}; what a process that died left behind is removed by the next start.
 */
public final class Lab implements AutoCloseable {
    /** For benchmarks of network devices, RFC 2544: nobody's real network. */
    private static final String NETWORK = "198.18.";

    private static final Pattern NAME = Pattern.compile("^sinal-(\\d+)-\\S+", Pattern.MULTILINE);
    private static final int FIRST_HOST = 11;

    private final String prefix;
    private final String ourEnd;
    private final String subnet;
    private final List<LabHost> hosts = new ArrayList<>();
    private @Nullable Thread hook;

    private Lab(long pid) {
        this.prefix = "sinal-" + pid + "-";
        this.ourEnd = "sn" + pid;
        this.subnet = NETWORK + (1 + pid % 250) + ".";
    }

    /** What this machine lacks, for people; empty = labs work. */
    public static Optional<String> missing() {
        if (!System.getProperty("os.name").startsWith("Linux") || !"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces need Linux and root");
        }
        if (!Shell.works("ip -V") || !Shell.works("nft -v")) {
            return Optional.of("iproute2 and nftables are not installed (apt-get install iproute2 nftables)");
        }
        String probe = "sinal-" + ProcessHandle.current().pid() + "-probe";
        if (!Shell.works("ip netns add " + probe)) {
            return Optional.of("network namespaces cannot be made here");
        }
        Shell.works("ip netns del " + probe);
        return Optional.empty();
    }

    public static Lab create() throws IOException {
        removeStale();
        Lab lab = new Lab(ProcessHandle.current().pid());
        Thread hook = new Thread(lab::removeAll, "remove-lab");
        Runtime.getRuntime().addShutdownHook(hook);
        lab.hook = hook;
        try {
            lab.addSwitch();
            return lab;
        } catch (IOException e) {
            lab.close();
            throw e;
        }
    }

    /** A host more. @param name short, of letters and digits */
    public LabHost host(String name) throws IOException {
        String namespace = prefix + name;
        String address = subnet + (FIRST_HOST + hosts.size());
        plug(namespace, address, "h" + hosts.size());
        LabHost host = new LabHost(namespace, address);
        hosts.add(host);
        return host;
    }

    /** Address of this process on the lab's network. */
    public String ourAddress() {
        return subnet + "1";
    }

    /** The lab's network, in CIDR form. */
    public String network() {
        return subnet + "0/24";
    }

    /** Processes on the hosts must have ended. */
    @Override
    public void close() {
        removeAll();
        if (hook != null) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** The switch is in a namespace too: packet filters of this machine have no say in it. */
    private void addSwitch() throws IOException {
        String lan = prefix + "lan";
        Shell.run("ip netns add " + lan);
        Shell.run("ip -n " + lan + " link set lo up");
        Shell.run("ip -n " + lan + " link add switch type bridge");
        Shell.run("ip -n " + lan + " link set switch up");
        Shell.run("ip link add " + ourEnd + " type veth peer name here netns " + lan);
        Shell.run("ip -n " + lan + " link set here master switch up");
        Shell.run("ip addr add " + ourAddress() + "/24 dev " + ourEnd);
        Shell.run("ip link set " + ourEnd + " up");
    }

    private void plug(String namespace, String address, String port) throws IOException {
        String lan = prefix + "lan";
        Shell.run("ip netns add " + namespace);
        Shell.run("ip -n " + lan + " link add " + port + " type veth peer name eth0 netns " + namespace);
        Shell.run("ip -n " + lan + " link set " + port + " master switch up");
        Shell.run("ip -n " + namespace + " addr add " + address + "/24 dev eth0");
        Shell.run("ip -n " + namespace + " link set lo up");
        Shell.run("ip -n " + namespace + " link set eth0 up");
        Shell.run("ip -n " + namespace + " route add 224.0.0.0/4 dev eth0");
    }

    private void removeAll() {
        List<LabHost> last = new ArrayList<>(hosts);
        Collections.reverse(last);
        last.forEach(host -> Shell.works("ip netns del " + host.namespace()));
        Shell.works("ip netns del " + prefix + "lan");
        Shell.works("ip link del " + ourEnd);
    }

    private static void removeStale() throws IOException {
        Matcher found = NAME.matcher(Shell.run("ip netns list"));
        while (found.find()) {
            long pid = Long.parseLong(found.group(1));
            if (ProcessHandle.of(pid).isEmpty()) {
                Shell.works("ip netns del " + found.group());
                Shell.works("ip link del sn" + pid);
            }
        }
    }
}
