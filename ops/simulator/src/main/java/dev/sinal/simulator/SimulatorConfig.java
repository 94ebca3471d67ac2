package dev.sinal.simulator;

import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.lsl.LslSettings;
import dev.sinal.simulator.domain.Sensors;
import java.util.List;
import java.util.regex.Pattern;

/**
 * @param seed the same seed makes the same person
 * @param instance part of every source id
 * @param sensors which of {@link Sensors#IDS} there are
 * @param lsl where the streams can be found
 */
record SimulatorConfig(long seed, String instance, List<String> sensors, LslSettings lsl) {
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    SimulatorConfig {
        sensors = List.copyOf(sensors);
        // It stands between quotes in queries by source id.
        if (!INSTANCE.matcher(instance).matches()) {
            throw new ConfigException(
                    "simulator.instance", "must be 1 to 64 letters, digits, '_', '.' or '-', was '" + instance + "'");
        }
        if (sensors.isEmpty()) {
            throw new ConfigException("simulator.sensors", "must name at least one of " + Sensors.IDS);
        }
        for (String sensor : sensors) {
            if (!Sensors.IDS.contains(sensor)) {
                throw new ConfigException("simulator.sensors", "'" + sensor + "' is not one of " + Sensors.IDS);
            }
        }
    }

    static SimulatorConfig from(Settings settings) {
        return new SimulatorConfig(
                settings.longInteger("simulator.seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                settings.text("simulator.instance", "default"),
                settings.list("simulator.sensors", Sensors.IDS),
                LslSettings.from(settings));
    }
}
