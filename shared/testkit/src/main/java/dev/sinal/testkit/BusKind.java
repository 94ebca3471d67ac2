package dev.sinal.testkit;

/** Which event bus a contract test runs on: services must behave the same on both. */
public enum BusKind {
    /** One Vert.x: caller and service in one JVM. */
    LOCAL,
    /** Two Vert.x that have found each other: every call crosses a socket. */
    CLUSTERED;

    /** Opens the bus, or fails with the reason. Close it after the test. */
    public TestBus open() {
        return this == LOCAL ? TestBus.local() : TestBus.clustered();
    }
}
