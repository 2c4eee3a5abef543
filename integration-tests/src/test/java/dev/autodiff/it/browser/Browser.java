package dev.autodiff.it.browser;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A headless Chromium, driven over the WebDriver protocol (w3.org/TR/webdriver2). */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process driver;
    private final String address;
    private final Path profile;
    private final String session;

    private Browser(Path chromium, Path chromedriver, int width, int height) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        this.profile = Files.createTempDirectory("autodiff-browser");
        this.driver = new ProcessBuilder(chromedriver.toString(), "--port=" + port)
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("driver.log").toFile())
                .start();
        this.address = "http://localhost:" + port;
        awaitReady();
        Object created = send("POST", "/session", capabilities(chromium, width, height));
        this.session = (String) Objects.requireNonNull(Json.object(created).get("sessionId"));
    }

    /** A browser with a window of the given size, or nothing where none is installed. */
    static Optional<Browser> start(int width, int height) throws IOException, InterruptedException {
        Optional<Path> chromium = find("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = find("chromedriver");
        return chromium.isEmpty() || chromedriver.isEmpty()
                ? Optional.empty()
                : Optional.of(new Browser(chromium.get(), chromedriver.get(), width, height));
    }

    private static Optional<Path> find(String... names) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(names)
                .flatMap(name -> Arrays.stream(path.split(":", -1)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private String capabilities(Path chromium, int width, int height) {
        List<String> arguments = List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=" + width + "," + height,
                "--user-data-dir=" + profile.resolve("profile"));
        return "{\"capabilities\":{\"alwaysMatch\":{\"browserName\":\"chrome\","
                + "\"timeouts\":{\"script\":" + PATIENCE.toMillis() + "},"
                + "\"goog:loggingPrefs\":{\"browser\":\"ALL\"},"
                + "\"goog:chromeOptions\":{\"binary\":" + Json.quote(chromium.toString()) + ",\"args\":["
                + String.join(",", arguments.stream().map(Json::quote).toList()) + "]}}}}";
    }

    private void awaitReady() throws InterruptedException {
        while (driver.isAlive()) {
            try {
                if (Boolean.TRUE.equals(
                        Json.object(send("GET", "/status", null)).get("ready"))) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(100); // not listening yet
            }
        }
        driver.destroy();
        throw new IllegalStateException("chromedriver does not start");
    }

    private @Nullable Object send(String method, String path, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .method(method, publisher)
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        Object value = Json.object(Json.parse(response.body())).get("value");
        if (response.statusCode() != 200) {
            throw new IllegalStateException(method + " " + path + ": " + value);
        }
        return value;
    }

    private @Nullable Object command(String method, String path, @Nullable String body) {
        try {
            return send(method, "/session/" + session + path, body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void open(Path file) {
        command("POST", "/url", "{\"url\":" + Json.quote(file.toUri().toString()) + "}");
    }

    /** Gives the window a size; there is a least one. */
    void resize(int width, int height) {
        command("POST", "/window/rect", "{\"width\":" + width + ",\"height\":" + height + "}");
        settle();
    }

    /** Shows pages as on a screen of a size, however small; 0 by 0 is the window's own again. */
    void screen(int width, int height) {
        if (width == 0) {
            devTools("Emulation.clearDeviceMetricsOverride", "{}");
        } else {
            devTools(
                    "Emulation.setDeviceMetricsOverride",
                    "{\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":false}");
        }
        settle();
    }

    /** Gives a command of the DevTools protocol, and returns its result. */
    @Nullable Object devTools(String method, String parameters) {
        return command(
                "POST", "/goog/cdp/execute", "{\"cmd\":" + Json.quote(method) + ",\"params\":" + parameters + "}");
    }

    /** Runs a script that calls {@code arguments[0]} with its result, now or later. */
    @Nullable Object await(String script) {
        return command("POST", "/execute/async", "{\"script\":" + Json.quote(script) + ",\"args\":[]}");
    }

    /** Runs a script and returns its result, for JSON values. */
    @Nullable Object run(String script) {
        return command("POST", "/execute/sync", "{\"script\":" + Json.quote(script) + ",\"args\":[]}");
    }

    String text(String selector) {
        return (String)
                Objects.requireNonNull(run("return document.querySelector(" + Json.quote(selector) + ").textContent"));
    }

    /** Clicks the middle of an element, with the mouse. */
    void click(String selector) {
        Map<String, @Nullable Object> found = Json.object(
                command("POST", "/element", "{\"using\":\"css selector\",\"value\":" + Json.quote(selector) + "}"));
        String id = (String) Objects.requireNonNull(found.values().iterator().next());
        command("POST", "/element/" + id + "/click", "{}");
        settle();
    }

    /** Drags the middle of an element by so many pixels, with the mouse. */
    void drag(String selector, int right, int down) {
        Map<String, @Nullable Object> found = Json.object(
                command("POST", "/element", "{\"using\":\"css selector\",\"value\":" + Json.quote(selector) + "}"));
        String element = found.entrySet().stream()
                .map(entry -> "{" + Json.quote(entry.getKey()) + ":"
                        + Json.quote((String) Objects.requireNonNull(entry.getValue())) + "}")
                .findFirst()
                .orElseThrow();
        command(
                "POST",
                "/actions",
                "{\"actions\":[{\"type\":\"pointer\",\"id\":\"mouse\",\"actions\":["
                        + "{\"type\":\"pointerMove\",\"origin\":" + element + ",\"x\":0,\"y\":0,\"duration\":0},"
                        + "{\"type\":\"pointerDown\",\"button\":0},"
                        + "{\"type\":\"pointerMove\",\"origin\":\"pointer\",\"x\":" + right + ",\"y\":" + down
                        + ",\"duration\":0},{\"type\":\"pointerUp\",\"button\":0}]}]}");
        settle();
    }

    /** Presses a key; special ones by their code in the protocol. */
    void press(String key) {
        String actions = "{\"actions\":[{\"type\":\"key\",\"id\":\"keyboard\",\"actions\":["
                + "{\"type\":\"keyDown\",\"value\":" + Json.quote(key) + "},{\"type\":\"keyUp\",\"value\":"
                + Json.quote(key) + "}]}]}";
        command("POST", "/actions", actions);
        settle();
    }

    /** Waits until what was asked for has been drawn. */
    void settle() {
        command(
                "POST",
                "/execute/async",
                "{\"script\":\"const done = arguments[0]; "
                        + "requestAnimationFrame(() => requestAnimationFrame(() => done()))\",\"args\":[]}");
    }

    /** Returns the messages of any level that the console got since the last call. */
    List<String> console() {
        return Json.array(command("POST", "/se/log", "{\"type\":\"browser\"}")).stream()
                .map(entry -> Json.object(entry))
                .map(entry -> entry.get("level") + ": " + entry.get("message"))
                .toList();
    }

    void screenshot(Path file) throws IOException {
        String image = (String) Objects.requireNonNull(command("GET", "/screenshot", null));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode(image));
    }

    @Override
    public void close() throws IOException {
        command("DELETE", "", null);
        driver.destroy();
        driver.onExit().join();
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
