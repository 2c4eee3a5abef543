package dev.autodiff.bytecode;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A copier of the byte code of static methods into generated methods, which inlines by hand what C2 would not.
 *
 * <p>C2 inlines the Vector API's own methods always (they carry {@code @ForceInline}), but ours only as long as the
 * node graph is small (NodeCountInliningCutoff) and the method has not been compiled to much code on its own before
 * (InlineSmallCode). A call that is left costs more than the arithmetic in it, since vectors become objects: measured,
 * a factor of 8. In a copy there is no call of ours left.
 *
 * <p>The methods must be straight-line code; calls to static methods of these classes are copied likewise.
 */
public final class MethodCopier {
    private record Body(byte[] code, int maxStack, String descriptor) {}

    private final Map<String, Source> sources = new HashMap<>();

    /** A copier of the methods of classes, given as the contents of their class files. */
    public MethodCopier(byte[]... classFiles) {
        for (byte[] classFile : classFiles) {
            try {
                Source source = new Source(new DataInputStream(new ByteArrayInputStream(classFile)));
                sources.put(source.className, source);
            } catch (IOException e) {
                throw new IllegalArgumentException("The class file ends too early", e);
            }
        }
    }

    // ---- Reading class files

    /** A class that methods are copied from. */
    private static final class Source {
        private final Map<String, Body> methods = new HashMap<>();
        private final String className;
        /** The constant pool: tags, and for each constant its text or its one or two numbers. */
        private int[] tags = {};

        private int[] first = {};
        private int[] second = {};
        private String[] texts = {};

        Source(DataInputStream in) throws IOException {
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
                    case PoolTag.UTF8 -> texts[i] = in.readUTF();
                    case PoolTag.INTEGER, PoolTag.FLOAT -> first[i] = in.readInt();
                    case PoolTag.LONG, PoolTag.DOUBLE -> in.readLong();
                    case PoolTag.METHOD_HANDLE -> {
                        in.readUnsignedByte();
                        in.readUnsignedShort();
                    }
                    case PoolTag.CLASS, PoolTag.STRING, PoolTag.METHOD_TYPE, PoolTag.MODULE, PoolTag.PACKAGE ->
                        first[i] = in.readUnsignedShort();
                    case PoolTag.FIELD,
                            PoolTag.METHOD,
                            PoolTag.INTERFACE_METHOD,
                            PoolTag.NAME_AND_TYPE,
                            PoolTag.DYNAMIC,
                            PoolTag.INVOKE_DYNAMIC -> {
                        first[i] = in.readUnsignedShort();
                        second[i] = in.readUnsignedShort();
                    }
                    default -> throw new IllegalArgumentException("A class file has no constant with tag " + tags[i]);
                }
                if (tags[i] == PoolTag.LONG || tags[i] == PoolTag.DOUBLE) {
                    i++; // these count as two constants
                }
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
    }

    // ---- Copying

    /**
     * Appends a copy of a method, in place of a call of it: stack {@code arguments -> result}.
     *
     * @param className the class that has the method, such as {@code java/lang/Math}
     * @param nameAndDescriptor the method, such as {@code max(FF)F}
     * @param file the class file that {@code to} belongs to
     */
    public void copy(String className, String nameAndDescriptor, ClassFile file, Code to) {
        copy(className, nameAndDescriptor, file, to, 8);
    }

    private void copy(String className, String nameAndDescriptor, ClassFile file, Code to, int stack) {
        Source source = sources.get(className);
        Body body = source == null ? null : source.methods.get(nameAndDescriptor);
        if (source == null || body == null) {
            throw new IllegalStateException("No method " + nameAndDescriptor + " in " + className);
        }
        to.reserveStack(stack + body.maxStack + 1);
        new Copy(source, body, file, to, stack + body.maxStack).run();
    }

    /** The copying of one method. */
    private final class Copy {
        private final Source source;
        private final Body body;
        private final ClassFile file;
        private final Code to;
        private final int stack;
        /** The number of each of the method's local variables in the method that is copied to. */
        private final Map<Integer, Integer> locals = new HashMap<>();

        private int pc;

        Copy(Source source, Body body, ClassFile file, Code to, int stack) {
            this.source = source;
            this.body = body;
            this.file = file;
            this.to = to;
            this.stack = stack;
        }

        void run() {
            popArguments();
            while (pc < body.code.length) {
                int opcode = u1();
                boolean returns = opcode == Opcode.ARETURN || opcode == Opcode.IRETURN;
                if (returns && pc == body.code.length) { // the result stays on the stack
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
                            case 'I' -> Opcode.ISTORE;
                            case 'F' -> Opcode.FSTORE;
                            default -> Opcode.ASTORE;
                        };
                to.op(store, local(k, store));
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
            if (opcode == Opcode.POP
                    || (opcode >= Opcode.ICONST_M1 && opcode <= Opcode.ICONST_5)
                    || (opcode >= Opcode.FCONST_0 && opcode <= Opcode.FCONST_2)) {
                to.op(opcode);
            } else if (!isShortLocal(opcode, Opcode.ILOAD_0, Opcode.ILOAD_3, Opcode.ILOAD)
                    && !isShortLocal(opcode, Opcode.FLOAD_0, Opcode.FLOAD_3, Opcode.FLOAD)
                    && !isShortLocal(opcode, Opcode.ALOAD_0, Opcode.ALOAD_3, Opcode.ALOAD)
                    && !isShortLocal(opcode, Opcode.ISTORE_0, Opcode.ISTORE_3, Opcode.ISTORE)
                    && !isShortLocal(opcode, Opcode.FSTORE_0, Opcode.FSTORE_3, Opcode.FSTORE)
                    && !isShortLocal(opcode, Opcode.ASTORE_0, Opcode.ASTORE_3, Opcode.ASTORE)) {
                instructionWithOperands(opcode);
            }
        }

        /**
         * Copies an instruction that names one of the local variables 0 to 3 by its opcode, if it is one of these four.
         */
        private boolean isShortLocal(int opcode, int first, int last, int general) {
            boolean is = opcode >= first && opcode <= last;
            if (is) {
                to.op(general, local(opcode - first, general));
            }
            return is;
        }

        private void instructionWithOperands(int opcode) {
            switch (opcode) {
                case Opcode.BIPUSH -> to.immediate(opcode, 1, u1());
                case Opcode.SIPUSH -> to.immediate(opcode, 2, u2());
                case Opcode.LDC -> loadConstant(u1());
                case Opcode.LDC_W -> loadConstant(u2());
                case Opcode.ILOAD, Opcode.FLOAD, Opcode.ALOAD, Opcode.ISTORE, Opcode.FSTORE, Opcode.ASTORE ->
                    to.op(opcode, local(u1(), opcode));
                case Opcode.GETSTATIC, Opcode.INVOKEVIRTUAL -> to.constant(opcode, member(u2()));
                case Opcode.INVOKESTATIC -> callStatic(u2());
                case Opcode.CHECKCAST -> to.constant(opcode, file.classOf(source.nameOfClass(u2())));
                default ->
                    throw new IllegalStateException("Instruction " + opcode + " in " + source.className
                            + " cannot be copied: its methods must be straight-line code");
            }
        }

        private void callStatic(int constant) {
            String owner = source.nameOfClass(source.first[constant]);
            Source called = sources.get(owner);
            if (called != null) {
                int signature = source.second[constant];
                String name = source.texts[source.first[signature]].concat(source.texts[source.second[signature]]);
                if (!callOnTop(called, called.methods.get(name))) {
                    copy(owner, name, file, to, stack);
                }
            } else {
                to.constant(Opcode.INVOKESTATIC, member(constant));
            }
        }

        /**
         * Copies a method of the form {@code x.call(); return x;} without a local variable, in five bytes.
         *
         * @return false if the method has another form; then nothing is appended
         */
        private boolean callOnTop(Source called, @Nullable Body method) {
            byte[] code = method == null ? new byte[0] : method.code;
            boolean is = code.length == 7
                    && (code[0] & 0xff) == Opcode.ALOAD_0
                    && (code[1] & 0xff) == Opcode.INVOKEVIRTUAL
                    && (code[4] & 0xff) == Opcode.POP
                    && (code[5] & 0xff) == Opcode.ALOAD_0
                    && (code[6] & 0xff) == Opcode.ARETURN;
            if (is) {
                to.op(Opcode.DUP);
                to.constant(Opcode.INVOKEVIRTUAL, member(called, (code[2] & 0xff) << 8 | (code[3] & 0xff)));
                to.op(Opcode.POP);
            }
            return is;
        }

        private int member(int constant) {
            return member(source, constant);
        }

        private int member(Source pool, int constant) {
            String owner = pool.nameOfClass(pool.first[constant]);
            int signature = pool.second[constant];
            String name = pool.texts[pool.first[signature]];
            String descriptor = pool.texts[pool.second[signature]];
            return switch (pool.tags[constant]) {
                case PoolTag.FIELD -> file.field(owner, name, descriptor);
                case PoolTag.METHOD -> file.methodOf(owner, name, descriptor);
                default -> throw new IllegalStateException("Interface methods are not copied: " + owner + "." + name);
            };
        }

        private void loadConstant(int constant) {
            int bits = source.first[constant];
            boolean isFloat = source.tags[constant] == PoolTag.FLOAT;
            to.constant(Opcode.LDC_W, isFloat ? file.number(Float.intBitsToFloat(bits)) : file.number(bits));
        }

        /** Returns the local variable for one of the method's, of the type that an instruction loads or stores. */
        private int local(int number, int instruction) {
            Integer known = locals.get(number);
            if (known == null) {
                known = switch (instruction) {
                    case Opcode.ILOAD, Opcode.ISTORE -> to.local(Code.VerificationType.INT);
                    case Opcode.FLOAD, Opcode.FSTORE -> to.local(Code.VerificationType.FLOAT);
                    default -> to.local("java/lang/Object");
                };
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
