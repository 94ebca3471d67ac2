package dev.sinal.launcher;

import dev.sinal.agents.AgentManagerModule;
import dev.sinal.analytics.AnalyticsModule;
import dev.sinal.gateway.ApiGatewayModule;
import dev.sinal.ingest.LslIngestModule;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import dev.sinal.runtime.SinalModule.Starter;
import dev.sinal.simulator.SimulatorModule;
import dev.sinal.store.TelemetryStoreModule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every module there is, in start order. Ingest comes last, so that it stops first and what it still holds is stored. */
final class Suite {
    static final String SIMULATOR = "simulator";
    static final String GATEWAY = "api-gateway";
    static final List<String> SERVICES =
            List.of("telemetry-store", "agent-manager", "analytics", GATEWAY, "lsl-ingest");

    private Suite() {}

    static List<SinalModule> modules() {
        return List.of(
                new TelemetryStoreModule(),
                new AgentManagerModule(),
                new AnalyticsModule(),
                new ApiGatewayModule(),
                new SimulatorModule(),
                new LslIngestModule());
    }

    /**
     * Configures every module of the suite, so that every key is known, and returns those that were asked for.
     *
     * @throws ConfigException for a name that is no module, or a bad or unknown setting of a module that runs
     */
    static Map<String, Starter> configure(Settings settings, Set<String> wanted) {
        List<SinalModule> modules = modules();
        List<String> names = modules.stream().map(SinalModule::name).toList();
        for (String name : wanted) {
            if (!names.contains(name)) {
                throw new ConfigException("service", "'" + name + "' is not one of " + names);
            }
        }
        Map<String, Starter> starters = new LinkedHashMap<>();
        for (SinalModule module : modules) {
            if (wanted.contains(module.name())) {
                starters.put(module.name(), module.configure(settings));
            } else {
                learnKeys(module, settings);
            }
        }
        return starters;
    }

    /** A module that does not run here may lack a setting; its other keys are known all the same. */
    private static void learnKeys(SinalModule module, Settings settings) {
        try {
            module.configure(settings);
        } catch (ConfigException elsewhere) {
            settings.textOrNull(elsewhere.key());
        }
    }
}
