package dev.sinal.lsl.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name as the native library reports it. */
final class HostName {
    private static final String NAME = find();

    private HostName() {}

    static String get() {
        return NAME;
    }

    private static String find() {
        try {
            String kernel =
                    Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            if (!kernel.isEmpty()) {
                return kernel;
            }
        } catch (IOException notLinux) {
            // The next ways work everywhere.
        }
        String windows = System.getenv("COMPUTERNAME");
        if (windows != null && !windows.isEmpty()) {
            return windows;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
