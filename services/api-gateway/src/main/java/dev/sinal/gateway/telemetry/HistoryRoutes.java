package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Scopes;
import dev.sinal.gateway.format.CsvRows;
import dev.sinal.gateway.format.JsonRows;
import dev.sinal.gateway.format.MsgpackRows;
import dev.sinal.gateway.format.NdjsonRows;
import dev.sinal.gateway.format.PlotJson;
import dev.sinal.gateway.format.PublicJson;
import dev.sinal.gateway.format.RowBytes;
import dev.sinal.gateway.format.RowFormat;
import dev.sinal.gateway.format.Times;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.http.HttpProblem;
import dev.sinal.gateway.http.Routes;
import dev.sinal.gateway.http.TimeRange;
import dev.sinal.gateway.routes.AgentIds;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stored samples: pages, whole ranges, plots. */
public final class HistoryRoutes {
    private static final int MAX_POINTS = 10_000;
    private static final int POINTS = 1_000;

    private final Vertx vertx;
    private final History history;
    private final Pages pages;
    private final RowStream stream;
    private final ChunkStream chunks;

    public HistoryRoutes(Vertx vertx, History history, MeterRegistry metrics) {
        this.vertx = vertx;
        this.history = history;
        this.pages = new Pages(vertx);
        this.stream = new RowStream(vertx, metrics);
        this.chunks = new ChunkStream(vertx);
    }

    public void mount(Routes routes) {
        routes.get("/telemetry/history", Access.scope(Scopes.STREAM_READ), this::history);
        routes.get("/telemetry/plot", Access.scope(Scopes.STREAM_READ), this::plot);
    }

    private Future<Answer> history(Call call) {
        Accepted accepted = Accepted.of(call.ctx());
        Fields in = call.query();
        HistoryQuery query = HistoryQuery.of(in);
        call.principal().requireAgent(query.agentId());
        if (accepted == Accepted.CHUNKS && (query.paged() || query.from().committed())) {
            throw HttpProblem.badRequest("undecoded blocks come as a whole range in the order of time, not in pages");
        }
        boolean headAlone = call.headOnly() && accepted != Accepted.JSON && !query.paged();
        Future<Wanted> wanted =
                headAlone || accepted == Accepted.CHUNKS ? history.wanted(query, in) : history.wantedRows(query, in);
        ReadClient reads = reads().until(call.gone());
        if (headAlone) {
            return wanted.map(found -> Answer.of(accepted.type(), Buffer.buffer()));
        }
        if (accepted == Accepted.CHUNKS) {
            return wanted.compose(found -> chunks.send(
                            history, reads, query, found, call.ctx().response())
                    .map(Answer.STREAMED));
        }
        if (accepted == Accepted.JSON || query.paged()) {
            return wanted.compose(found -> reads.onAnotherStore(() -> page(call, reads, accepted, query, found)));
        }
        return wanted.compose(found -> history.open(reads, query, found, false, null)
                .compose(source -> {
                    try {
                        return stream(call, accepted, query, found, source);
                    } catch (RuntimeException e) {
                        source.close();
                        return Future.failedFuture(e);
                    }
                }));
    }

    private ReadClient reads() {
        return history.services().reads();
    }

    private Future<Answer> stream(Call call, Accepted accepted, HistoryQuery query, Wanted wanted, RowSource source) {
        RowFormat format = format(accepted, query, wanted, source.opened());
        HttpServerResponse response = call.ctx().response();
        response.setChunked(true).putHeader("Content-Type", format.contentType());
        if (!format.compressible()) {
            response.putHeader("Content-Encoding", "identity");
        }
        return stream.send(source, format, response).map(Answer.STREAMED);
    }

    private static RowFormat format(Accepted accepted, HistoryQuery query, Wanted wanted, ReadOpened opened) {
        return switch (accepted) {
            case NDJSON -> new NdjsonRows(query.style());
            case MSGPACK -> new MsgpackRows(query.style());
            case CSV ->
                query.longLayout()
                        ? CsvRows.longLayout(query.style(), sharedNames(wanted, opened))
                        : CsvRows.wide(query.style(), columns(wanted, opened), sharedNames(wanted, opened));
            default -> new JsonRows(query.style());
        };
    }

    private static boolean sharedNames(Wanted wanted, ReadOpened opened) {
        Set<String> ids = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        for (ReadOpened.EpochDescriptor described : opened.streams()) {
            if (wanted.columns().columns(described.stream()).length > 0) {
                ids.add(described.stream().id());
                names.add(described.stream().name());
            }
        }
        return ids.size() > names.size();
    }

    /** Metrics of the streams of one name, those of the newest epoch first. */
    private static List<String> columns(Wanted wanted, ReadOpened opened) {
        Set<String> streams = new LinkedHashSet<>();
        Set<String> metrics = new LinkedHashSet<>();
        for (ReadOpened.EpochDescriptor described : opened.streams()) {
            int[] chosen = wanted.columns().columns(described.stream());
            if (chosen.length > 0) {
                streams.add(described.stream().name());
            }
            for (int column : chosen) {
                ChannelDescriptor channel = described.stream().channels().get(column);
                metrics.add(channel.metric());
            }
        }
        if (streams.size() > 1) {
            throw History.severalStreams();
        }
        return List.copyOf(metrics);
    }

    private Future<Answer> page(Call call, ReadClient reads, Accepted accepted, HistoryQuery query, Wanted wanted) {
        return page(reads, query, wanted, source -> format(accepted, query, wanted, source.opened()))
                .map(read -> answer(call, accepted, query, read));
    }

    /** A page with what stands beside it. */
    private record Read(Pages.Page page, RowFormat format, JsonArray gaps) {}

    /** What is enough for most pages is asked for first; a page that it is not enough for is read anew. */
    private Future<Read> page(
            ReadClient reads, HistoryQuery query, Wanted wanted, Function<RowSource, RowFormat> format) {
        return page(reads, query, wanted, format, Math.toIntExact(query.skip() + query.pageSize() + 1))
                .compose(read -> read.page().cutShort()
                        ? page(reads, query, wanted, format, null)
                        : Future.succeededFuture(read));
    }

    private Future<Read> page(
            ReadClient reads,
            HistoryQuery query,
            Wanted wanted,
            Function<RowSource, RowFormat> format,
            @Nullable Integer enough) {
        return history.open(reads, query, wanted, true, enough).compose(source -> {
            try {
                RowFormat rows = format.apply(source);
                JsonArray gaps = PublicJson.array(
                        source.opened().gaps(),
                        gap -> PublicJson.gap(gap, query.style().times()));
                return pages.read(source, rows, query.skip(), query.pageSize()).map(page -> new Read(page, rows, gaps));
            } catch (RuntimeException e) {
                source.close();
                return Future.failedFuture(e);
            }
        });
    }

    private static Answer answer(Call call, Accepted accepted, HistoryQuery query, Read read) {
        Pages.Page page = read.page();
        RowFormat format = read.format();
        Place last = page.last() == null ? query.from() : page.last();
        String cursor = last.encode();
        Answer answer = switch (accepted) {
            case JSON -> Answer.of(Answer.JSON, json(page, query, cursor, read.gaps()));
            case MSGPACK ->
                Answer.of(format.contentType(), MsgpackPage.of(page, query, cursor, read.gaps()))
                        .with("Content-Encoding", "identity");
            default -> {
                RowBytes head = new RowBytes(256);
                format.begin(head);
                yield Answer.of(format.contentType(), head.take().appendBuffer(page.rows()));
            }
        };
        return page.complete() ? answer : answer.with("Link", next(call, cursor));
    }

    private static Buffer json(Pages.Page page, HistoryQuery query, String cursor, JsonArray gaps) {
        return Buffer.buffer(page.rows().length() + 256)
                .appendString("{\"items\":[")
                .appendBuffer(page.rows())
                .appendString("],\"page\":" + query.page() + ",\"page_size\":" + query.pageSize() + ",\"complete\":"
                        + page.complete() + ",\"next_cursor\":\"" + cursor + "\",\"gaps\":" + gaps.encode() + "}");
    }

    private static String next(Call call, String cursor) {
        MultiMap parameters = call.ctx().queryParams();
        StringBuilder link =
                new StringBuilder("<").append(call.ctx().request().path()).append('?');
        parameters.forEach((name, value) -> {
            if (!name.equals("page") && !name.equals("cursor")) {
                link.append(encode(name)).append('=').append(encode(value)).append('&');
            }
        });
        return link.append("cursor=").append(cursor).append(">; rel=\"next\"").toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A page as JSON, for JSON-RPC {@code telemetry_history}. */
    public Future<JsonObject> page(Principal principal, Fields in) {
        HistoryQuery query = HistoryQuery.of(in);
        principal.requireAgent(query.agentId());
        return history.wantedRows(query, in)
                .compose(wanted -> reads().onAnotherStore(
                                () -> page(reads(), query, wanted, source -> new JsonRows(query.style()))))
                .map(read -> {
                    Place last = read.page().last();
                    String cursor = (last == null ? query.from() : last).encode();
                    return new JsonObject(json(read.page(), query, cursor, read.gaps()));
                });
    }

    private Future<Answer> plot(Call call) {
        Fields in = call.query();
        Times times = Times.of(in);
        return plotted(call.principal(), in)
                .compose(answer -> vertx.executeBlocking(() -> PlotJson.of(answer, times), false))
                .map(body -> Answer.of(Answer.JSON, body));
    }

    /** JSON-RPC {@code telemetry_plot}. */
    public Future<JsonObject> plot(Principal principal, Fields in) {
        Times times = Times.of(in);
        return plotted(principal, in).map(answer -> PublicJson.plot(answer, times));
    }

    private Future<PlotAnswer> plotted(Principal principal, Fields in) {
        String agentId = AgentIds.required(in);
        in.has("stream");
        in.has("metrics");
        TimeRange range = in.range();
        int points = in.integer("max_points", POINTS, 1, MAX_POINTS);
        String overlaps = HistoryQuery.everyEpoch(in) ? ReadQuery.ALL : null;
        in.refuseUnknown();
        principal.requireAgent(agentId);
        return history.resolve(agentId, known -> Wanted.of(in, known)).compose(wanted -> {
            PlotQuery query = new PlotQuery(
                            agentId, wanted.streams(), wanted.qualified(), range.from(), range.to(), points, overlaps)
                    .inOnePiece();
            return history.services()
                    .breaker()
                    .read(() -> history.services().store().plot(query));
        });
    }
}
