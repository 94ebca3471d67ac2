package dev.sinal.runtime.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The private CA of one cluster and the certificates of its nodes, as PEM files that only their owner can read, made with the keytool of the
 * running Java. A folder that holds a CA already gets more certificates of the same one. Blocks; for commands and tests.
 */
public final class ClusterKeys implements AutoCloseable {
    private static final String VALID_DAYS = "3650";
    private static final String CA = "ca.pem";
    private static final String CA_KEY = "ca-key.pem";
    private static final String PASSWORD_VARIABLE = "SINAL_KEYTOOL_PASSWORD";
    private static final long KEYTOOL_S = 60;

    private final Path folder;
    private final Path work;
    private final String password;

    private ClusterKeys(Path folder, Path work) {
        this.folder = folder;
        this.work = work;
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        this.password = HexFormat.of().formatHex(random);
    }

    /** @param cert of the node @param key of the node, 0600 @param ca that signed it */
    public record NodeFiles(Path cert, Path key, Path ca) {}

    /**
     * Makes what is missing and overwrites nothing.
     *
     * @param hosts names or addresses, each of one node
     * @return one per host, in order
     * @throws IOException also when a host has its certificate already, or keytool fails; the message is for people
     */
    public static List<NodeFiles> make(Path folder, List<String> hosts) throws IOException, InterruptedException {
        for (String host : hosts) {
            if (!host.matches("[A-Za-z0-9:][A-Za-z0-9.:_-]{0,252}")) {
                throw new IOException("'" + host + "' is no name or address of a machine");
            }
        }
        Files.createDirectories(folder);
        try (ClusterKeys keys = new ClusterKeys(folder, Files.createTempDirectory(folder, ".making-"))) {
            for (String host : hosts) {
                keys.refuseExisting(host);
            }
            keys.openCa();
            List<NodeFiles> made = new ArrayList<>();
            for (String host : hosts) {
                made.add(keys.node(host));
            }
            return made;
        } catch (GeneralSecurityException e) {
            throw new IOException("the keys could not be made: " + e.getMessage(), e);
        }
    }

    private void refuseExisting(String host) throws IOException {
        if (Files.exists(cert(host)) || Files.exists(key(host))) {
            throw new IOException(cert(host) + " exists already; remove it and its key first to make another");
        }
    }

    /** An existing CA goes on; else a new one is made. */
    private void openCa() throws IOException, InterruptedException, GeneralSecurityException {
        Path cert = folder.resolve(CA);
        Path key = folder.resolve(CA_KEY);
        if (Files.exists(cert) != Files.exists(key)) {
            throw new IOException((Files.exists(cert) ? key : cert)
                    + " is missing: put it back, or remove the other one to begin with a new CA");
        }
        if (!Files.exists(cert)) {
            keytool(
                    "-genkeypair",
                    "-alias",
                    "ca",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=Sinal cluster CA",
                    "-validity",
                    VALID_DAYS,
                    "-ext",
                    "bc:c=ca:true,pathlen:0",
                    "-ext",
                    "ku:c=keyCertSign,cRLSign",
                    "-keystore",
                    store("ca"),
                    "-storetype",
                    "PKCS12");
            writeKey(key, load("ca").getKey("ca", password.toCharArray()));
            writePem(cert, "CERTIFICATE", load("ca").getCertificate("ca").getEncoded());
            return;
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("ca", readKey(key), password.toCharArray(), new Certificate[] {readCertificate(cert)});
        try (OutputStream out = Files.newOutputStream(work.resolve("ca.p12"))) {
            keys.store(out, password.toCharArray());
        }
    }

    private NodeFiles node(String host) throws IOException, InterruptedException, GeneralSecurityException {
        String address = host.matches("[0-9.]+") || host.contains(":") ? "ip:" : "dns:";
        String request = work.resolve("request").toString();
        keytool(
                "-genkeypair",
                "-alias",
                "node",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + host,
                "-validity",
                VALID_DAYS,
                "-keystore",
                store("node"),
                "-storetype",
                "PKCS12");
        keytool("-certreq", "-alias", "node", "-keystore", store("node"), "-file", request);
        keytool(
                "-gencert",
                "-alias",
                "ca",
                "-keystore",
                store("ca"),
                "-infile",
                request,
                "-outfile",
                work.resolve("node.pem").toString(),
                "-rfc",
                "-validity",
                VALID_DAYS,
                "-ext",
                "san=" + address + host,
                "-ext",
                "ku:c=digitalSignature",
                "-ext",
                "eku=serverAuth,clientAuth");
        writeKey(key(host), load("node").getKey("node", password.toCharArray()));
        writePem(
                cert(host),
                "CERTIFICATE",
                readCertificate(work.resolve("node.pem")).getEncoded());
        Files.delete(work.resolve("node.p12"));
        return new NodeFiles(cert(host), key(host), folder.resolve(CA));
    }

    /** The password goes by environment: a command line can be read by every user of the machine. */
    private void keytool(String... arguments) throws IOException, InterruptedException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", windows() ? "keytool.exe" : "keytool");
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass:env", PASSWORD_VARIABLE, "-noprompt"));
        if (!Files.isExecutable(tool)) {
            throw new NoSuchFileException(tool.toString(), null, "is not there; run with a complete Java 17 or newer");
        }
        Path log = work.resolve("keytool.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put(PASSWORD_VARIABLE, password);
        Process process = builder.start();
        if (!process.waitFor(KEYTOOL_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("keytool did not end within " + KEYTOOL_S + " s");
        }
        if (process.exitValue() != 0) {
            throw new IOException("keytool failed: " + Files.readString(log).strip());
        }
    }

    private KeyStore load(String name) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(work.resolve(name + ".p12"))) {
            keys.load(in, password.toCharArray());
        }
        return keys;
    }

    private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
        String text = Files.readString(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException(file + " holds no EC private key as PEM (PKCS 8)", e);
        }
    }

    private static Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static void writeKey(Path file, Key key) throws IOException {
        writePem(file, "PRIVATE KEY", key.getEncoded());
    }

    private static void writePem(Path file, String what, byte[] der) throws IOException {
        String text = "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
        Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }

    private String store(String name) {
        return work.resolve(name + ".p12").toString();
    }

    private Path cert(String host) {
        return folder.resolve(host.replace(':', '_') + ".pem");
    }

    private Path key(String host) {
        return folder.resolve(host.replace(':', '_') + "-key.pem");
    }

    private static boolean windows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
