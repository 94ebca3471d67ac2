package dev.sinal.runtime;

/** The release this process was built from. */
public final class Release {
    private Release() {}

    /** As in the jar's manifest; {@code development} when run from classes. */
    public static String version() {
        String version = Release.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
