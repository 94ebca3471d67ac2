package dev.sinal.contracts;

import static dev.sinal.contracts.Bus.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceBinder;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.serviceproxy.ServiceExceptionMessageCodec;
import io.vertx.serviceproxy.ServiceProxyBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every method of every service, through its proxy and by the raw message that docs/contracts/bus.md describes: what is sent arrives, what is answered comes
 * back, each failure as its kind. Behind the wire is a recorder: what services do with a call is tested where they are.
 */
class BusContractTest {
    private Bus bus;
    private volatile List<Object> received = List.of();
    private volatile Future<?> answer = Future.succeededFuture();

    @AfterEach
    void close() {
        bus.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodThroughItsProxy(Bus.Kind kind) throws Exception {
        bus = Bus.open(kind);
        for (Class<?> service : Services.all()) {
            serve(service);
            Object proxy = proxy(service);
            for (Method method : Services.methods(service)) {
                for (boolean full : new boolean[] {true, false}) {
                    Object[] arguments = arguments(method, full);
                    Object result = result(method, full);
                    answer = Future.succeededFuture(result);

                    Object answered = await(call(proxy, method, arguments));

                    assertThat(received).as("arguments of " + method).isEqualTo(Arrays.asList(arguments));
                    assertThat(answered).as("result of " + method).isEqualTo(result);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodByRawMessage(Bus.Kind kind) {
        bus = Bus.open(kind);
        for (Class<?> service : Services.all()) {
            serve(service);
            for (Method method : Services.methods(service)) {
                for (boolean full : new boolean[] {true, false}) {
                    Object[] arguments = arguments(method, full);
                    Object result = result(method, full);
                    answer = Future.succeededFuture(result);

                    Object answered = await(raw(service, method, arguments));

                    assertThat(received).as("arguments of " + method).isEqualTo(Arrays.asList(arguments));
                    assertThat(answered).as("result of " + method).isEqualTo(Services.wire(result));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFailureThroughTheProxies(Bus.Kind kind) throws Exception {
        bus = Bus.open(kind);
        for (Class<?> service : Services.all()) {
            serve(service);
            Object proxy = proxy(service);
            for (Method method : Services.methods(service)) {
                for (RpcError error : RpcError.values()) {
                    answer = error.fail("why", new JsonObject().put("limit", 7));
                    assertTyped(error, catchThrowable(() -> await(call(proxy, method, arguments(method, true)))));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFailureByRawMessage(Bus.Kind kind) {
        bus = Bus.open(kind);
        // A raw caller needs the codec of typed failures; a proxy brings it along.
        bus.client().eventBus().registerDefaultCodec(ServiceException.class, new ServiceExceptionMessageCodec());
        for (Class<?> service : Services.all()) {
            serve(service);
            for (Method method : Services.methods(service)) {
                for (RpcError error : RpcError.values()) {
                    answer = error.fail("why", new JsonObject().put("limit", 7));
                    assertTyped(error, catchThrowable(() -> await(raw(service, method, arguments(method, true)))));
                }
            }
        }
    }

    private static void assertTyped(RpcError error, Throwable thrown) {
        Throwable failure = thrown.getCause();
        assertThat(RpcError.of(failure)).isSameAs(error);
        assertThat(failure).hasMessage("why");
        assertThat(RpcError.data(failure)).isEqualTo(new JsonObject().put("limit", 7));
    }

    private static Object[] arguments(Method method, boolean full) {
        Parameter[] parameters = method.getParameters();
        Object[] arguments = new Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            boolean leaveOut = !full && Services.nullable(parameters[i]);
            arguments[i] = leaveOut ? null : Records.value(parameters[i].getParameterizedType(), i + 1, full);
        }
        return arguments;
    }

    private static Object result(Method method, boolean full) {
        return Services.result(method) == Void.class ? null : Records.value(Services.result(method), 9, full);
    }

    private Future<Object> raw(Class<?> service, Method method, Object[] arguments) {
        return bus.client()
                .eventBus()
                .request(
                        Services.address(service),
                        Services.body(method, arguments),
                        new DeliveryOptions().addHeader("action", method.getName()))
                .map(io.vertx.core.eventbus.Message::body);
    }

    private static Future<?> call(Object proxy, Method method, Object[] arguments) throws IllegalAccessException {
        try {
            return (Future<?>) method.invoke(proxy, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(method + " threw instead of failing", e.getCause());
        }
    }

    private <T> T proxy(Class<T> service) {
        return new ServiceProxyBuilder(bus.client())
                .setAddress(Services.address(service))
                .build(service);
    }

    private <T> void serve(Class<T> service) {
        Object recorder = Proxy.newProxyInstance(
                service.getClassLoader(), new Class<?>[] {service}, (self, method, arguments) -> {
                    received = arguments == null ? List.of() : Arrays.asList(arguments);
                    return answer;
                });
        await(new ServiceBinder(bus.server())
                .setAddress(Services.address(service))
                .register(service, service.cast(recorder))
                .completion());
    }
}
