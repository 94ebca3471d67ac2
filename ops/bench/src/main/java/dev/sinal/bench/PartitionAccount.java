package dev.sinal.bench;

import dev.sinal.testkit.SampleAccount;
import dev.sinal.testkit.suite.LabCluster;
import dev.sinal.testkit.suite.NumberedAgent;
import dev.sinal.testkit.suite.SuiteClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Three nodes on hosts of their own: the one that collects is cut off for 30 s, one is killed, all are rolled; then every sample is accounted for.
 * One line for each agent. Needs Linux, root, iproute2 and nftables.
 *
 * <p>Usage: {@code PartitionAccount [AGENTS] [HZ]}.
 */
public final class PartitionAccount {
    private static final Duration CUT = Duration.ofSeconds(30);

    private PartitionAccount() {}

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        double rateHz = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 250;
        List<NumberedAgent> agents = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            agents.add(new NumberedAgent("agent-" + i));
        }
        Path folder = Files.createTempDirectory("sinal-partition-");
        try (LabCluster lab = LabCluster.start(folder, agents, rateHz)) {
            SuiteClient client = lab.client("node-1");
            for (NumberedAgent agent : agents) {
                agent.start(client);
                agent.awaitStored(client, 200);
            }
            double cut = cut(lab, agents);
            double kill = kill(lab, agents);
            roll(lab, agents);
            report(lab, agents, count + " x " + Math.round(rateHz) + " Hz", cut, kill);
        }
    }

    /** @return seconds from the heal until every gateway serves every agent and each has one collector */
    private static double cut(LabCluster lab, List<NumberedAgent> agents) throws Exception {
        NumberedAgent first = agents.get(0);
        String holder = first.runningOn(lab.client("node-1"));
        SuiteClient other = lab.client(lab.nodeOtherThan(holder));
        long dropped = lab.cut(holder, CUT, () -> first.awaitNodeOtherThan(other, holder));
        long healed = System.nanoTime();
        for (NumberedAgent agent : agents) {
            lab.awaitEveryGatewayServes(agent);
            agent.awaitOneCollector(other);
        }
        double seconds = since(healed);
        System.out.printf(Locale.ROOT, "cut of %s: %d packets dropped%n", holder, dropped);
        return seconds;
    }

    /** @return seconds from the kill until the agent runs elsewhere */
    private static double kill(LabCluster lab, List<NumberedAgent> agents) throws Exception {
        NumberedAgent first = agents.get(0);
        String holder = first.runningOn(lab.client("node-1"));
        SuiteClient other = lab.client(lab.nodeOtherThan(holder));
        long begin = System.nanoTime();
        lab.cluster().node(holder).kill();
        first.awaitNodeOtherThan(other, holder);
        double seconds = since(begin);
        lab.cluster().again(holder).awaitReady();
        for (NumberedAgent agent : agents) {
            lab.awaitEveryGatewayServes(agent);
        }
        return seconds;
    }

    private static void roll(LabCluster lab, List<NumberedAgent> agents) throws Exception {
        for (String node : LabCluster.NODES) {
            int code = lab.cluster().node(node).terminate();
            if (code != 0) {
                throw new IllegalStateException(node + " ended with " + code);
            }
            lab.cluster().again(node).awaitReady();
            for (NumberedAgent agent : agents) {
                agent.awaitMore(lab.client(node), 100);
            }
        }
    }

    private static void report(LabCluster lab, List<NumberedAgent> agents, String load, double cut, double kill)
            throws Exception {
        SuiteClient client = lab.client("node-1");
        System.out.println(
                "scenario | load | faults | sent | accepted | stored | dup | gaps (est/actual) | recovery s");
        for (NumberedAgent agent : agents) {
            agent.stop(client);
            // Nobody collected what was sent before the first stored sample.
            long sent = lab.sent(agent) - client.rows(agent.id()).get(0).index();
            SampleAccount account = agent.awaitBalance(client);
            long estimated = client.gaps(agent.id()).stream()
                    .map(SampleAccount.Gap::estimated)
                    .filter(Objects::nonNull)
                    .mapToLong(Long::longValue)
                    .sum();
            System.out.printf(
                    Locale.ROOT,
                    "%s | %s | cut 30 s, kill -9, roll | %d | %d | %d | %d | %d/%d | cut %.1f, kill %.1f%n",
                    agent.id(),
                    load,
                    sent,
                    agent.accepted(client),
                    account.stored(),
                    account.twice(),
                    estimated,
                    account.missing(),
                    cut,
                    kill);
            account.faults().forEach(fault -> System.out.println("  FAULT " + fault));
        }
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
