package dev.autodiff.formula;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The notation of formulas in which words stand for operands. It replaces words by terms, in parentheses where they are
 * needed, and writes products with the sign that fits: {@code 2x * dy} with x = -2 and dy = 1 becomes
 * {@code 2·(-2) · 1}.
 */
public final class Notation {
    /** The precedence of a term's loosest operation, loosest first. */
    public enum Binding {
        /** A sum, a difference or a text in words. */
        SUM,
        /** A product or a quotient. */
        PRODUCT,
        /** A term with a sign, a root or a power. */
        SIGNED,
        /** A number with a power of ten. */
        SCIENTIFIC,
        /** A name, a number or anything in brackets. */
        ATOM
    }

    /**
     * A term that replaces a word.
     *
     * @param text the text
     * @param binding the precedence of its loosest operation
     */
    public record Term(String text, Binding binding) {
        /** Returns a number as a term. */
        public static Term number(double value) {
            String text = NumberFormat.number(value);
            Binding binding =
                    text.startsWith("-") ? Binding.SIGNED : text.indexOf('e') > 0 ? Binding.SCIENTIFIC : Binding.ATOM;
            return new Term(text, binding);
        }

        /** Returns a name, or an array in brackets, as a term. */
        public static Term atom(String text) {
            return new Term(text, Binding.ATOM);
        }

        /** Returns a formula as a term. */
        public static Term formula(String text) {
            Binding loosest = Binding.ATOM;
            List<Token> tokens = tokens(text);
            int depth = 0;
            for (int i = 0; i < tokens.size(); i++) {
                char c = tokens.get(i).text.charAt(0);
                depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
                if (depth == 0) {
                    boolean prose = i > 0 && tokens.get(i).isWord() && endsOperand(tokens.get(i - 1));
                    Binding binding = prose ? Binding.SUM : bindingOf(c, i);
                    loosest = binding.compareTo(loosest) < 0 ? binding : loosest;
                }
            }
            return new Term(text, loosest);
        }

        /** Tells whether a word that follows a token is prose, as in {@code dy where x > 0}. */
        private static boolean endsOperand(Token token) {
            char last = token.text.charAt(0);
            return token.isWord() || token.isNumber() || last == ')' || last == ']' || last == ',';
        }

        private static Binding bindingOf(char c, int position) {
            return switch (c) {
                case '+' -> Binding.SUM;
                case '-', '−' -> position == 0 ? Binding.SIGNED : Binding.SUM;
                case '*', '/', '·', '⊙' -> Binding.PRODUCT;
                case '^', 'Σ', '√' -> Binding.SIGNED;
                default -> Binding.ATOM;
            };
        }
    }

    private record Token(String text, boolean spaced) {
        boolean isWord() {
            return isLetter(text.charAt(0));
        }

        boolean isNumber() {
            return Character.isDigit(text.charAt(0)) && !isRaised(text.charAt(0));
        }
    }

    private Notation() {}

    /**
     * Returns a formula as a reader should see it, with its words.
     *
     * @param scalars whether products are of single numbers; see {@link #substitute}
     */
    public static String pretty(String formula, boolean scalars) {
        return substitute(formula, Map.of(), scalars);
    }

    /** Tells whether a formula contains any of the words. */
    static boolean mentions(String formula, Map<String, Term> terms) {
        return tokens(formula).stream().anyMatch(token -> terms.containsKey(token.text));
    }

    /**
     * Returns a formula with terms in place of words.
     *
     * @param formula the formula, with {@code *} for products
     * @param terms a term for each word that is replaced; other words stay
     * @param scalars whether products are of single numbers, written with a dot, or of arrays element by element
     */
    public static String substitute(String formula, Map<String, Term> terms, boolean scalars) {
        List<Token> tokens = tokens(formula);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            Term term = terms.get(token.text);
            text.append(token.spaced ? " " : "");
            if (term == null) {
                text.append(token.text.equals("*") ? (scalars ? "·" : "⊙") : token.text);
                continue;
            }
            Token left = i == 0 ? null : tokens.get(i - 1);
            Token right = i == tokens.size() - 1 ? null : tokens.get(i + 1);
            boolean factor = left != null && left.isNumber() && !token.spaced;
            text.append(factor ? "·" : "");
            text.append(needsParentheses(term.binding, left, right, factor) ? "(" + term.text + ")" : term.text);
        }
        return text.toString();
    }

    private static boolean needsParentheses(
            Binding binding, @Nullable Token left, @Nullable Token right, boolean factor) {
        char before = left == null || left.isWord() ? '(' : left.text.charAt(0);
        char after = right == null || right.isWord() ? ')' : right.text.charAt(0);
        boolean raised = after == '^' || isRaised(after);
        boolean first = "([|,<>=≠≥≤←;{:".indexOf(before) >= 0;
        return switch (binding) {
            case ATOM -> false;
            case SCIENTIFIC -> raised;
            case SIGNED -> raised || factor || !first;
            case PRODUCT -> raised || factor || "/^√Σ".indexOf(before) >= 0;
            case SUM -> raised || factor || "-*/·⊙^√Σ".indexOf(before) >= 0 || "*/·⊙".indexOf(after) >= 0;
        };
    }

    private static List<Token> tokens(String formula) {
        List<Token> tokens = new ArrayList<>();
        boolean spaced = false;
        int i = 0;
        while (i < formula.length()) {
            char c = formula.charAt(i);
            if (c == ' ') {
                spaced = !tokens.isEmpty();
                i++;
                continue;
            }
            int end = i + 1;
            if (isLetter(c)) {
                while (end < formula.length() && isInWord(formula.charAt(end))) {
                    end++;
                }
            } else if (isDigit(c)) {
                while (end < formula.length() && (isDigit(formula.charAt(end)) || formula.charAt(end) == '.')) {
                    end++;
                }
            }
            tokens.add(new Token(formula.substring(i, end), spaced));
            spaced = false;
            i = end;
        }
        return tokens;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (Character.isLetter(c) && c != 'Σ' && !isRaised(c)) || c == '_';
    }

    /**
     * Tells whether a character may be in a word: letters, digits, subscripts and marks above a letter (x, x1, x₁, x̂).
     */
    private static boolean isInWord(char c) {
        return isLetter(c)
                || isDigit(c)
                || (c >= '₀' && c <= '₉')
                || Character.getType(c) == Character.NON_SPACING_MARK;
    }

    /** Tells whether a character is a superscript: a power, or the sign of a transposed matrix. */
    private static boolean isRaised(char c) {
        return c == '²' || c == '³' || c == '¹' || (c >= '⁰' && c <= 'ⁿ') || c == 'ᵀ';
    }
}
