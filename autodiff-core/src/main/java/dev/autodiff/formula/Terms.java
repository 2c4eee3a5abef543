package dev.autodiff.formula;

import dev.autodiff.array.NDArray;
import dev.autodiff.formula.Notation.Term;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands for the words of an operation's texts: once the values, written out where they are small and by name where
 * they are not, and once their first elements.
 */
public final class Terms {
    private final boolean elementwise;
    private final boolean product;
    private final Map<String, Term> whole = new HashMap<>();
    private final Map<String, Term> first = new HashMap<>();
    private final Map<String, Term> written = new HashMap<>();
    private final Map<String, NDArray> arrays = new HashMap<>();
    private boolean scalars = true;
    private boolean small = true;
    private boolean empty;

    /** Terms for a rule that works element by element. */
    public Terms() {
        this.elementwise = true;
        this.product = false;
    }

    public Terms(Op op, List<NDArray> operands, List<String> labels, NDArray result) {
        this.elementwise = op.isElementwise();
        this.product = op.type() == LinearAlgebra.MATMUL;
        List<String> symbols = op.symbols(operands.size());
        for (int i = 0; i < operands.size(); i++) {
            put(symbols.get(i), operands.get(i), labels.get(i));
        }
        int elements = operands.isEmpty() ? 1 : operands.get(0).size();
        if (result.size() > 0 && !symbols.contains("n")) {
            whole.put("n", Term.number((double) elements / result.size()));
        }
    }

    /** Puts a value in the place of a word. */
    public Terms put(String symbol, NDArray value, String label) {
        boolean inline = NumberFormat.isInline(value);
        boolean scalar = value.shape().rank() == 0;
        Term term = scalar ? Term.number(value.item()) : Term.atom(inline ? NumberFormat.inline(value) : label);
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

    /** The text with values in it; empty if that would put in no number. */
    public String numbers(String text) {
        return text.startsWith("none:") || !Notation.mentions(text, written)
                ? ""
                : Notation.substitute(text, whole, scalars);
    }

    /** The text with first elements in it; empty unless that explains more than the whole. */
    public String example(String text) {
        if (product) {
            return ProductExample.of(text, arrays);
        }
        boolean bare = first.containsKey(text);
        return small || empty || bare || !elementwise ? "" : Notation.substitute(text, first, true);
    }

    /** The text without values, products written as these values need it. */
    public String symbols(String text) {
        return Notation.pretty(text, scalars);
    }
}
