package dev.sinal.contracts.read;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/**
 * Repeats an asynchronous step for as long as it answers true. A chain of composed futures would do the same, but each of its links holds what it
 * answered until the last one is done: a read of ten million rows would be kept whole.
 */
public final class PullLoop {
    private final Supplier<Future<Boolean>> step;
    private final Promise<Void> done = Promise.promise();

    private PullLoop(Supplier<Future<Boolean>> step) {
        this.step = step;
    }

    /** @return done after the first step that answered false; failed with the first that failed */
    public static Future<Void> whileTrue(Supplier<Future<Boolean>> step) {
        PullLoop loop = new PullLoop(step);
        loop.run();
        return loop.done.future();
    }

    /** Steps that are done at once do not deepen the stack. */
    private void run() {
        while (true) {
            Future<Boolean> answer;
            try {
                answer = step.get();
            } catch (RuntimeException e) {
                done.fail(e);
                return;
            }
            if (!answer.isComplete()) {
                answer.onComplete(more -> {
                    if (goesOn(more)) {
                        run();
                    }
                });
                return;
            }
            if (!goesOn(answer)) {
                return;
            }
        }
    }

    private boolean goesOn(AsyncResult<Boolean> answer) {
        if (answer.failed()) {
            done.fail(answer.cause());
            return false;
        }
        if (!answer.result()) {
            done.complete();
            return false;
        }
        return true;
    }
}
