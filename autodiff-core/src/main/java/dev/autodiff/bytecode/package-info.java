/**
 * Class files made at run time: a writer of the class-file format, a builder of code, and a copier of methods that
 * javac compiled.
 *
 * <p>Loops over arrays are generated because nothing else is as fast. A chain of elementwise operations, run as one
 * loop a chain, reads and writes each array once; a loop that calls an object or a lambda for each operation took 15 to
 * 40 times as long, and running a chain operation by operation over blocks in the cache took as long as separate loops
 * do. Methods are copied rather than called because C2 inlines methods only within limits, beyond which every vector
 * becomes an object ({@link dev.autodiff.bytecode.MethodCopier}).
 *
 * <p>It has only what generated loops need: a class with methods, no fields, no exception handlers, and jumps at which
 * the operand stack is empty. Names of classes are in the form of the class file, with slashes. The JDK has no public
 * class-file API before 24, and a library for it would be the only dependency.
 *
 * <p>Knows nothing of numerics; may use {@code java.base} alone.
 */
@NullMarked
package dev.autodiff.bytecode;

import org.jspecify.annotations.NullMarked;
