package dev.autodiff.formula;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The terms that replace the words of an operation's formula and rules: the operands' values, written out where they
 * are small and by name where they are not; and their first elements alone.
 */
public final class Terms {
    private final boolean elementwise;
    private final boolean product;

    /** The values that are small, and the names of the others. */
    private final Map<String, Term> whole = new HashMap<>();

    /** The values that are small. */
    private final Map<String, Term> written = new HashMap<>();

    /** The first elements. */
    private final Map<String, Term> first = new HashMap<>();

    private final Map<String, NDArray> arrays = new HashMap<>();
    private boolean scalars = true;
    private boolean small = true;
    private boolean empty;

    /** Makes terms, none yet, for a rule that works element by element. */
    public Terms() {
        this.elementwise = true;
        this.product = false;
    }

    /**
     * Makes the terms of an operation.
     *
     * @param op the operation
     * @param operands the operands' values
     * @param names the operands' names, which stand for values that are not small
     * @param result the operation's value
     */
    public Terms(Op op, List<NDArray> operands, List<Term> names, NDArray result) {
        this.elementwise = op.isElementwise();
        this.product = op.type() == LinearAlgebra.MATMUL;
        List<String> symbols = op.symbols(operands.size());
        for (int i = 0; i < operands.size(); i++) {
            put(symbols.get(i), operands.get(i), names.get(i));
        }
        int elements = operands.isEmpty() ? 1 : operands.get(0).size();
        if (result.size() > 0 && !symbols.contains("n")) {
            whole.put("n", Term.number((double) elements / result.size()));
        }
    }

    /** Adds a word: its value, and the name that stands for the value where that is not small. */
    public Terms put(String symbol, NDArray value, Term name) {
        boolean inline = NumberFormat.isInline(value);
        boolean scalar = value.shape().rank() == 0;
        Term term = scalar ? Term.number(value.item()) : inline ? Term.atom(NumberFormat.inline(value)) : name;
        whole.put(symbol, term);
        arrays.put(symbol, value);
        if (inline) {
            written.put(symbol, term);
        }
        if (value.size() > 0) {
            first.put(symbol, Term.number(value.at(0)));
        }
        scalars &= scalar;
        small &= inline;
        empty |= value.size() == 0;
        return this;
    }

    /** Returns a formula with values in it; empty if it would contain no value. */
    public String numbers(String text) {
        return text.startsWith("none:") || !Notation.mentions(text, written)
                ? ""
                : Notation.substitute(text, whole, scalars);
    }

    /** Returns a formula with first elements in it; empty where the whole explains as much. */
    public String example(String text) {
        if (product) {
            return ProductExample.of(text, arrays);
        }
        boolean bare = first.containsKey(text);
        return small || empty || bare || !elementwise ? "" : Notation.substitute(text, first, true);
    }

    /**
     * Returns a formula with names in place of words, and with the sign of products that fits the values.
     *
     * @param names a term for each word that is replaced; other words stay
     */
    public String symbols(String text, Map<String, Term> names) {
        return Notation.substitute(text, names, scalars);
    }
}
