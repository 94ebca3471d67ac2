package dev.sinal.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long a test waits for what will come, unless it says otherwise. Awaitility's ten seconds are not enough for a machine that builds something else
 * at the same time; a longest wait costs nothing where the condition comes true. Found by the platform as a service.
 */
public final class PatientAwaits implements LauncherSessionListener {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(LONGEST);
    }
}
