package dev.sinal.lsl.jna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrarySearchTest {
    @Test
    void aNamedLibraryIsTheOnlyPlace() {
        assertThat(LibrarySearch.places("/a/liblsl.so", "/b/liblsl.so"))
                .containsExactly(new LibrarySearch.Place("/a/liblsl.so", "setting lsl.library"));
        assertThat(LibrarySearch.places(" ", "/b/liblsl.so"))
                .containsExactly(new LibrarySearch.Place("/b/liblsl.so", "SINAL_LIBLSL"));
        assertThat(LibrarySearch.places(null, "").size()).isGreaterThan(3);
    }

    @Test
    void aMissingLibraryIsToldWithEverythingThatWasTried(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("liblsl.so"), "no library");

        assertThatThrownBy(() -> LibLsl.load("/nowhere/liblsl.so", null))
                .isInstanceOf(LibraryMissingException.class)
                .hasMessageContaining("lsl.library")
                .hasMessageContaining("SINAL_LIBLSL")
                .hasMessageContaining("/nowhere/liblsl.so");
        assertThatThrownBy(() -> LibLsl.load(null, text.toString()))
                .isInstanceOfSatisfying(
                        LibraryMissingException.class,
                        error -> assertThat(error.tried())
                                .singleElement()
                                .asString()
                                .contains(text + " (SINAL_LIBLSL)"));
    }
}
