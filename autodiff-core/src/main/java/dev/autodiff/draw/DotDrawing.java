package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.Diagram.Look;
import dev.autodiff.text.PlainText;

/** A diagram in Graphviz' language, with scopes as clusters. */
final class DotDrawing {
    private DotDrawing() {}

    /** Returns the text of a DOT file. */
    static String of(Diagram diagram) {
        String legend = diagram.legend().isEmpty() ? "" : "\n" + diagram.legend();
        StringBuilder out = new StringBuilder("digraph trace {\n");
        out.append("  label=").append(quoted(diagram.title() + legend)).append(";\n");
        out.append("  rankdir=LR;\n  fontname=\"sans-serif\";\n");
        out.append("  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];\n");
        out.append("  edge [fontname=\"sans-serif\", fontsize=10, fontcolor=\"#b3450b\"];\n");
        for (int i = 0; i < diagram.boxes().size(); i++) {
            append(out, i, diagram.boxes().get(i));
        }
        for (Arrow arrow : diagram.arrows()) {
            out.append("  n").append(arrow.from()).append(" -> n").append(arrow.to());
            out.append(" [label=").append(quoted(arrow.label()));
            out.append(arrow.label().isEmpty() ? "" : ", dir=both");
            out.append(arrow.faint() ? ", style=dashed];\n" : "];\n");
        }
        return out.append("}\n").toString();
    }

    private static void append(StringBuilder out, int i, Box box) {
        String[] scopes = box.scope().isEmpty() ? new String[0] : box.scope().split("/", -1);
        String indent = "  ";
        StringBuilder path = new StringBuilder("cluster");
        for (String scope : scopes) {
            path.append('/').append(scope);
            out.append(indent)
                    .append("subgraph ")
                    .append(quoted(path.toString()))
                    .append(" { label=");
            out.append(quoted(scope)).append("; style=\"rounded,dashed\"; color=\"#8a94a6\";\n");
            indent += "  ";
        }
        String label = box.title()
                + (box.detail().isEmpty() ? "" : "   " + box.detail())
                + (box.value().isEmpty() ? "" : "\n" + box.value())
                + (box.gradient().isEmpty() ? "" : "\n" + box.gradient());
        out.append(indent).append('n').append(i).append(" [label=").append(quoted(label));
        out.append(", tooltip=").append(quoted(box.hint()));
        out.append(", fillcolor=\"").append(fill(box.look())).append("\"];\n");
        for (int s = 0; s < scopes.length; s++) {
            out.append("  ".repeat(scopes.length - s)).append("}\n");
        }
    }

    private static String fill(Look look) {
        return switch (look) {
            case PLACEHOLDER -> "#e3f0ff";
            case VARIABLE -> "#dff5e5";
            case CONSTANT -> "#f1f1ee";
            case OPERATION -> "#ffffff";
            case RESULT -> "#fff3c9";
            case GRADIENT -> "#ffeadd";
            case UPDATE -> "#dff5e5";
            case FAULT -> "#ffd9d9";
        };
    }

    private static String quoted(String text) {
        return '"'
                + PlainText.of(text).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                + '"';
    }
}
