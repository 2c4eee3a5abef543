package dev.autodiff.it.browser;

import dev.autodiff.trace.Playground;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A measurement of the frames of the playground, for docs/page.md: how many there are, and the work of each. */
final class PlaygroundFrames {
    private static final int MILLIS = 8000;

    private PlaygroundFrames() {}

    /** Prints a row for a laptop, for a phone, and for a phone with a slower processor. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Files.createDirectories(PageTest.PAGES);
        try (Browser browser = Browser.start(1400, 900).orElseThrow()) {
            browser.open(Playground.write(PageTest.PAGES.resolve("playground.html")));
            browser.devTools("Performance.setTimeDomain", "{\"timeDomain\":\"threadTicks\"}");
            browser.devTools("Performance.enable", "{\"timeDomain\":\"threadTicks\"}");
            browser.run("playground.settings.widths = [8, 8]; setUp(); startTraining()");
            measure(browser, 1400, 900, 1);
            measure(browser, 390, 844, 1);
            measure(browser, 390, 844, 4);
        }
    }

    private static void measure(Browser browser, int width, int height, int slower) {
        browser.screen(width, height);
        browser.devTools("Emulation.setCPUThrottlingRate", "{\"rate\":" + slower + "}");
        after(browser, MILLIS / 4);
        Map<String, Double> before = metrics(browser);
        double[] first = after(browser, 0);
        double[] last = after(browser, MILLIS);
        Map<String, Double> now = metrics(browser);
        double frames = last[0] - first[0];
        System.out.println(String.format(
                Locale.ROOT,
                "%d x %d, processor slower by %d: %.0f frames a second, script %.1f ms, thread %.1f ms a frame",
                width,
                height,
                slower,
                frames / (last[1] - first[1]) * 1000,
                spent("ScriptDuration", before, now) / frames * 1000,
                spent("TaskDuration", before, now) / frames * 1000));
    }

    /** Waits, and returns the number of frames until now and the time. */
    private static double[] after(Browser browser, int millis) {
        return Json.array(browser.await("const done = arguments[0]; setTimeout(() => done([playground.frames,"
                        + " performance.now()]), " + millis + ")"))
                .stream()
                .mapToDouble(v -> ((Number) Objects.requireNonNull(v)).doubleValue())
                .toArray();
    }

    private static double spent(String metric, Map<String, Double> before, Map<String, Double> now) {
        return Objects.requireNonNull(now.get(metric)) - Objects.requireNonNull(before.get(metric));
    }

    private static Map<String, Double> metrics(Browser browser) {
        Map<String, Double> metrics = new HashMap<>();
        for (@Nullable Object each : Json.array(
                Json.object(browser.devTools("Performance.getMetrics", "{}")).get("metrics"))) {
            Map<String, @Nullable Object> metric = Json.object(each);
            metrics.put((String) Objects.requireNonNull(metric.get("name")), (Double)
                    Objects.requireNonNull(metric.get("value")));
        }
        return metrics;
    }
}
