package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Aligned;
import dev.sinal.analytics.domain.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What anybody needs to check an answer: what was computed, from which data, and a line of R and of Python that computes it again. */
final class Receipt {
    private static final String CANONICAL = "float64 little-endian by column, then int64 ns stamps";

    private Receipt() {}

    static JsonObject of(
            String id,
            String method,
            JsonObject parameters,
            long n,
            SeriesReader.Data data,
            @Nullable Aligned aligned,
            Table table,
            String r,
            String python) {
        TreeSet<String> bases = new TreeSet<>();
        data.epochs().forEach(span -> bases.add(span.timeBasis()));
        return new JsonObject()
                .put("method", method)
                .put("parameters", parameters)
                .put("n", n)
                .put("epochs", Shapes.epochs(data.epochs()))
                .put("gaps", Shapes.gaps(data.gaps()))
                .put("clock", new JsonObject().put("clock", "utc").put("time_basis", new JsonArray(List.copyOf(bases))))
                .put("alignment", Shapes.alignment(aligned))
                .put(
                        "data",
                        new JsonObject()
                                .put("url", url(id))
                                .put("sha256", table.sha256())
                                .put("canonical", CANONICAL)
                                .put("columns", new JsonArray(table.names()))
                                .put("rows", table.rows()))
                .put("versions", versions())
                .put("r", r)
                .put("python", python);
    }

    static String url(String id) {
        return "/analysis/results/" + id + "/data";
    }

    private static JsonObject versions() {
        String built = Receipt.class.getPackage().getImplementationVersion();
        String math = org.apache.commons.math3.util.FastMath.class.getPackage().getImplementationVersion();
        return new JsonObject()
                .put("sinal", built == null ? "development" : built)
                .put("commons_math3", math == null ? "3" : math)
                .put("java", Runtime.version().toString());
    }

    /** Reads the data into {@code d}; address and token come from the environment. */
    static String readInR(String id) {
        return "d <- read.csv(url(paste0(Sys.getenv(\"SINAL_URL\"), \"" + url(id)
                + "\"), headers = c(Authorization = paste(\"Bearer\", Sys.getenv(\"SINAL_TOKEN\")))), check.names = FALSE); ";
    }

    /** Reads the data into {@code d}, a dict of numpy arrays; NaN where there is no value. */
    static String readInPython(String id) {
        return "import csv, io, os, urllib.request, numpy as np; "
                + "rows = list(csv.reader(io.TextIOWrapper(urllib.request.urlopen(urllib.request.Request(os.environ['SINAL_URL'] + '"
                + url(id)
                + "', headers={'Authorization': 'Bearer ' + os.environ['SINAL_TOKEN']})), 'utf-8'))); "
                + "d = {name: np.array([float(row[i] or 'nan') for row in rows[1:]]) for i, name in enumerate(rows[0]) if i > 0}; ";
    }

    /** A text as R and Python both read it. */
    static String quoted(String text) {
        return "\""
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r") + "\"";
    }
}
