package dev.sinal.lsl;

/**
 * Counters of one {@link Lsl} since it was made.
 *
 * @param repliesTaken discovery replies understood
 * @param repliesInvalid discovery replies refused: unusable description, or a limit passed
 * @param repliesDropped discovery replies not read: too many per second, in all or from one source
 * @param streamsRefused times a stream was found and not kept, because a search knew {@link LslLimits#knownStreams} already
 * @param addressesIgnored discovery replies that named another address than they came from, which was not followed
 * @param queriesAnswered discovery replies sent by our outlets
 * @param queriesRefused queries not answered: malformed, to a privileged port, or too many from one source
 * @param queriesRepeated copies of a query, by another group or interface, that were not answered again
 * @param samplesDropped samples that slow consumers of our outlets lost
 * @param violations times a peer of an inlet broke the protocol or a limit
 * @param peersFlagged times a peer of an inlet was told of by {@link InletListener#warned}
 * @param requestsRefused connections of our outlets that came to nothing: malformed, too slow, or too many at once
 * @param probesFailed waves of time probes of our inlets that came to nothing
 * @param clockResets clocks of producers that turned out to be others than before
 * @param stampsSuspect reports of stamps that cannot be right
 * @param inlets inlets open now
 * @param outlets outlets open now
 */
public record LslStats(
        long repliesTaken,
        long repliesInvalid,
        long repliesDropped,
        long streamsRefused,
        long addressesIgnored,
        long queriesAnswered,
        long queriesRefused,
        long queriesRepeated,
        long samplesDropped,
        long violations,
        long peersFlagged,
        long requestsRefused,
        long probesFailed,
        long clockResets,
        long stampsSuspect,
        int inlets,
        int outlets) {}
