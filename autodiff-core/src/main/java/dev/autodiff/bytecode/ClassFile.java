package dev.autodiff.bytecode;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A class file that is being written (Java Virtual Machine Specification, chapter 4): as much of the format as a
 * generated loop needs, which is a constant pool, a constructor and methods with code.
 */
public final class ClassFile {
    private static final int MAGIC = 0xCAFEBABE;
    private static final int JAVA_17 = 61;
    private static final int ACC_PUBLIC_FINAL_SUPER = 0x31;

    /**
     * A record whose equality is written out: that of records is made at run time, which costs milliseconds at start.
     */
    private record Constant(int tag, Object first, Object second) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Constant constant
                    && tag == constant.tag
                    && first.equals(constant.first)
                    && second.equals(constant.second);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * tag + first.hashCode()) + second.hashCode();
        }
    }

    private record Method(int name, int descriptor, Code code) {}

    private final Map<Constant, Integer> pool = new LinkedHashMap<>();
    private final List<Method> methods = new ArrayList<>();
    private final String superName;
    private final int thisClass;
    private final int superClass;
    private final int codeName;
    private final int framesName;

    /** An empty class; names have slashes, as class files have them. */
    public ClassFile(String name, String superName) {
        this.superName = superName;
        thisClass = classOf(name);
        superClass = classOf(superName);
        codeName = utf8("Code");
        framesName = utf8("StackMapTable");
    }

    /** Adds a method whose body is {@code code}. */
    public void method(String name, String descriptor, Code code) {
        methods.add(new Method(utf8(name), utf8(descriptor), code));
    }

    /** Adds the constructor without parameters. */
    public void constructor() {
        Code code = new Code(this);
        code.local(Code.VerificationType.UNINITIALIZED_THIS);
        code.op(Opcode.ALOAD, 0);
        code.call(Opcode.INVOKESPECIAL, superName, "<init>", "()V", 1);
        code.op(Opcode.RETURN);
        method("<init>", "()V", code);
    }

    int classOf(String name) {
        return constant(PoolTag.CLASS, utf8(name), 0);
    }

    int field(String owner, String name, String descriptor) {
        return constant(PoolTag.FIELD, classOf(owner), nameAndType(name, descriptor));
    }

    int methodOf(String owner, String name, String descriptor) {
        return constant(PoolTag.METHOD, classOf(owner), nameAndType(name, descriptor));
    }

    int number(int value) {
        return constant(PoolTag.INTEGER, value, 0);
    }

    int number(float value) {
        return constant(PoolTag.FLOAT, Float.floatToRawIntBits(value), 0);
    }

    private int nameAndType(String name, String descriptor) {
        return constant(PoolTag.NAME_AND_TYPE, utf8(name), utf8(descriptor));
    }

    private int utf8(String text) {
        return constant(PoolTag.UTF8, text, 0);
    }

    private int constant(int tag, Object first, Object second) {
        Constant constant = new Constant(tag, first, second);
        Integer known = pool.get(constant);
        if (known != null) {
            return known;
        }
        pool.put(constant, pool.size() + 1);
        return pool.size();
    }

    /** Returns the content of the class file. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    private void write(DataOutputStream out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(JAVA_17);
        out.writeShort(pool.size() + 1);
        for (Constant constant : pool.keySet()) {
            write(constant, out);
        }
        out.writeShort(ACC_PUBLIC_FINAL_SUPER);
        out.writeShort(thisClass);
        out.writeShort(superClass);
        out.writeShort(0); // interfaces
        out.writeShort(0); // fields
        out.writeShort(methods.size());
        for (Method method : methods) {
            write(method, out);
        }
        out.writeShort(0); // attributes
    }

    private static void write(Constant constant, DataOutputStream out) throws IOException {
        out.writeByte(constant.tag);
        if (constant.first instanceof String text) {
            out.writeUTF(text);
        } else if (constant.tag == PoolTag.INTEGER || constant.tag == PoolTag.FLOAT) {
            out.writeInt((Integer) constant.first);
        } else {
            out.writeShort((Integer) constant.first);
            if (constant.tag != PoolTag.CLASS) {
                out.writeShort((Integer) constant.second);
            }
        }
    }

    private void write(Method method, DataOutputStream out) throws IOException {
        byte[] code = method.code.bytes();
        byte[] frames = method.code.frames();
        int framesLength = frames.length == 0 ? 0 : 6 + frames.length;
        out.writeShort(1); // public
        out.writeShort(method.name);
        out.writeShort(method.descriptor);
        out.writeShort(1); // attributes
        out.writeShort(codeName);
        out.writeInt(12 + code.length + framesLength);
        out.writeShort(method.code.maxStack());
        out.writeShort(method.code.maxLocals());
        out.writeInt(code.length);
        out.write(code);
        out.writeShort(0); // exception handlers
        out.writeShort(frames.length == 0 ? 0 : 1);
        if (frames.length > 0) {
            out.writeShort(framesName);
            out.writeInt(frames.length);
            out.write(frames);
        }
    }
}
