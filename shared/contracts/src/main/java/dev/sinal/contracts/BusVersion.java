package dev.sinal.contracts;

/**
 * Version of what goes over the event bus: addresses, message layouts, call signatures. Nodes with different releases work side by side as
 * long as this is equal; a node that meets another number does not start.
 */
public final class BusVersion {
    /** Raised only by a change that an older node would misread; additions leave it as it is. */
    public static final int CURRENT = 1;

    private BusVersion() {}
}
