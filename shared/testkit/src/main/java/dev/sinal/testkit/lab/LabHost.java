package dev.sinal.testkit.lab;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host of a {@link Lab}.
 *
 * @param namespace its network namespace
 * @param address IPv4
 */
public record LabHost(String namespace, String address) {
    private static final String TABLE = "inet cut";
    private static final Pattern COUNTED = Pattern.compile("counter packets (\\d+)");

    /** In front of a command, runs it on this host; the command keeps the process id. */
    public List<String> under() {
        return List.of("ip", "netns", "exec", namespace);
    }

    /** From now on no packet gets from here to these addresses or back; nobody is told. */
    public void cutFrom(List<String> addresses) throws IOException {
        String them = "{ " + String.join(", ", addresses) + " }";
        nft("add table " + TABLE);
        nft("add chain " + TABLE + " in { type filter hook input priority 0 ; }");
        nft("add chain " + TABLE + " out { type filter hook output priority 0 ; }");
        nft("add rule " + TABLE + " in ip saddr " + them + " counter drop");
        nft("add rule " + TABLE + " out ip daddr " + them + " counter drop");
    }

    /** Ends the cut. @return how many packets were dropped; 0 means that it was no test */
    public long heal() throws IOException {
        Matcher counted = COUNTED.matcher(nft("list table " + TABLE));
        long dropped = 0;
        while (counted.find()) {
            dropped += Long.parseLong(counted.group(1));
        }
        nft("delete table " + TABLE);
        return dropped;
    }

    private String nft(String words) throws IOException {
        return Shell.run("ip netns exec " + namespace + " nft " + words);
    }
}
