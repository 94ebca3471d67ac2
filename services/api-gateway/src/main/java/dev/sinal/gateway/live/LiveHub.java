package dev.sinal.gateway.live;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.contracts.read.ReadClient;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feeds of all watched agents, and the events that go to them. Confined to the event loop that serves the routes. */
final class LiveHub {
    private static final Logger LOG = LoggerFactory.getLogger(LiveHub.class);
    private static final List<String> EVENTS = List.of(
            AcpMessage.AGENT_STATUS,
            AcpMessage.STREAM_GAP,
            AcpMessage.MARKER,
            AcpMessage.STREAM_APPEARED,
            AcpMessage.STREAM_LOST,
            AcpMessage.LATE_DATA);

    private final LiveContext context;
    private final LiveMetrics metrics;
    private final ReadClient history;
    private final Map<String, AgentFeed> feeds = new HashMap<>();
    private final Map<String, Long> lingering = new HashMap<>();
    private final List<MessageConsumer<JsonObject>> events = new ArrayList<>();
    private int streams;
    private int subscriptions;

    LiveHub(LiveContext context) {
        this.context = context;
        this.metrics = new LiveMetrics(context.metrics());
        this.history = new ReadClient(context.vertx());
    }

    LiveContext context() {
        return context;
    }

    LiveLimits limits() {
        return context.limits();
    }

    LiveMetrics metrics() {
        return metrics;
    }

    ReadClient history() {
        return history;
    }

    int nextStream() {
        return ++streams;
    }

    int nextSubscription() {
        return ++subscriptions;
    }

    int windowLimit() {
        return Math.min(limits().windowBytes(), limits().windowTotalBytes() / Math.max(1, feeds.size()));
    }

    /** The agent's feed, listening. Fails with UNAVAILABLE when too many agents are watched. */
    Future<AgentFeed> feed(String agentId) {
        AgentFeed feed = feeds.get(agentId);
        if (feed == null) {
            if (feeds.size() >= limits().agents()) {
                return RpcError.UNAVAILABLE.fail(
                        "this gateway follows " + feeds.size() + " agents, its limit",
                        new JsonObject().put("limit", limits().agents()));
            }
            feed = new AgentFeed(agentId, this);
            feeds.put(agentId, feed);
            metrics.agents().set(feeds.size());
        }
        listenToEvents();
        AgentFeed joined = feed;
        return feed.listening().map(joined).onComplete(done -> {
            if (!joined.watched()) {
                // Whoever asked may be gone before it joins.
                unwatched(joined);
            }
        });
    }

    /** Somebody watches. */
    void watched(AgentFeed feed) {
        Long timer = lingering.remove(feed.agentId());
        if (timer != null) {
            context.vertx().cancelTimer(timer);
        }
    }

    /** Nobody watches now; the window stays for those who come back soon. */
    void unwatched(AgentFeed feed) {
        if (feeds.get(feed.agentId()) != feed || lingering.containsKey(feed.agentId())) {
            return;
        }
        lingering.put(feed.agentId(), context.vertx().setTimer(limits().linger().toMillis(), timer -> {
            lingering.remove(feed.agentId());
            if (!feed.watched()) {
                feeds.remove(feed.agentId());
                metrics.agents().set(feeds.size());
                feed.close();
            }
        }));
    }

    private void listenToEvents() {
        if (events.isEmpty()) {
            for (String type : EVENTS) {
                events.add(context.vertx()
                        .eventBus()
                        .<JsonObject>consumer(Addresses.event(type))
                        .handler(message -> event(message.body())));
            }
        }
    }

    private void event(JsonObject body) {
        try {
            AcpMessage acp = AcpMessage.fromJson(body);
            if (acp.payload().getValue("agent_id") instanceof String agentId) {
                AgentFeed feed = feeds.get(agentId);
                if (feed != null && feed.watched()) {
                    feed.event(EventText.of(acp).toJson());
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("event refused reason={}", e.toString());
        }
    }
}
