package dev.autodiff.benchmarks.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running worker. A thread reads its standard output; lines that are not JSON objects are kept for error messages.
 * Its standard error goes to a file.
 */
final class WorkerProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration END = Duration.ofSeconds(5);
    private static final int MOST_SHOWN = 300;

    private final Process process;
    private final Path errors;
    private final BufferedWriter requests;
    private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
    private final Deque<String> noise = new ArrayDeque<>();

    /** A line of output, or the end of the output. */
    private record Line(String text, boolean end) {}

    private WorkerProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "reader");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a worker, without waiting for its first line.
     *
     * @param contender the contender
     * @param logs the directory of the file to which its standard error is appended
     * @throws WorkerFailure if the contender has a problem, or the command does not exist
     */
    static WorkerProcess start(Contender contender, Path logs) throws WorkerFailure {
        if (contender.problem() != null) {
            throw new WorkerFailure(contender.problem(), true);
        }
        try {
            Files.createDirectories(logs);
            Path errors = logs.resolve(contender.key() + ".log");
            ProcessBuilder builder = new ProcessBuilder(contender.command());
            builder.environment().putAll(contender.environment());
            builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
            return new WorkerProcess(builder.start(), errors);
        } catch (IOException e) {
            throw new WorkerFailure("cannot be started: " + e.getMessage(), true);
        }
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(new Line(line, false));
            }
        } catch (IOException e) {
            // The process has ended, and so has its output.
        }
        lines.add(new Line("", true));
    }

    /** Sends a request and waits for the reply. */
    JsonNode ask(String request, Duration patience) throws WorkerFailure {
        send(request);
        return reply(request, patience);
    }

    /** Sends a request, possibly before the worker is ready to read it. */
    void send(String request) throws WorkerFailure {
        try {
            requests.write(request);
            requests.write('\n');
            requests.flush();
        } catch (IOException e) {
            throw new WorkerFailure("cannot be asked to '" + request + "': " + ended(), true);
        }
    }

    /** Waits for the next reply. */
    JsonNode reply(String request, Duration patience) throws WorkerFailure {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            Line line = next(end - System.nanoTime());
            if (line == null) {
                process.destroyForcibly();
                throw new WorkerFailure(
                        "no reply to '" + request + "' within " + patience.toSeconds() + " s" + shown(), true);
            }
            if (line.end) {
                throw new WorkerFailure(ended(), true);
            }
            JsonNode reply = parse(line.text);
            if (reply == null) {
                setAside(line.text);
            } else if (reply.has("problem")) {
                throw new WorkerFailure(reply.get("problem").asText(), false);
            } else {
                return reply;
            }
        }
    }

    private @Nullable Line next(long nanos) {
        try {
            return lines.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a worker was measuring", e);
        }
    }

    /** Returns a JSON object, or null for anything else that a library has printed. */
    static @Nullable JsonNode parse(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try {
            JsonNode node = JSON.readTree(line);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private void setAside(String line) {
        noise.add(line);
        if (noise.size() > 5) {
            noise.remove();
        }
    }

    private String shown() {
        List<String> texts = new ArrayList<>(noise);
        return texts.isEmpty() ? "" : "; it printed: " + shorten(String.join(" | ", texts));
    }

    private String ended() {
        String code = "it ended";
        try {
            if (process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                code = "it ended with exit code " + process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return code + shown() + lastErrors();
    }

    private String lastErrors() {
        try {
            List<String> all = Files.readAllLines(errors, StandardCharsets.UTF_8).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            List<String> last = all.subList(Math.max(0, all.size() - 3), all.size());
            return last.isEmpty() ? "" : "; the last of its errors: " + shorten(String.join(" | ", last));
        } catch (IOException e) {
            return "";
        }
    }

    private static String shorten(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + " ...";
    }

    /** Asks the process to end, and ends it if it does not. */
    @Override
    public void close() {
        try {
            send("quit");
            if (process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (WorkerFailure e) {
            // It has ended already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
