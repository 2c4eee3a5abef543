package dev.autodiff.it.site;

import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** A page that is written in Markdown. */
final class MarkdownPage {
    private static final List<Extension> EXTENSIONS =
            List.of(TablesExtension.create(), HeadingAnchorExtension.create());

    /** The name of a type alone, before a member, or in a call of its constructor. */
    private static final Pattern TYPE =
            Pattern.compile("(?:new (?=\\w+\\())?([A-Z]\\w*)(?:$|\\.|(?<=^new \\w{1,40})\\()");

    private final SiteMap.Page page;
    private final Map<String, String> types;
    private final Node document;

    /**
     * Reads a page.
     *
     * @param types the pages of the API by the names of their types
     */
    MarkdownPage(SiteMap.Page page, Map<String, String> types) throws IOException {
        this.page = page;
        this.types = types;
        document = Parser.builder()
                .extensions(EXTENSIONS)
                .build()
                .parse(Files.readString(SourceTree.root().resolve(page.source())));
        document.accept(new Links());
    }

    /** Returns the first heading. */
    String title() {
        StringBuilder title = new StringBuilder();
        document.getFirstChild().accept(new AbstractVisitor() {
            @Override
            public void visit(Text text) {
                title.append(text.getLiteral());
            }
        });
        return title.toString();
    }

    /** Returns the text in HTML. */
    String html() {
        return HtmlRenderer.builder()
                .extensions(EXTENSIONS)
                .nodeRendererFactory(JavaColors::new)
                .attributeProviderFactory(context -> (node, tag, attributes) -> {
                    if (tag.equals("table")) {
                        attributes.put("tabindex", "0");
                    }
                })
                .build()
                .render(document);
    }

    /** Lets links to Markdown lead to its pages, and makes links of the names of types. */
    private final class Links extends AbstractVisitor {
        private final Set<String> linked = new HashSet<>();

        @Override
        public void visit(Link link) {
            String target = link.getDestination();
            if (!target.contains(":")) {
                String file = target.replaceFirst("#.*", "");
                String path = file.isEmpty() ? page.source() : beside(file);
                for (SiteMap.Page other : SiteMap.pages()) {
                    if (other.isMarkdown() && other.source().equals(path)) {
                        link.setDestination(up() + other.path() + target.substring(file.length()));
                    }
                }
            }
        }

        @Override
        public void visit(Heading heading) {
            // Names of types in headings are not links.
        }

        @Override
        public void visit(Code code) {
            Matcher name = TYPE.matcher(code.getLiteral());
            String path = name.lookingAt() ? types.get(name.group(1)) : null;
            if (path != null && !isFirstInRow(code) && linked.add(code.getLiteral())) {
                Link link = new Link(up() + path, null);
                code.insertBefore(link);
                link.appendChild(code);
            }
        }
    }

    /** Returns true in the first column of a table, which has what readers know, such as names of other libraries. */
    private static boolean isFirstInRow(Node node) {
        Node above = node.getParent();
        return above instanceof TableCell && above.getPrevious() == null;
    }

    /** Returns the path from the root for one that is relative to this page. */
    private String beside(String file) {
        Path folder = Path.of(page.source()).getParent();
        return (folder == null ? Path.of(file) : folder.resolve(file))
                .normalize()
                .toString();
    }

    private String up() {
        return Site.up(page.path());
    }
}
