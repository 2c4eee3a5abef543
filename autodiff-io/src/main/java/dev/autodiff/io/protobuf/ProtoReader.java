package dev.autodiff.io.protobuf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A reader of the fields of one message. Nothing is copied but texts and numbers: {@link #bytes} and {@link #message}
 * are views. A field is read by one call behind each {@link #next}:
 *
 * <pre>
 * while (message.next()) {
 *     switch (message.field()) {
 *         case 1 -&gt; name = message.text();
 *         default -&gt; message.skip();
 *     }
 * }
 * </pre>
 *
 * <p>All errors are {@link ProtobufException}s. Memory is taken only for what is there, and messages are nested at most
 * {@value #MAX_DEPTH} deep.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
public final class ProtoReader {
    /** The deepest nesting; protobuf's own readers have 100. */
    private static final int MAX_DEPTH = 100;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer bytes;
    private final int depth;
    private int field;
    private int wireType;

    private ProtoReader(ByteBuffer bytes, int depth) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.depth = depth;
    }

    /** Makes a reader of the message that the remaining bytes of a buffer are. */
    public static ProtoReader of(ByteBuffer bytes) {
        return new ProtoReader(bytes, 0);
    }

    /** Goes to the next field; returns false at the end of the message. */
    public boolean next() {
        if (!bytes.hasRemaining()) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        if (tag >>> 32 != 0 || field == 0) {
            throw new ProtobufException("has a field with the number " + (tag >>> 3) + " at byte " + bytes.position());
        }
        return true;
    }

    /** Returns the number of the field. */
    public int field() {
        return field;
    }

    /** Reads a whole number. */
    public long number() {
        expect(VARINT);
        return varint();
    }

    /** Reads a number of 32 bits. */
    public float float32() {
        expect(FIXED32);
        require(4);
        return bytes.getFloat();
    }

    /** Reads a number of 64 bits. */
    public double float64() {
        expect(FIXED64);
        require(8);
        return bytes.getDouble();
    }

    /** Reads bytes, as a view. */
    public ByteBuffer bytes() {
        expect(DELIMITED);
        long length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw new ProtobufException("is cut off: field " + field + " at byte " + bytes.position() + " has "
                    + Long.toUnsignedString(length) + " bytes, but there are only " + bytes.remaining());
        }
        ByteBuffer view = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) length);
        return view;
    }

    /** Reads a text in UTF-8. */
    public String text() {
        return text(bytes());
    }

    private String text(ByteBuffer view) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(view);
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new ProtobufException("has a text in field " + field + " that is not UTF-8");
        }
    }

    /** Returns a reader of a message in this one. */
    public ProtoReader message() {
        if (depth == MAX_DEPTH) {
            throw new ProtobufException("has messages nested more than " + MAX_DEPTH + " deep");
        }
        return new ProtoReader(bytes(), depth + 1);
    }

    /** Reads whole numbers, one or several in a row, and returns them behind those of earlier fields. */
    public long[] numbers(long[] before) {
        if (wireType == VARINT) {
            return appended(before, varint());
        }
        ProtoReader packed = new ProtoReader(bytes(), depth);
        long[] all = Arrays.copyOf(before, before.length + packed.countVarints());
        for (int i = before.length; i < all.length; i++) {
            all[i] = packed.varint();
        }
        return all;
    }

    private int countVarints() {
        int count = 0;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            count += bytes.get(i) >= 0 ? 1 : 0;
        }
        return count;
    }

    private static long[] appended(long[] before, long value) {
        long[] all = Arrays.copyOf(before, before.length + 1);
        all[before.length] = value;
        return all;
    }

    /** Reads numbers of 32 bits, one or several in a row, and returns them behind those of earlier fields. */
    public float[] floats(float[] before) {
        if (wireType == FIXED32) {
            float[] all = Arrays.copyOf(before, before.length + 1);
            all[before.length] = float32();
            return all;
        }
        ByteBuffer packed = bytes();
        requireMultiple(packed, 4);
        float[] all = Arrays.copyOf(before, before.length + packed.remaining() / 4);
        packed.asFloatBuffer().get(all, before.length, all.length - before.length);
        return all;
    }

    /** Reads numbers of 64 bits, one or several in a row, and returns them behind those of earlier fields. */
    public double[] doubles(double[] before) {
        if (wireType == FIXED64) {
            double[] all = Arrays.copyOf(before, before.length + 1);
            all[before.length] = float64();
            return all;
        }
        ByteBuffer packed = bytes();
        requireMultiple(packed, 8);
        double[] all = Arrays.copyOf(before, before.length + packed.remaining() / 8);
        packed.asDoubleBuffer().get(all, before.length, all.length - before.length);
        return all;
    }

    private void requireMultiple(ByteBuffer packed, int size) {
        if (packed.remaining() % size != 0) {
            throw new ProtobufException("has " + packed.remaining() + " bytes of numbers in field " + field
                    + ", which is no multiple of " + size);
        }
    }

    /** Passes over a field. */
    public void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> pass(8);
            case DELIMITED -> bytes();
            case FIXED32 -> pass(4);
            default ->
                throw new ProtobufException(
                        "has a field " + field + " of wire type " + wireType + " at byte " + bytes.position());
        }
    }

    private void pass(int count) {
        require(count);
        bytes.position(bytes.position() + count);
    }

    private void require(int count) {
        if (bytes.remaining() < count) {
            throw new ProtobufException("is cut off in field " + field + " at byte " + bytes.position());
        }
    }

    private void expect(int wanted) {
        if (wireType != wanted) {
            throw new ProtobufException("has a field " + field + " of wire type " + wireType + " at byte "
                    + bytes.position() + ", where type " + wanted + " was expected");
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            require(1);
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new ProtobufException("has a number of more than 64 bits at byte " + bytes.position());
    }
}
