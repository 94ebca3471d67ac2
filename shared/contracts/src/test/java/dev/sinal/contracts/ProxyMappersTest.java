package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record in the signature of a service has its writer and reader, so that it crosses the bus. */
class ProxyMappersTest {
    static List<Class<?>> recordsInSignatures() {
        Set<Class<?>> records = new LinkedHashSet<>();
        for (Class<?> service : Services.all()) {
            for (Method method : service.getMethods()) {
                collect(method.getGenericReturnType(), records);
                for (Type parameter : method.getGenericParameterTypes()) {
                    collect(parameter, records);
                }
            }
        }
        return List.copyOf(records);
    }

    @Test
    void theServicesAreFound() {
        assertThat(Services.all())
                .contains(AgentManager.class, TelemetryStore.class, LslDirectory.class, Analytics.class);
    }

    @ParameterizedTest
    @MethodSource("recordsInSignatures")
    void hasAWriterAndAReaderThatFit(Class<?> type) throws ReflectiveOperationException, IOException {
        Method write = mapper(type, "serializer", type);
        Method read = mapper(type, "deserializer", JsonObject.class);
        Object record = Records.sample(type, true);

        assertThat(read.getReturnType()).isEqualTo(type);
        assertThat(read.invoke(null, write.invoke(null, record))).isEqualTo(record);
    }

    private static Method mapper(Class<?> type, String role, Class<?> parameter)
            throws ReflectiveOperationException, IOException {
        String line = mappers().getProperty(type.getName() + "." + role);
        assertThat(line)
                .as(role + " of " + type.getName() + " in json-mappers.properties")
                .isNotNull();
        String[] parts = line.split("#", 2);
        return Class.forName(parts[0]).getMethod(parts[1], parameter);
    }

    private static void collect(Type type, Set<Class<?>> records) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                collect(argument, records);
            }
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            records.add(plain);
        }
    }

    private static Properties mappers() throws IOException {
        try (InputStream in = ProxyMappersTest.class.getResourceAsStream("/META-INF/vertx/json-mappers.properties")) {
            Properties lines = new Properties();
            lines.load(in);
            return lines;
        }
    }
}
