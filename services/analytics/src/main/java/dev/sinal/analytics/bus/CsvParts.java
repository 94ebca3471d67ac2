package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Table;
import dev.sinal.contracts.UtcNanos;

/** A table as RFC 4180 CSV in parts of at most 256 KiB: each a whole number of rows, the header in the first. */
final class CsvParts {
    private static final int PART_BYTES = 262_144;
    /** Timestamp, and a double in its longest form. */
    private static final int STAMP_BYTES = 34;

    private static final int VALUE_BYTES = 27;

    private final Table table;
    private final boolean seconds;
    private final int rowsPerPart;

    CsvParts(Table table, boolean seconds) {
        this.table = table;
        this.seconds = seconds;
        int rowBytes = STAMP_BYTES + VALUE_BYTES * (table.columns().length + 1);
        this.rowsPerPart = Math.max(1, (PART_BYTES - header().length() * 4) / rowBytes);
    }

    int count() {
        return Math.max(1, (table.rows() + rowsPerPart - 1) / rowsPerPart);
    }

    /** @param part 0, 1 … {@link #count} − 1 */
    String text(int part) {
        StringBuilder text = new StringBuilder();
        if (part == 0) {
            text.append(header());
        }
        int to = (int) Math.min(table.rows(), (part + 1L) * rowsPerPart);
        for (int i = part * rowsPerPart; i < to; i++) {
            text.append(UtcNanos.format(table.stamps()[i]));
            if (seconds) {
                text.append(',').append((table.stamps()[i] - table.stamps()[0]) / 1e9);
            }
            for (double[] column : table.columns()) {
                text.append(',');
                append(text, column[i]);
            }
            text.append("\r\n");
        }
        return text.toString();
    }

    private static void append(StringBuilder text, double value) {
        if (Double.isInfinite(value)) {
            text.append(value > 0 ? "Inf" : "-Inf");
        } else if (!Double.isNaN(value)) {
            text.append(value);
        }
    }

    private String header() {
        StringBuilder header = new StringBuilder("timestamp");
        if (seconds) {
            header.append(",seconds");
        }
        for (String name : table.names()) {
            boolean quoted = name.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
            header.append(',').append(quoted ? "\"" + name.replace("\"", "\"\"") + "\"" : name);
        }
        return header.append("\r\n").toString();
    }
}
