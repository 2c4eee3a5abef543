package dev.autodiff.nn.config;

/** Something that describes itself as data, from which an equal one can be made. */
public interface Described {
    /**
     * Describes this.
     *
     * @return the kind, under which {@link Kinds} knows what makes another one, and the arguments
     * @throws UnsupportedOperationException if it cannot be described, such as a lambda; the message says why, and what
     *     to do, as the end of a sentence that begins with a name
     */
    Config config();
}
