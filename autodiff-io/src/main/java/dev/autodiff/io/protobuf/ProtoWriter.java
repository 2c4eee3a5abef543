package dev.autodiff.io.protobuf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A writer of the fields of one message. What is long is not copied when a message becomes part of another one.
 *
 * <p>Fields that have the default value of their type are written too: a caller leaves out what it does not want.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
public final class ProtoWriter {
    /** The length from which on bytes are kept as they are. */
    private static final int LONG = 4096;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final List<ByteBuffer> parts = new ArrayList<>();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private long closed;

    /** Makes a writer of an empty message. */
    public ProtoWriter() {}

    /** Returns the number of bytes. */
    public long size() {
        return closed + open.size();
    }

    /** Writes a whole number. */
    public ProtoWriter number(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    /** Writes a number of 32 bits. */
    public ProtoWriter float32(int field, float value) {
        tag(field, FIXED32);
        fixed(Float.floatToIntBits(value), 4);
        return this;
    }

    /** Writes a number of 64 bits. */
    public ProtoWriter float64(int field, double value) {
        tag(field, FIXED64);
        fixed(Double.doubleToLongBits(value), 8);
        return this;
    }

    /** Writes bytes, which the caller does not change afterwards. */
    public ProtoWriter bytes(int field, byte[] value) {
        return bytes(field, ByteBuffer.wrap(value));
    }

    /** Writes the remaining bytes of a buffer, which the caller does not change afterwards. */
    public ProtoWriter bytes(int field, ByteBuffer value) {
        tag(field, DELIMITED);
        varint(value.remaining());
        append(value);
        return this;
    }

    /** Writes a text in UTF-8. */
    public ProtoWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a message, which is not changed afterwards. */
    public ProtoWriter message(int field, ProtoWriter message) {
        tag(field, DELIMITED);
        varint(message.size());
        message.parts.forEach(this::append);
        append(ByteBuffer.wrap(message.open.toByteArray()));
        return this;
    }

    /** Writes whole numbers in a row. */
    public ProtoWriter numbers(int field, long... values) {
        ProtoWriter packed = new ProtoWriter();
        for (long value : values) {
            packed.varint(value);
        }
        return message(field, packed);
    }

    /** Writes numbers of 32 bits in a row. */
    public ProtoWriter floats(int field, float... values) {
        ProtoWriter packed = new ProtoWriter();
        for (float value : values) {
            packed.fixed(Float.floatToIntBits(value), 4);
        }
        return message(field, packed);
    }

    /** Writes numbers of 64 bits in a row. */
    public ProtoWriter doubles(int field, double... values) {
        ProtoWriter packed = new ProtoWriter();
        for (double value : values) {
            packed.fixed(Double.doubleToLongBits(value), 8);
        }
        return message(field, packed);
    }

    /** Writes the message to a stream. */
    public void writeTo(OutputStream out) throws IOException {
        WritableByteChannel channel = Channels.newChannel(out);
        for (ByteBuffer part : parts) {
            channel.write(part.duplicate());
        }
        open.writeTo(out);
    }

    /** Returns the bytes of a message that is not longer than an array can be. */
    public byte[] toByteArray() {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size()));
        parts.forEach(part -> all.put(part.duplicate()));
        return all.put(open.toByteArray()).array();
    }

    private void append(ByteBuffer bytes) {
        if (bytes.remaining() < LONG) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            open.writeBytes(copy);
            return;
        }
        closed += open.size() + (long) bytes.remaining();
        parts.add(ByteBuffer.wrap(open.toByteArray()));
        parts.add(bytes);
        open.reset();
    }

    private void tag(int field, int wireType) {
        varint(((long) field << 3) | wireType);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            open.write(((int) rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        open.write((int) rest);
    }

    private void fixed(long bits, int bytes) {
        for (int i = 0; i < bytes; i++) {
            open.write((int) (bits >>> (8 * i)));
        }
    }
}
