package dev.autodiff.it.site;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlWriter;

/** Blocks of code, those of Java with comments, strings and keywords marked. */
final class JavaColors implements NodeRenderer {
    private static final Pattern TOKEN = Pattern.compile(
            "(?<comment>//[^\n]*|/\\*.*?\\*/)"
                    + "|(?<string>\"(?:\\\\.|[^\"\\\\\n])*\")"
                    + "|(?<keyword>\\b(?:abstract|boolean|byte|case|catch|class|double|else|enum|extends|false|final"
                    + "|float|for|if|implements|import|int|interface|long|new|null|package|private|public|record|return"
                    + "|static|switch|this|throw|throws|true|try|var|void|while)\\b)",
            Pattern.DOTALL);

    private static final List<String> KINDS = List.of("comment", "string", "keyword");

    private final HtmlWriter html;

    JavaColors(HtmlNodeRendererContext context) {
        html = context.getWriter();
    }

    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
        return Set.of(FencedCodeBlock.class);
    }

    @Override
    public void render(Node node) {
        FencedCodeBlock block = (FencedCodeBlock) node;
        html.line();
        html.tag("pre", Map.of("tabindex", "0")); // a block that is wider than the page is scrolled with the keyboard
        html.tag("code");
        if (block.getInfo().equals("java")) {
            marked(block.getLiteral());
        } else {
            html.text(block.getLiteral());
        }
        html.tag("/code");
        html.tag("/pre");
        html.line();
    }

    private void marked(String code) {
        Matcher token = TOKEN.matcher(code);
        int at = 0;
        while (token.find()) {
            html.text(code.substring(at, token.start()));
            String kind = KINDS.stream()
                    .filter(name -> token.group(name) != null)
                    .findFirst()
                    .orElseThrow();
            html.tag("span", Map.of("class", kind));
            html.text(token.group());
            html.tag("/span");
            at = token.end();
        }
        html.text(code.substring(at));
    }
}
