package dev.sinal.lsl.jna;

import com.sun.jna.Platform;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where to look for the native library. */
final class LibrarySearch {
    private LibrarySearch() {}

    /** @param name path, or a name for the system's loader @param origin who says so, for people */
    record Place(String name, String origin) {}

    /**
     * All places, best first. A library that somebody named is the only place: another version than the one asked for would be a
     * surprise.
     *
     * @param setting value of {@code lsl.library}
     * @param environment value of {@code SINAL_LIBLSL}
     */
    static List<Place> places(@Nullable String setting, @Nullable String environment) {
        if (setting != null && !setting.isBlank()) {
            return List.of(new Place(setting.strip(), "setting lsl.library"));
        }
        if (environment != null && !environment.isBlank()) {
            return List.of(new Place(environment.strip(), "SINAL_LIBLSL"));
        }
        List<Place> places = new ArrayList<>();
        if (Platform.isWindows()) {
            add(places, "the system's search path", "lsl", "liblsl64", "liblsl");
        } else if (Platform.isMac()) {
            add(places, "the loader's search path", "lsl", "liblsl.2.dylib", "liblsl64.dylib");
            add(
                    places,
                    "usual place",
                    "/opt/homebrew/lib/liblsl.dylib",
                    "/opt/homebrew/opt/lsl/Frameworks/lsl.framework/lsl",
                    "/usr/local/lib/liblsl.dylib",
                    "/usr/local/lib/liblsl64.dylib",
                    "/Library/Frameworks/lsl.framework/lsl");
        } else {
            add(places, "the loader's search path", "liblsl.so", "liblsl.so.2", "liblsl64.so");
            add(
                    places,
                    "usual place",
                    "/usr/lib/liblsl.so",
                    "/usr/lib/liblsl64.so",
                    "/usr/local/lib/liblsl.so",
                    "/usr/local/lib/liblsl64.so",
                    "/opt/lsl/lib/liblsl.so");
        }
        return places;
    }

    private static void add(List<Place> places, String origin, String... names) {
        for (String name : names) {
            places.add(new Place(name, origin));
        }
    }
}
