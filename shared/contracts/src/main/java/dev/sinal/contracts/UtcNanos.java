package dev.sinal.contracts;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** UTC as int64 nanoseconds since 1970, and as RFC 3339 with nine digits, so that text order is time order. */
public final class UtcNanos {
    private static final long NANOS = 1_000_000_000L;
    private static final DateTimeFormatter OUT =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter();

    private UtcNanos() {}

    /** {@code 2026-01-02T03:04:05.000000000Z}. */
    public static String format(long nanos) {
        return OUT.format(instant(nanos));
    }

    public static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    public static long of(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS), instant.getNano());
    }

    public static long now() {
        return of(Instant.now());
    }

    /** Start of the UTC day that holds the moment. */
    public static long startOfDay(long nanos) {
        return Math.floorDiv(nanos, 86_400L * NANOS) * 86_400L * NANOS;
    }

    /**
     * Reads RFC 3339 with an offset (a space where {@code +} belongs is accepted, as query strings make one) or a date.
     *
     * @param zone where a bare date begins
     * @throws DateTimeException with the remedy, also for a time without offset
     */
    public static long parse(String text, ZoneId zone) {
        String trimmed = text.strip();
        if (trimmed.length() == 10) {
            try {
                return of(LocalDate.parse(trimmed).atStartOfDay(zone).toInstant());
            } catch (DateTimeException | ArithmeticException e) {
                throw notATime(trimmed, e);
            }
        }
        String repaired =
                trimmed.replaceFirst("^(\\d{4}-\\d{2}-\\d{2})[ t]", "$1T").replaceFirst(" (\\d{2}:?\\d{2})$", "+$1");
        if (repaired.matches("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+")) {
            throw new DateTimeException("'" + trimmed + "' has no offset from UTC: add Z, or an offset such as +02:00");
        }
        try {
            return of(OffsetDateTime.parse(repaired.toUpperCase(java.util.Locale.ROOT))
                    .toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            throw notATime(trimmed, e);
        }
    }

    private static DateTimeException notATime(String text, RuntimeException cause) {
        return new DateTimeException(
                "'" + text + "' is not a time of the years 1678 to 2261; write 2026-01-31T12:00:00Z, "
                        + "2026-01-31T12:00:00+02:00 or 2026-01-31",
                cause);
    }

    public static long parse(String text) {
        return parse(text, ZoneOffset.UTC);
    }
}
