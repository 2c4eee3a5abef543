package dev.autodiff.trace;

import dev.autodiff.trace.Trace.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** A walk through a trace on a terminal, one frame at a time, directed by the keyboard. */
final class Walk {
    private static final String KEYS = "Enter: next   b: back   s: next phase   a number: go there   q: quit";

    private final Trace trace;
    private final TerminalStyle style;
    private final TextWriter writer;

    Walk(Trace trace, TerminalStyle style) {
        this.trace = trace;
        this.style = style;
        this.writer = new TextWriter(trace, style);
    }

    /** Shows frames and reads commands until the end of either, or until the reader quits. */
    void run(Reader in, Appendable out) {
        BufferedReader lines = in instanceof BufferedReader buffered ? buffered : new BufferedReader(in);
        try {
            out.append(writer.title()).append('\n').append(style.faint(KEYS)).append("\n\n");
            int at = 0;
            while (at < trace.frames().size()) {
                out.append(text(at));
                String typed = lines.readLine();
                if (typed == null || typed.strip().toLowerCase(Locale.ROOT).startsWith("q")) {
                    return;
                }
                at = move(at, typed.strip(), out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a frame with its place among all. */
    String text(int at) {
        Frame frame = trace.frames().get(at);
        StringBuilder text = new StringBuilder();
        String place = (at + 1) + "/" + trace.frames().size() + "  " + writer.section(frame) + "  ";
        writer.appendFrame(text, at, place);
        return text.toString();
    }

    private int move(int at, String typed, Appendable out) throws IOException {
        if (typed.isEmpty() || typed.equals("n")) {
            return at + 1;
        }
        if (typed.equals("b")) {
            return Math.max(0, at - 1);
        }
        if (typed.equals("s")) {
            return nextPhase(at);
        }
        if (typed.matches("\\d{1,7}")) {
            return Math.max(1, Math.min(trace.frames().size(), Integer.parseInt(typed))) - 1;
        }
        out.append(style.faint(KEYS)).append('\n');
        return at;
    }

    private int nextPhase(int at) {
        List<Frame> frames = trace.frames();
        String now = writer.section(frames.get(at));
        int next = at;
        while (next < frames.size() && writer.section(frames.get(next)).equals(now)) {
            next++;
        }
        return next;
    }
}
