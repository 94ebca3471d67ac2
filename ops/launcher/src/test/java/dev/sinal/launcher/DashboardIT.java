package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.suite.LslTestConfig;
import dev.sinal.testkit.suite.SinalProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a running demo in a real browser. Skipped where no Chromium is installed, unless {@code SINAL_CI} is set: then it fails. Screenshots are in {@code target/dashboard}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DashboardIT {
    private static final Path SHOTS = Path.of("target", "dashboard");
    /** Pixels of a trace's canvas that are neither empty nor of the grid: a line was drawn. */
    private static final String INK = """
            (() => {
              const canvas = document.querySelector("[data-testid='trace-%s'] canvas");
              if (!canvas || !canvas.width) return 0;
              const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
              let ink = 0;
              for (let i = 0; i < pixels.length; i += 4) {
                const high = Math.max(pixels[i], pixels[i + 1], pixels[i + 2]);
                const low = Math.min(pixels[i], pixels[i + 1], pixels[i + 2]);
                if (pixels[i + 3] > 200 && high - low > 60) ink++;
              }
              return ink;
            })()
            """;

    @TempDir
    static Path folder;

    private SinalProcess demo;
    private Chromium browser;

    @BeforeAll
    void start() throws Exception {
        Path chromium = Chromium.installed().orElse(null);
        if (System.getenv("SINAL_CI") != null) {
            assertThat(chromium)
                    .as("SINAL_CI is set, so a Chromium must be installed")
                    .isNotNull();
        }
        Assumptions.assumeTrue(chromium != null, "no Chromium is installed");
        Files.createDirectories(SHOTS);
        demo = SinalProcess.start(
                        folder,
                        "demo",
                        LslTestConfig.environment(folder),
                        "demo",
                        "--port",
                        "0",
                        "--data-dir",
                        folder.resolve("data").toString())
                .awaitReady();
        Path profile = Files.createDirectories(folder.resolve("profile"));
        browser = new Chromium(chromium, profile, 1440, 1000);
        browser.hideScrollbars();
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    @Test
    @Order(1)
    void withoutATokenItAsksForOneAndSaysWhenItIsWrong() throws Exception {
        browser.open(URI.create(demo.ready().getString("url") + "/"));
        until(() -> browser.value("!!document.querySelector('#login:not([hidden])')"), true);

        browser.value("document.querySelector(" + Chromium.selector("login-token") + ").value = 'guess'");
        browser.click("login-button");

        until(() -> browser.value("document.querySelector('#login-error').textContent.includes('not valid')"), true);
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("401"));
    }

    @Test
    @Order(2)
    void theTokenOfTheAddressSignsInAndLeavesTheAddress() throws Exception {
        JsonObject ready = demo.ready();
        browser.open(URI.create(ready.getString("url") + "/?again#token=" + ready.getString("token")));

        until(() -> browser.text("connection"), "live");
        until(() -> browser.text("agent-state-headset"), "running");
        assertThat(browser.value("location.hash")).isEqualTo("");
        assertThat(browser.value("document.querySelector('#nodes-section').hidden"))
                .as("one node is nobody's business")
                .isEqualTo(true);
    }

    @Test
    @Order(3)
    void theChosenAgentsSignalsAreDrawnAndMove() throws Exception {
        browser.click("agent-row-headset");

        Awaitility.await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat((Integer) browser.value(INK.formatted("eeg"))).isGreaterThan(2_000);
            assertThat((Integer) browser.value(INK.formatted("ecg"))).isGreaterThan(300);
        });
        Object before = browser.value("document.querySelector(\"[data-testid='trace-ecg'] canvas\").toDataURL()");
        Awaitility.await()
                .until(() -> !before.equals(
                        browser.value("document.querySelector(\"[data-testid='trace-ecg'] canvas\").toDataURL()")));
        until(
                () -> browser.value(
                        "/250 Hz/.test(document.querySelector(\"[data-testid='trace-eeg'] .facts\").textContent)"),
                true);
        browser.screenshot(SHOTS.resolve("wide.png"));
    }

    @Test
    @Order(4)
    void aPhoneShowsItWithoutSidewaysScrolling() throws Exception {
        browser.size(390, 844);

        until(() -> browser.value("document.documentElement.scrollWidth"), 390);
        Awaitility.await().until(() -> (Integer) browser.value(INK.formatted("eeg")) > 500);
        browser.screenshot(SHOTS.resolve("phone.png"));
        browser.size(1440, 1000);
    }

    @Test
    @Order(5)
    void slowMetricsAreNumbers() throws Exception {
        browser.click("agent-row-vitals");

        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(
                                String.valueOf(browser.value("document.querySelector('.number .value')?.textContent")))
                        .containsPattern("[0-9]"));
        browser.screenshot(SHOTS.resolve("vitals.png"));
    }

    @Test
    @Order(6)
    void stopAndStartWorkFromThePage() throws Exception {
        browser.click("agent-stop");
        until(() -> browser.text("agent-state-vitals"), "stopped");

        browser.click("agent-start");
        until(() -> browser.text("agent-state-vitals"), "running");
    }

    @Test
    @Order(7)
    void nothingBrokeTheContentSecurityPolicyOrThrew() {
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("401"));
    }

    private static void until(Callable<Object> actual, Object expected) {
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(actual.call()).isEqualTo(expected));
    }
}
