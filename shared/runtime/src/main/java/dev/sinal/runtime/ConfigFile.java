package dev.sinal.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** {@code sinal.yaml} as flat keys. Nested maps become dotted keys, lists become comma separated text. */
public final class ConfigFile {
    private static final long MAX_BYTES = 1 << 20;

    private ConfigFile() {}

    /** @throws ConfigException naming the file, and the line of a syntax error */
    public static Map<String, String> read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file.toString(), "must be at most " + MAX_BYTES + " bytes");
            }
            YAMLFactory factory = YAMLFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(8).build())
                    .build();
            Map<String, String> flat = new LinkedHashMap<>();
            JsonNode root = new YAMLMapper(factory).readTree(file.toFile());
            if (root != null && !root.isMissingNode() && !root.isNull()) {
                if (!root.isObject()) {
                    throw new ConfigException(
                            file.toString(), "must hold sections with keys, e.g. 'http:' and below it '  port: 8080'");
                }
                flatten("", root, flat);
            }
            return flat;
        } catch (NoSuchFileException e) {
            throw new ConfigException(file.toString(), "does not exist");
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    file.toString(),
                    "is not YAML, line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage());
        }
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> flat) {
        node.properties().forEach(field -> {
            String key = prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject()) {
                flatten(key, value, flat);
            } else if (value.isArray()) {
                StringJoiner joined = new StringJoiner(",");
                value.forEach(item -> joined.add(item.asText()));
                flat.put(key, joined.toString());
            } else if (!value.isNull()) {
                flat.put(key, value.asText());
            }
        });
    }
}
