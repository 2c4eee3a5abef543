package dev.autodiff.nn.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The warnings that are given while this is open; none of them is printed. */
public final class WarningLog extends Handler {
    private static final Logger LOGGER = Logger.getLogger("dev.autodiff.graph");

    private final List<String> messages = new ArrayList<>();

    private WarningLog() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(this);
    }

    /** Returns the warnings of some code. */
    public static List<String> of(Runnable code) {
        WarningLog log = new WarningLog();
        try {
            code.run();
        } finally {
            log.close();
        }
        return log.messages;
    }

    @Override
    public void publish(LogRecord line) {
        messages.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOGGER.removeHandler(this);
        LOGGER.setUseParentHandlers(true);
    }
}
