package dev.sinal.gateway.http;

import dev.sinal.contracts.RpcError;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;

/** The dashboard's files from the class path, behind every route; and the problems for what nobody answers. */
public final class StaticFiles {
    private static final String ROOT = "webroot";

    private StaticFiles() {}

    public static void mount(Router router) {
        StaticHandler files = StaticHandler.create(ROOT)
                .setIncludeHidden(false)
                .setDirectoryListing(false)
                .setCachingEnabled(false)
                .setIndexPage("index.html");
        Methods methods = new Methods(router);
        router.route().last().putMetadata(Access.KEY, Access.OPEN).handler(ctx -> serve(ctx, files, methods));
        router.errorHandler(404, ctx -> missing(ctx, 404));
        router.errorHandler(405, ctx -> missing(ctx, 405));
        for (int status : new int[] {400, 406, 413, 414, 415, 431, 500}) {
            router.errorHandler(status, ctx -> other(ctx, status));
        }
    }

    private static void serve(RoutingContext ctx, StaticHandler files, Methods methods) {
        String allowed = String.join(", ", methods.at(ctx.normalizedPath()));
        if (!allowed.isEmpty()) {
            ctx.response().putHeader("Allow", allowed);
            missing(ctx, 405);
            return;
        }
        HttpMethod method = ctx.request().method();
        if (method != HttpMethod.GET && method != HttpMethod.HEAD) {
            ctx.next();
            return;
        }
        ctx.response().putHeader("Cache-Control", "no-cache");
        ctx.put(Routes.ROUTE_NAME, "GET /*");
        ctx.request().resume();
        files.handle(ctx);
    }

    private static void missing(RoutingContext ctx, int status) {
        ctx.response().putHeader("Cache-Control", "no-store");
        Problems.answer(
                ctx,
                status == 405
                        ? HttpProblem.ofStatus(405)
                        : RpcError.NOT_FOUND.exception("nothing is served at this address"));
    }

    private static void other(RoutingContext ctx, int status) {
        Throwable failure = ctx.failure();
        Problems.answer(ctx, failure == null || status != 500 ? HttpProblem.ofStatus(status) : failure);
    }
}
