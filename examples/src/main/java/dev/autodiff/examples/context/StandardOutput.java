package dev.autodiff.examples.context;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;

/**
 * Standard output that does not lose anything silently: a writer of Java's own goes on when its disk is full or its
 * reader has ended.
 */
public final class StandardOutput extends OutputStream {
    private final OutputStream out;

    /** Makes a stream to standard output. */
    public StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    /** Makes a stream to another one, whose failures are not lost either. */
    public StandardOutput(OutputStream out) {
        this.out = out;
    }

    /** The output cannot be written. An error, which no handler of exceptions on the way takes for another problem. */
    public static final class Lost extends Error {
        private static final long serialVersionUID = 1L;

        Lost(IOException cause) {
            super("Standard output cannot be written: " + cause.getMessage(), cause);
        }

        /** Tells whether the reader has ended, as {@code head} does when it has its lines, so that all is well. */
        public boolean isReaderGone() {
            String reason = String.valueOf(getMessage());
            return reason.contains("Broken pipe") || reason.contains("pipe is being closed");
        }
    }

    /**
     * Returns the character set of standard output: the one of the locale, and UTF-8 where the locale is C or POSIX,
     * which tells nothing about the terminal and has no letters for formulas.
     */
    public static Charset charset() {
        return charset(System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8")));
    }

    /** Returns the character set for a locale with this one. */
    public static Charset charset(String name) {
        try {
            Charset charset = Charset.forName(name);
            return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new Lost(e);
        }
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new Lost(e);
        }
    }
}
