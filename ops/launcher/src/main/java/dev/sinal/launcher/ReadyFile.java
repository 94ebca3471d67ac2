package dev.sinal.launcher;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Tells another program that everything runs: {@code {"url", "token"?, "pid", "services"}}, 0600, renamed into place. */
final class ReadyFile {
    private ReadyFile() {}

    static void write(Path file, JsonObject content) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path draft = target.resolveSibling(target.getFileName() + ".tmp");
        Files.deleteIfExists(draft);
        Files.createFile(draft);
        if (draft.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(draft, content.encodePrettily() + "\n");
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
