package dev.autodiff.benchmarks.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The process of one contender. It answers requests on the standard input, one per line, with one line of JSON each on
 * the standard output. All other output goes to the standard error.
 *
 * <p>It first prints {@code {"name": ..., "version": ..., "about": ...}}, or {@code {"problem": why}} and ends. Then it
 * answers these requests:
 *
 * <table class="striped"> <caption>Requests</caption> <tr><th scope="col">request</th><th scope="col">what it
 * does</th><th scope="col">reply</th></tr> <tr><th scope="row">{@code run ID SECONDS}</th><td>runs a task for that
 * time, after a lead-in; the task is built once and kept until another one is requested</td><td>the numbers of {@link
 * Timing}, {@code result} and {@code work}</td></tr> <tr><th scope="row">{@code once ID}</th><td>builds a task anew
 * and makes one step</td><td>{@code micros} from the start of building it to the end of the step, and {@code
 * result}</td></tr> <tr><th scope="row">{@code steps ID}</th><td>builds a task anew and makes 2000
 * steps</td><td>{@code step1}, {@code step100}, {@code step469} and {@code step2000}, the microseconds from the start
 * of building it to the ends of these steps, and {@code result}</td></tr> <tr><th scope="row">{@code
 * quit}</th><td>ends; so does the end of the input</td><td>none</td></tr> </table>
 *
 * <p>Any other request goes to {@link Framework#answer}. A request that fails is answered with {@code {"problem":
 * why}}. A worker uses no processor time while it waits for a request.
 */
public final class Worker {
    /** The numbers of the steps until whose ends {@code steps} takes the time; 469 are an epoch of MNIST. */
    public static final List<Integer> TIMED_STEPS = List.of(1, 100, 469, 2000);

    private final Framework framework;
    private String id = "";
    private Task task = new Nothing();

    private Worker(Framework framework) {
        this.framework = framework;
    }

    /** The task before the first request. */
    private static final class Nothing implements Task {
        @Override
        public void step() {}

        @Override
        public double result() {
            return 0;
        }
    }

    /** Loads a framework, which may not work on this machine. */
    @FunctionalInterface
    public interface Start {
        /**
         * Loads the framework.
         *
         * @throws Exception if it cannot be loaded
         */
        Framework framework() throws Exception;
    }

    /**
     * Serves requests until there are no more, then ends the virtual machine, because some frameworks leave
     * threads running.
     *
     * @throws IOException if the standard input cannot be read
     */
    @SuppressWarnings({"SystemOut", "CatchingUnchecked"}) // replies are what the standard output is for
    public static void serve(Start start) throws IOException {
        PrintStream replies = System.out;
        System.setOut(System.err);
        try {
            Framework framework = start.framework();
            replies.println(new Reply()
                    .put("name", framework.name())
                    .put("version", framework.version())
                    .put("about", framework.about()));
            replies.flush();
            new Worker(framework)
                    .serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), replies);
        } catch (Exception | LinkageError e) {
            replies.println(problem(e));
            replies.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    /** Answers requests until there are no more. */
    static void serve(Framework framework, BufferedReader requests, PrintStream replies) throws IOException {
        new Worker(framework).serve(requests, replies);
    }

    private void serve(BufferedReader requests, PrintStream replies) throws IOException {
        while (true) {
            String request = requests.readLine();
            if (request == null || request.equals("quit")) {
                return;
            }
            replies.println(answer(request));
            replies.flush();
        }
    }

    @SuppressWarnings("CatchingUnchecked") // the next request may succeed
    private Reply answer(String request) {
        String[] words = request.split(" ", -1);
        try {
            if (words[0].equals("run") && words.length == 3) {
                return run(words[1], Double.parseDouble(words[2]));
            }
            if (words.length != 2) {
                throw new IllegalArgumentException("'" + request + "' is no request; try: run W4 1.0");
            }
            return switch (words[0]) {
                case "once" -> once(words[1]);
                case "steps" -> steps(words[1]);
                default -> framework.answer(words[0], words[1]);
            };
        } catch (Exception | LinkageError | OutOfMemoryError | AssertionError e) {
            return problem(e);
        }
    }

    private Reply run(String wanted, double seconds) throws Exception {
        if (!wanted.equals(id)) {
            keep("", new Nothing());
            keep(wanted, framework.prepare(wanted));
        }
        Timing timing = Timing.measure(task, seconds);
        return timing.reply().put("result", finite(task.result())).put("work", task.work());
    }

    private Reply once(String wanted) throws Exception {
        keep("", new Nothing());
        long start = System.nanoTime();
        Task built = framework.prepare(wanted);
        built.step();
        double micros = (System.nanoTime() - start) / 1e3;
        keep(wanted, built);
        return new Reply().put("micros", micros).put("result", finite(built.result()));
    }

    private Reply steps(String wanted) throws Exception {
        keep("", new Nothing());
        long start = System.nanoTime();
        Task built = framework.prepare(wanted);
        keep(wanted, built);
        Reply reply = new Reply();
        int made = 0;
        for (int number : TIMED_STEPS) {
            for (; made < number; made++) {
                built.step();
            }
            reply.put("step" + number, (System.nanoTime() - start) / 1e3);
        }
        return reply.put("result", finite(built.result()));
    }

    private void keep(String newId, Task newTask) {
        task.close();
        id = newId;
        task = newTask;
    }

    private static double finite(double result) {
        if (!Double.isFinite(result)) {
            throw new ArithmeticException("the result is " + result + ", so the measurement is meaningless");
        }
        return result;
    }

    private static Reply problem(Throwable e) {
        Throwable cause = e;
        StringBuilder why = new StringBuilder();
        for (int depth = 0; cause != null && depth < 5; depth++, cause = cause.getCause()) {
            String message = cause.getMessage();
            boolean own = cause instanceof UnsupportedOperationException && message != null;
            why.append(depth == 0 ? "" : "; caused by ")
                    .append(own ? "" : cause.getClass().getSimpleName() + (message == null ? "" : ": "))
                    .append(message == null ? "" : message);
        }
        return new Reply().put("problem", why.toString());
    }
}
