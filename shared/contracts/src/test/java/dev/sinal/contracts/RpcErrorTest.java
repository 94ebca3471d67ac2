package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RpcErrorTest {
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z-]+)` \\| (\\d{3}) \\| (-\\d{5}) \\| ([^|]+) \\| [^|]+ \\|");

    @Test
    void theTableIsTheOneThatIsPublished() throws IOException {
        List<String> published = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../../docs/contracts/errors.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                published.add(row.group(1) + " " + row.group(2) + " " + row.group(3) + " " + row.group(4));
            }
        }
        List<String> table = Stream.of(RpcError.values())
                .map(error -> error.problem() + " " + error.status() + " " + error.code() + " " + error.title())
                .toList();

        assertThat(published).containsExactlyElementsOf(table);
    }

    @Test
    void codesAndNamesAreUnique() {
        assertThat(Stream.of(RpcError.values()).map(RpcError::code)).doesNotHaveDuplicates();
        assertThat(Stream.of(RpcError.values()).map(RpcError::problem)).doesNotHaveDuplicates();
    }

    @Test
    void everyCodeFindsItsErrorAndOthersAreInternal() {
        for (RpcError error : RpcError.values()) {
            assertThat(RpcError.ofCode(error.code())).isSameAs(error);
            assertThat(RpcError.of(error.exception("x"))).isSameAs(error);
        }
        assertThat(RpcError.ofCode(1)).isSameAs(RpcError.INTERNAL);
        assertThat(RpcError.of(new IllegalStateException())).isSameAs(RpcError.INTERNAL);
    }

    @Test
    void aMissingOrSilentServiceIsUnavailable() {
        assertThat(RpcError.of(new ReplyException(ReplyFailure.NO_HANDLERS))).isSameAs(RpcError.UNAVAILABLE);
        assertThat(RpcError.of(new ReplyException(ReplyFailure.TIMEOUT))).isSameAs(RpcError.UNAVAILABLE);
    }

    @Test
    void aFieldIsNamed() {
        var failure = RpcError.invalid("/wait_s", "too long");

        assertThat(failure.failureCode()).isEqualTo(-32602);
        assertThat(RpcError.data(failure).encode())
                .isEqualTo("{\"errors\":[{\"pointer\":\"/wait_s\",\"detail\":\"too long\"}]}");
        assertThat(RpcError.data(RpcError.impossible("constant_series", "x")).getString("code"))
                .isEqualTo("constant_series");
        assertThat(RpcError.data(new IllegalStateException())).isEmpty();
    }
}
