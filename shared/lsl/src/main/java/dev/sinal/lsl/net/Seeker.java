package dev.sinal.lsl.net;

import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamWatch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the outlet of a lost stream until it is stopped. Of several that could be it those that serve nothing are left out; if
 * still more than one is left, none is chosen until the others have gone. Confined to the inlet's context.
 */
final class Seeker {
    private static final long SETTLE_MS = 300;
    private static final int MOST_EXAMINED = 8;
    private static final int MOST_REMEMBERED = 64;
    private static final long EXAMINE_SECONDS = 5;

    private final LslNode node;
    private final Context context;
    private final Events events;
    private final Candidates candidates = new Candidates();
    private final Set<String> examined = new HashSet<>();
    private Set<String> told = Set.of();
    private @Nullable StreamWatch search;
    private @Nullable StreamInfo target;
    private boolean examining;
    private long settleTimer = -1;

    interface Events {
        /** This is the one, at this address; may be told again. */
        void found(StreamInfo outlet);

        /** Several could be it, or could have been before the others proved dead. */
        void duplicate(List<StreamInfo> outlets);
    }

    Seeker(LslNode node, Context context, Events events) {
        this.node = node;
        this.context = context;
        this.events = events;
    }

    boolean isSeeking() {
        return search != null;
    }

    void start(StreamInfo lost) {
        target = lost;
        if (search != null) {
            return;
        }
        search = node.search(Predicates.forIdentity(lost), new StreamWatch.Listener() {
            @Override
            public void appeared(StreamInfo info) {
                context.runOnContext(go -> changed());
            }

            @Override
            public void vanished(StreamInfo info) {
                context.runOnContext(go -> changed());
            }
        });
    }

    void stop() {
        StreamWatch current = search;
        if (current != null) {
            current.close();
            search = null;
        }
        node.vertx().cancelTimer(settleTimer);
        settleTimer = -1;
        examined.clear();
        told = Set.of();
    }

    void worked(StreamInfo outlet) {
        candidates.worked(outlet.uid());
    }

    void failed(StreamInfo outlet) {
        candidates.failed(outlet.uid());
        if (search != null && knowsAnother(outlet)) {
            settle();
        }
    }

    /** It is not gone back to while another one could be it. */
    void distrust(StreamInfo outlet) {
        candidates.distrust(outlet.uid());
        if (search != null) {
            settle();
        }
    }

    /** The outlet to take instead of the one we have, judged by these answers; null if there is none or more than one. */
    @Nullable
    StreamInfo choose(List<StreamInfo> answering, StreamInfo current) {
        return candidates.judge(answering, current).chosen();
    }

    /** Whether somebody else than this one could be taken now. */
    boolean knowsAnother(StreamInfo outlet) {
        Candidates.Verdict verdict = judge();
        StreamInfo chosen = verdict.chosen();
        return chosen != null && !chosen.uid().equals(outlet.uid());
    }

    private Candidates.Verdict judge() {
        StreamWatch current = search;
        StreamInfo lost = target;
        return current == null || lost == null
                ? new Candidates.Verdict(null, List.of(), List.of())
                : candidates.judge(current.streams(), lost);
    }

    private void changed() {
        StreamInfo lost = target;
        Candidates.Verdict verdict = judge();
        StreamInfo chosen = verdict.chosen();
        if (chosen != null && lost != null && chosen.uid().equals(lost.uid())) {
            events.found(chosen);
        } else if (!verdict.all().isEmpty()) {
            settle();
        }
    }

    /** The first to answer need not be the only one. */
    private void settle() {
        if (settleTimer < 0) {
            settleTimer = node.vertx().setTimer(SETTLE_MS, settled -> {
                settleTimer = -1;
                decide();
            });
        }
    }

    private void decide() {
        Candidates.Verdict verdict = judge();
        StreamInfo chosen = verdict.chosen();
        if (chosen != null) {
            if (verdict.all().size() > 1) {
                tell(verdict.all());
            }
            events.found(chosen);
        } else if (!verdict.several().isEmpty() && !examine(verdict.several())) {
            tell(verdict.several());
        }
    }

    private void tell(List<StreamInfo> outlets) {
        Set<String> uids = new HashSet<>();
        outlets.forEach(each -> uids.add(each.uid()));
        if (!uids.equals(told)) {
            told = Set.copyOf(uids);
            events.duplicate(outlets);
        }
    }

    /** Asks each for its description, twice if need be, and decides again then. False if there is nobody left to ask. */
    private boolean examine(List<StreamInfo> several) {
        if (examining) {
            return true;
        }
        List<Future<Void>> asked = new ArrayList<>();
        for (StreamInfo each : several) {
            if (asked.size() < MOST_EXAMINED
                    && examined.size() < MOST_REMEMBERED
                    && !each.endpoints().isEmpty()
                    && examined.add(each.uid())) {
                asked.add(ask(each).recover(again -> ask(each)).onFailure(dead -> candidates.distrust(each.uid())));
            }
        }
        if (asked.isEmpty()) {
            return false;
        }
        examining = true;
        Future.join(asked).onComplete(all -> {
            examining = false;
            if (search != null) {
                decide();
            }
        });
        return true;
    }

    private Future<Void> ask(StreamInfo outlet) {
        Endpoint endpoint = outlet.endpoints().get(0);
        return node.info()
                .ask(outlet, endpoint)
                .timeout(EXAMINE_SECONDS, TimeUnit.SECONDS)
                .mapEmpty();
    }
}
