package dev.autodiff.kernel;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies the byte code of static methods into generated methods, and so inlines by hand what C2 would not.
 *
 * <p>C2 inlines the Vector API's own methods always (they carry {@code @ForceInline}), but ours only as long as the node
 * graph is small (NodeCountInliningCutoff) and the method has not been compiled to much code on its own before
 * (InlineSmallCode). A call that is left costs more than the arithmetic in it, since vectors become objects: measured, a
 * factor of 8. In a copy there is no call of ours left.
 *
 * <p>The methods must be straight-line code; calls to static methods of the same class are copied likewise.
 */
final class MethodCopier {
    private record Body(byte[] code, int maxStack, String descriptor) {}

    private final Map<String, Body> methods = new HashMap<>();
    private String className = "";
    /** The source's constant pool: tags, and for each constant its text or its one or two numbers. */
    private int[] tags = {};

    private int[] first = {};
    private int[] second = {};
    private String[] texts = {};

    private MethodCopier() {}

    /** A copier of the methods of a class file, given as a resource next to this class. */
    static MethodCopier of(String resource) {
        try (InputStream stream = MethodCopier.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("The class file " + resource
                        + " is missing as a resource, and generated loops copy code from it; set -Dautodiff.kernels=scalar"
                        + " to do without");
            }
            MethodCopier copier = new MethodCopier();
            copier.read(new DataInputStream(new ByteArrayInputStream(stream.readAllBytes())));
            return copier;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- Reading the class file

    private void read(DataInputStream in) throws IOException {
        in.readInt(); // magic
        in.readInt(); // version
        readPool(in);
        in.readUnsignedShort(); // access
        className = nameOfClass(in.readUnsignedShort());
        in.readUnsignedShort(); // superclass
        in.skipBytes(2 * in.readUnsignedShort()); // interfaces
        readMembers(in, false);
        readMembers(in, true);
    }

    private void readPool(DataInputStream in) throws IOException {
        int size = in.readUnsignedShort();
        tags = new int[size];
        first = new int[size];
        second = new int[size];
        texts = new String[size];
        for (int i = 1; i < size; i++) {
            tags[i] = in.readUnsignedByte();
            switch (tags[i]) {
                case ClassFile.UTF8 -> texts[i] = in.readUTF();
                case ClassFile.INTEGER, ClassFile.FLOAT -> first[i] = in.readInt();
                case 5, 6 -> in.readLong(); // long, double: two places in the pool
                case 15 -> in.skipBytes(3); // method handle
                case ClassFile.CLASS, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
                default -> {
                    first[i] = in.readUnsignedShort();
                    second[i] = in.readUnsignedShort();
                }
            }
            i += tags[i] == 5 || tags[i] == 6 ? 1 : 0;
        }
    }

    private void readMembers(DataInputStream in, boolean keep) throws IOException {
        for (int count = in.readUnsignedShort(); count > 0; count--) {
            in.readUnsignedShort(); // access
            String name = texts[in.readUnsignedShort()];
            String descriptor = texts[in.readUnsignedShort()];
            for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                String attribute = texts[in.readUnsignedShort()];
                byte[] content = new byte[in.readInt()];
                in.readFully(content);
                if (keep && attribute.equals("Code")) {
                    methods.put(name.concat(descriptor), body(content, descriptor));
                }
            }
        }
    }

    private static Body body(byte[] attribute, String descriptor) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(attribute));
        int maxStack = in.readUnsignedShort();
        in.readUnsignedShort(); // locals
        byte[] code = new byte[in.readInt()];
        in.readFully(code);
        return new Body(code, maxStack, descriptor);
    }

    private String nameOfClass(int constant) {
        return texts[first[constant]];
    }

    // ---- Copying

    /** Copies a method: stack {@code arguments -> result}, as a call of it would. */
    void copy(String nameAndDescriptor, ClassFile file, Code to) {
        copy(nameAndDescriptor, file, to, 8);
    }

    private void copy(String nameAndDescriptor, ClassFile file, Code to, int stack) {
        Body body = methods.get(nameAndDescriptor);
        if (body == null) {
            throw new IllegalStateException("No method " + nameAndDescriptor + " in " + className);
        }
        to.reserveStack(stack + body.maxStack);
        new Copy(body, file, to, stack + body.maxStack).run();
    }

    /** The copying of one method. */
    private final class Copy {
        private final Body body;
        private final ClassFile file;
        private final Code to;
        private final int stack;
        /** The number of each of the method's local variables in the method that is copied to. */
        private final Map<Integer, Integer> locals = new HashMap<>();

        private int pc;

        Copy(Body body, ClassFile file, Code to, int stack) {
            this.body = body;
            this.file = file;
            this.to = to;
            this.stack = stack;
        }

        void run() {
            popArguments();
            while (pc < body.code.length) {
                int opcode = u1();
                if (opcode == 176 && pc == body.code.length) { // areturn: the result stays on the stack
                    return;
                }
                instruction(opcode);
            }
        }

        /** Moves the arguments from the stack into the local variables where the method expects them. */
        private void popArguments() {
            String types = typesOfArguments(body.descriptor);
            for (int k = types.length() - 1; k >= 0; k--) {
                int store =
                        switch (types.charAt(k)) {
                            case 'I' -> Code.ISTORE;
                            case 'F' -> Code.FSTORE;
                            default -> Code.ASTORE;
                        };
                to.op(store, local(k));
            }
        }

        /** One letter for each argument: I, F or L. */
        private static String typesOfArguments(String descriptor) {
            StringBuilder types = new StringBuilder();
            for (int i = 1; descriptor.charAt(i) != ')'; i++) {
                types.append(descriptor.charAt(i));
                if (descriptor.charAt(i) == 'L') {
                    i = descriptor.indexOf(';', i);
                }
            }
            return types.toString();
        }

        private void instruction(int opcode) {
            switch (opcode) {
                case 2, 3, 4, 5, 6, 7, 8, 11, 12, 13 -> to.op(opcode); // iconst, fconst
                case 16 -> to.immediate(opcode, 1, u1());
                case 17 -> to.immediate(opcode, 2, u2());
                case 18 -> loadConstant(u1());
                case 19 -> loadConstant(u2());
                case 21, 23, 25, 54, 56, 58 -> to.op(opcode, local(u1())); // iload, fload, aload and stores
                case 26, 27, 28, 29 -> to.op(Code.ILOAD, local(opcode - 26));
                case 34, 35, 36, 37 -> to.op(Code.FLOAD, local(opcode - 34));
                case 42, 43, 44, 45 -> to.op(Code.ALOAD, local(opcode - 42));
                case 75, 76, 77, 78 -> to.op(Code.ASTORE, local(opcode - 75));
                case Code.GETSTATIC -> to.constant(opcode, member(u2()));
                case Code.INVOKEVIRTUAL -> to.constant(opcode, member(u2()));
                case Code.INVOKESTATIC -> callStatic(u2());
                case Code.CHECKCAST -> to.constant(opcode, file.classOf(nameOfClass(u2())));
                default ->
                    throw new IllegalStateException("Instruction " + opcode + " in " + className
                            + " cannot be copied: its methods must be straight-line code");
            }
        }

        private void callStatic(int constant) {
            if (nameOfClass(first[constant]).equals(className)) {
                int signature = second[constant];
                copy(texts[first[signature]].concat(texts[second[signature]]), file, to, stack);
            } else {
                to.constant(Code.INVOKESTATIC, member(constant));
            }
        }

        private int member(int constant) {
            String owner = nameOfClass(first[constant]);
            String name = texts[first[second[constant]]];
            String descriptor = texts[second[second[constant]]];
            return switch (tags[constant]) {
                case ClassFile.FIELD -> file.field(owner, name, descriptor);
                case ClassFile.METHOD -> file.methodOf(owner, name, descriptor);
                default -> throw new IllegalStateException("Interface methods are not copied: " + owner + "." + name);
            };
        }

        private void loadConstant(int constant) {
            int bits = first[constant];
            int number =
                    tags[constant] == ClassFile.FLOAT ? file.number(Float.intBitsToFloat(bits)) : file.number(bits);
            to.constant(19, number); // ldc_w
        }

        private int local(int number) {
            Integer known = locals.get(number);
            if (known == null) {
                known = to.local("java/lang/Object");
                locals.put(number, known);
            }
            return known;
        }

        private int u1() {
            return body.code[pc++] & 0xff;
        }

        private int u2() {
            return u1() << 8 | u1();
        }
    }
}
