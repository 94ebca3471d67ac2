package dev.sinal.bench.store;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Processor time in seconds, user and system, of processes on Linux. */
final class CpuTime {
    /** Of /proc times: the unit is fixed for programs, whatever the kernel's own tick is. */
    private static final double TICKS_A_SECOND = 100;

    private static final int AFTER_NAME_PPID = 1;
    private static final int AFTER_NAME_UTIME = 11;
    private static final int AFTER_NAME_CSTIME = 14;

    private CpuTime() {}

    /** Of this JVM: all threads, compiler and collector included. */
    static double self() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** Of a process, its children that live, and those of its children that have ended. */
    static double tree(long pid) throws IOException {
        double seconds = 0;
        for (String[] fields : members(pid)) {
            long ticks = 0;
            for (int f = AFTER_NAME_UTIME; f <= AFTER_NAME_CSTIME; f++) {
                ticks += Long.parseLong(fields[f]);
            }
            seconds += ticks / TICKS_A_SECOND;
        }
        return seconds;
    }

    private static List<String[]> members(long pid) throws IOException {
        List<String[]> members = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .toList()) {
                String[] fields = stat(process);
                boolean itself = process.getFileName().toString().equals(Long.toString(pid));
                if (fields.length > AFTER_NAME_CSTIME
                        && (itself || fields[AFTER_NAME_PPID].equals(Long.toString(pid)))) {
                    members.add(fields);
                }
            }
        }
        return members;
    }

    /** The fields behind the name, which may hold blanks; empty when the process is gone. */
    private static String[] stat(Path process) throws IOException {
        try {
            String line = Files.readString(process.resolve("stat"));
            return line.substring(line.lastIndexOf(')') + 2).split(" ");
        } catch (NoSuchFileException gone) {
            return new String[0];
        } catch (IOException gone) {
            if (Files.exists(process)) {
                throw gone;
            }
            return new String[0];
        }
    }
}
