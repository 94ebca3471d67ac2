package dev.sinal.launcher;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;

/** Where this operating system keeps a user's data. */
final class DataDirs {
    private DataDirs() {}

    static Path forUser() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        Path home = Path.of(System.getProperty("user.home"));
        if (os.contains("win")) {
            String local = System.getenv("LOCALAPPDATA");
            return (local == null ? home.resolve("AppData/Local") : Path.of(local)).resolve("Sinal");
        }
        if (os.contains("mac")) {
            return home.resolve("Library/Application Support/Sinal");
        }
        String xdg = System.getenv("XDG_DATA_HOME");
        return (xdg == null || xdg.isBlank() ? home.resolve(".local/share") : Path.of(xdg)).resolve("sinal");
    }

    /** Of letters that a node name may have. */
    static String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
            return name.isEmpty() || !Character.isLetterOrDigit(name.charAt(0)) ? "node" : name;
        } catch (UnknownHostException e) {
            return "node";
        }
    }
}
