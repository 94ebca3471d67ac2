package dev.sinal.gateway.live;

/** The samples of one message, to tell a slow reader what it missed. Times UTC ns. */
record Stretch(
        ViewGroup group,
        String streamId,
        String streamName,
        long epoch,
        long firstSeq,
        long lastSeq,
        long firstTimestamp,
        long lastTimestamp) {}
