package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.gateway.format.RowStyle;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.http.TimeRange;
import dev.sinal.gateway.routes.AgentIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for stored rows, as far as it can be checked without asking anybody.
 *
 * @param skip rows to leave out at the beginning: page × page_size
 * @param everyEpoch also rows that another epoch shows
 * @param paged whether a page was asked for, rather than everything
 */
record HistoryQuery(
        String agentId,
        TimeRange range,
        Place from,
        int page,
        int pageSize,
        long skip,
        boolean paged,
        boolean longLayout,
        boolean everyEpoch,
        RowStyle style) {
    static final int MAX_PAGE_SIZE = 10_000;
    private static final int PAGE_SIZE = 100;
    private static final long MAX_SKIP = 1_000_000;

    static HistoryQuery of(Fields in) {
        String agentId = AgentIds.required(in);
        in.has("stream");
        in.has("metrics");
        TimeRange range = in.range();
        boolean committed = in.choice("order", "time", "committed").equals("committed");
        boolean paged = in.has("page") | in.has("page_size") | in.has("cursor");
        int page = in.integer("page", 0, 0, Integer.MAX_VALUE);
        int pageSize = in.integer("page_size", PAGE_SIZE, 1, MAX_PAGE_SIZE);
        long skip = (long) page * pageSize;
        if (skip > MAX_SKIP) {
            throw RpcError.invalid(
                    in.pointer("page"),
                    "page x page_size is " + skip + ", at most " + MAX_SKIP
                            + ": go on with cursor=<next_cursor of the last page> instead");
        }
        Place from = from(in, agentId, committed);
        if (skip > 0 && in.has("cursor")) {
            throw in.invalid("page", "cannot go with cursor: a cursor says where to go on");
        }
        boolean longLayout = in.choice("layout", "wide", "long").equals("long");
        boolean everyEpoch = everyEpoch(in);
        RowStyle style = RowStyle.of(in);
        in.refuseUnknown();
        return new HistoryQuery(agentId, range, from, page, pageSize, skip, paged, longLayout, everyEpoch, style);
    }

    /** {@code overlaps=all}: what several collectors have of the same time, instead of every sample once. */
    static boolean everyEpoch(Fields in) {
        return in.choice("overlaps", "one", "all").equals("all");
    }

    private static Place from(Fields in, String agentId, boolean committed) {
        @Nullable String cursor = in.textOrNull("cursor");
        if (cursor == null) {
            return Place.start(agentId, committed);
        }
        LiveCursor live = LiveCursor.decode(cursor);
        Place place;
        try {
            place = live == null ? Place.decode(cursor) : live.inHistory();
        } catch (Place.FormerException e) {
            throw in.invalid("cursor", String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw in.invalid("cursor", "is not a cursor of a history; take next_cursor as it was given");
        }
        if (place == null) {
            throw in.invalid(
                    "cursor",
                    "is a live cursor with a place in each of several streams, which a history in time order has not:"
                            + " go on with it as from= of /telemetry/live");
        }
        if (!place.agentId().equals(agentId)) {
            throw in.invalid("cursor", "belongs to the agent " + place.agentId());
        }
        if (in.has("order") && place.committed() != committed) {
            throw in.invalid("cursor", "belongs to order=" + (place.committed() ? "committed" : "time"));
        }
        return place;
    }

    /** @param page rather than everything */
    ReadQuery read(List<String> streams, boolean page) {
        return from.after(ReadQuery.range(agentId, streams, range.from(), range.to(), null))
                .withOverlaps(everyEpoch)
                .asPage(page);
    }
}
