package dev.autodiff.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The subscripts of an {@link Einsum}, with a label for each axis: letters, and digits for the axes of an ellipsis, 0
 * for the last of them.
 *
 * @param operands the labels of each operand
 * @param result the labels of the result
 */
record Subscripts(List<String> operands, String result) {
    private static final String DOTS = "...";

    /**
     * Reads subscripts.
     *
     * @throws GraphException if they do not fit the operands
     */
    static Subscripts parse(String text, Tensor... tensors) {
        String plain = text.replace(" ", "");
        int arrow = plain.indexOf("->");
        String[] terms = (arrow < 0 ? plain : plain.substring(0, arrow)).split(",", -1);
        if (terms.length != tensors.length) {
            throw new GraphException(
                    "there are subscripts for " + terms.length + " operands, but " + tensors.length + " operands");
        }
        List<String> operands = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < terms.length; i++) {
            int letters = letters(terms[i]);
            int rank = tensors[i].shape().rank();
            boolean dotted = terms[i].contains(DOTS);
            int more = rank - letters;
            if (more < 0 || (more > 0 && !dotted) || more > 10) {
                throw new GraphException("\"" + terms[i] + "\" names " + letters + " axes, but operand " + (i + 1)
                        + " has shape " + tensors[i].shape() + " with " + rank
                        + (more > 0 ? "; further axes are written as ..." : ""));
            }
            operands.add(expand(terms[i], more));
            most = Math.max(most, more);
        }
        String result = arrow < 0 ? implied(operands, most) : explicit(plain.substring(arrow + 2), most, operands);
        return new Subscripts(operands, result);
    }

    /** Returns the number of letters of a term, of which nothing is left without them and one ellipsis. */
    private static int letters(String term) {
        String letters = term.replaceFirst("\\.\\.\\.", "");
        for (int i = 0; i < letters.length(); i++) {
            char c = letters.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) {
                throw new GraphException("'" + c + "' in \"" + term
                        + "\" is no label: axes are named by the letters a to z and A to Z, and once by ...");
            }
        }
        return letters.length();
    }

    private static String expand(String term, int more) {
        StringBuilder digits = new StringBuilder();
        for (int i = more - 1; i >= 0; i--) {
            digits.append((char) ('0' + i));
        }
        return term.replace(DOTS, digits);
    }

    private static String implied(List<String> operands, int most) {
        TreeMap<Character, Integer> counts = new TreeMap<>();
        for (String operand : operands) {
            for (int i = 0; i < operand.length(); i++) {
                counts.merge(operand.charAt(i), 1, Integer::sum);
            }
        }
        StringBuilder result = new StringBuilder(expand(DOTS, most));
        counts.forEach((label, count) -> {
            if (count == 1 && !Character.isDigit(label)) {
                result.append(label.charValue());
            }
        });
        return result.toString();
    }

    private static String explicit(String term, int most, List<String> operands) {
        letters(term);
        if (most > 0 && !term.contains(DOTS)) {
            throw new GraphException("the result \"" + term + "\" needs ... for the axes that an operand has there");
        }
        String result = expand(term, most);
        for (int i = 0; i < result.length(); i++) {
            char label = result.charAt(i);
            if (result.indexOf(label, i + 1) >= 0) {
                throw new GraphException("the result \"" + term + "\" names the axis " + label + " twice");
            }
            if (operands.stream().noneMatch(operand -> operand.indexOf(label) >= 0)) {
                throw new GraphException("the result has an axis " + label + " that no operand has");
            }
        }
        return result;
    }
}
