package dev.sinal.runtime;

import dev.sinal.contracts.EditDistance;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Settings as flat keys {@code section.key}: file, then environment ({@code SINAL_<SECTION>_<KEY>}), then flags. Every key that somebody reads
 * becomes known; {@link #refuseUnknown} stops the start when anything else is set.
 */
public final class Settings {
    private static final String PREFIX = "SINAL_";

    private final Map<String, String> given;
    private final Map<String, String> environment;
    private final Map<String, String> flags;
    private final Map<String, String> known = new TreeMap<>();

    /** @param given from the file, flat @param environment as the process has it @param flags flat */
    public Settings(Map<String, String> given, Map<String, String> environment, Map<String, String> flags) {
        this.given = Map.copyOf(given);
        this.environment = Map.copyOf(environment);
        this.flags = Map.copyOf(flags);
    }

    public static Settings of(Map<String, String> flags) {
        return new Settings(Map.of(), Map.of(), flags);
    }

    public @Nullable String textOrNull(String key) {
        String value = find(key);
        known.put(key, value == null ? "" : value);
        return value;
    }

    public String text(String key, String byDefault) {
        String value = textOrNull(key);
        known.putIfAbsent(key, byDefault);
        return value == null ? byDefault : value;
    }

    public String requireText(String key, String remedy) {
        String value = textOrNull(key);
        if (value == null || value.isBlank()) {
            throw new ConfigException(key, "is missing: " + remedy);
        }
        return value;
    }

    public int integer(String key, int byDefault, int min, int max) {
        return (int) number(key, byDefault, min, max, "a whole number");
    }

    public long longInteger(String key, long byDefault, long min, long max) {
        return number(key, byDefault, min, max, "a whole number");
    }

    public double decimal(String key, double byDefault, double min, double max) {
        String value = textOrNull(key);
        if (value == null) {
            return byDefault;
        }
        try {
            double number = Double.parseDouble(value.strip());
            if (!(number >= min && number <= max)) {
                throw new ConfigException(key, "must be " + min + " to " + max + ", was " + number);
            }
            return number;
        } catch (NumberFormatException e) {
            throw new ConfigException(key, "must be a number, was '" + value + "'");
        }
    }

    private long number(String key, long byDefault, long min, long max, String what) {
        String value = textOrNull(key);
        if (value == null) {
            return byDefault;
        }
        try {
            long number = Long.parseLong(value.strip());
            if (number < min || number > max) {
                throw new ConfigException(key, "must be " + min + " to " + max + ", was " + number);
            }
            return number;
        } catch (NumberFormatException e) {
            throw new ConfigException(key, "must be " + what + ", was '" + value + "'");
        }
    }

    public boolean flag(String key, boolean byDefault) {
        String value = textOrNull(key);
        if (value == null) {
            return byDefault;
        }
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new ConfigException(key, "must be true or false, was '" + value + "'");
        };
    }

    /** Written {@code 250ms}, {@code 5s}, {@code 10m}, {@code 2h}, {@code 90d} or ISO 8601 ({@code PT5S}). */
    public Duration duration(String key, Duration byDefault, Duration min, Duration max) {
        String value = textOrNull(key);
        if (value == null) {
            return byDefault;
        }
        Duration duration = parseDuration(key, value.strip());
        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            throw new ConfigException(key, "must be " + min + " to " + max + ", was " + duration);
        }
        return duration;
    }

    /** Comma separated. */
    public List<String> list(String key, List<String> byDefault) {
        String value = textOrNull(key);
        if (value == null) {
            return byDefault;
        }
        return Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    /** @throws ConfigException naming a key that is set but that nobody reads, with the nearest known one */
    public void refuseUnknown() {
        Set<String> unknown = new TreeSet<>();
        given.keySet().stream().filter(key -> !known.containsKey(key)).forEach(unknown::add);
        flags.keySet().stream().filter(key -> !known.containsKey(key)).forEach(unknown::add);
        if (!unknown.isEmpty()) {
            String key = unknown.iterator().next();
            throw new ConfigException(key, "is not a setting" + nearest(key));
        }
        Set<String> knownNames = new TreeSet<>();
        Set<String> sections = new TreeSet<>();
        for (String key : known.keySet()) {
            knownNames.add(environmentName(key));
            sections.add(PREFIX + key.substring(0, key.indexOf('.')).toUpperCase(Locale.ROOT) + "_");
        }
        for (String name : environment.keySet()) {
            if (!knownNames.contains(name) && sections.stream().anyMatch(name::startsWith)) {
                throw new ConfigException(name, "(environment) is not a setting");
            }
        }
    }

    /** {@code store.maxRows} becomes {@code SINAL_STORE_MAX_ROWS}. */
    static String environmentName(String key) {
        return PREFIX
                + key.replace('.', '_').replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }

    private @Nullable String find(String key) {
        String flag = flags.get(key);
        if (flag != null) {
            return flag;
        }
        String fromEnvironment = environment.get(environmentName(key));
        if (fromEnvironment != null) {
            return fromEnvironment;
        }
        return given.get(key);
    }

    private String nearest(String key) {
        String best = "";
        int bestDistance = 4;
        for (String candidate : known.keySet()) {
            int distance = EditDistance.between(key, candidate);
            if (distance < bestDistance) {
                best = "; did you mean " + candidate + "?";
                bestDistance = distance;
            }
        }
        return best;
    }

    private static Duration parseDuration(String key, String value) {
        try {
            String lower = value.toLowerCase(Locale.ROOT);
            if (lower.endsWith("ms")) {
                return Duration.ofMillis(
                        Long.parseLong(lower.substring(0, lower.length() - 2).strip()));
            }
            if (lower.endsWith("d") && !lower.startsWith("p")) {
                return Duration.ofDays(
                        Long.parseLong(lower.substring(0, lower.length() - 1).strip()));
            }
            if (!lower.startsWith("p")) {
                return Duration.parse("PT" + lower.replace(" ", ""));
            }
            return Duration.parse(value);
        } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
            throw new ConfigException(key, "must be a duration such as 250ms, 5s or 10m, was '" + value + "'");
        }
    }
}
