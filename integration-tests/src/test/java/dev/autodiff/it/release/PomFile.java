package dev.autodiff.it.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A POM that is read for its contents. */
final class PomFile {
    private final Document document;

    private PomFile(Document document) {
        this.document = document;
    }

    static PomFile read(Path file) {
        try {
            return new PomFile(
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Files.newInputStream(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    /** Returns the texts of all elements with a path, such as {@code /project/modules/module}. */
    List<String> texts(String path) {
        try {
            NodeList nodes =
                    (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
            return IntStream.range(0, nodes.getLength())
                    .mapToObj(i -> nodes.item(i).getTextContent().strip())
                    .toList();
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Returns the text of the only element with a path; empty if there is none. */
    String text(String path) {
        return String.join(" ", texts(path));
    }
}
