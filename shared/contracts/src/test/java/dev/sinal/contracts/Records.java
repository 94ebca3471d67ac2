package dev.sinal.contracts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every record of the contracts that crosses the bus as JSON, found by looking: nobody can forget one. */
final class Records {
    private static final Path CLASSES = Path.of("target/classes");
    /** These have a binary or a free form, and tests of their own. */
    private static final Set<String> OTHER_FORM = Set.of(
            "AcpMessage",
            "Envelope",
            "Envelope$Split",
            "ReadFrame",
            "Commits$Run",
            "ReadFrame$Entry",
            "ReadFrame$Part",
            "TelemetrySample",
            "WholeBlock");

    private Records() {}

    static List<Class<?>> all() {
        return classes()
                .filter(Class::isRecord)
                .filter(type -> !OTHER_FORM.contains(shortName(type)))
                .toList();
    }

    /** All classes of the module, in the order of their names. */
    static Stream<Class<?>> classes() {
        try (Stream<Path> files = Files.walk(CLASSES.resolve("dev/sinal/contracts"))) {
            return files
                    .map(file -> CLASSES.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .sorted()
                    .<Class<?>>map(
                            name -> load(name.substring(0, name.length() - 6).replace(java.io.File.separatorChar, '.')))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String shortName(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1);
    }

    /** Whether a writer may leave the field out. */
    static boolean optional(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || Collection.class.isAssignableFrom(component.getType())
                || Map.class.isAssignableFrom(component.getType());
    }

    /** An instance with something in every field, or with nothing in the optional ones. */
    static Object sample(Class<?> type, boolean full) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            boolean leaveOut = !full && optional(components[i]);
            values[i] = leaveOut ? nothing(types[i]) : value(components[i].getGenericType(), i + 1, full);
        }
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("cannot make " + type, e);
        }
    }

    private static Object nothing(Class<?> type) {
        if (Collection.class.isAssignableFrom(type)) {
            return List.of();
        }
        return Map.class.isAssignableFrom(type) ? Map.of() : null;
    }

    static Object value(Type type, int number, boolean full) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == Map.class
                    ? Map.of("key ä", value(arguments[1], number, full))
                    : List.of(value(arguments[0], number, full));
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return "text ä\"" + number;
        } else if (plain == long.class || plain == Long.class) {
            return Long.MAX_VALUE - number;
        } else if (plain == int.class || plain == Integer.class) {
            return 1000 + number;
        } else if (plain == double.class || plain == Double.class) {
            return number + 1 / 3.0;
        } else if (plain == boolean.class || plain == Boolean.class) {
            return true;
        } else if (plain == JsonObject.class) {
            return new JsonObject().put("nested", new JsonObject().put("n", number));
        } else if (plain == JsonArray.class) {
            return new JsonArray().add("x").add(new JsonObject().put("n", number));
        } else if (plain.isEnum()) {
            return plain.getEnumConstants()[0];
        } else if (plain.isRecord()) {
            return sample(plain, full);
        }
        throw new AssertionError("no sample for " + plain + ": teach Records one");
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
