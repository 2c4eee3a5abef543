package dev.autodiff.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The warnings that are given while this is open; none of them is printed. */
final class WarningLog extends Handler {
    private static final Logger LOGGER = Logger.getLogger("dev.autodiff.graph");

    final List<String> messages = new ArrayList<>();

    WarningLog() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(this);
    }

    /** Returns the warnings of some code. */
    static List<String> of(Runnable code) {
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
