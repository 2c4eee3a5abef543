package dev.autodiff.it.site;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The links within a site that lead nowhere. Links to other sites are not followed. */
final class DeadLinks {
    private static final Pattern LINK = Pattern.compile("<[a-z]+ [^>]*?(?:href|src)=\"([^\"]*)\"");
    private static final Pattern SCRIPT = Pattern.compile("(?s)<script.*?</script>");

    private DeadLinks() {}

    /**
     * Finds them.
     *
     * @param api true if the pages of the API are there; else links to them are passed over
     */
    static List<String> in(Path site, boolean api) throws IOException {
        List<String> dead = new ArrayList<>();
        try (Stream<Path> files = Files.walk(site)) {
            for (Path page : files.filter(file -> file.toString().endsWith(".html"))
                    .filter(file -> !site.relativize(file).startsWith("api")) // javadoc checks its own
                    .sorted()
                    .toList()) {
                Matcher link =
                        LINK.matcher(SCRIPT.matcher(Files.readString(page)).replaceAll(""));
                while (link.find()) {
                    String target = link.group(1).replace("&amp;", "&");
                    if (URI.create(target.isEmpty() ? "#" : target).getScheme() == null
                            && !leadsSomewhere(site, page, target, api)) {
                        dead.add(site.relativize(page) + ": " + target);
                    }
                }
            }
        }
        return dead;
    }

    private static boolean leadsSomewhere(Path site, Path page, String target, boolean api) throws IOException {
        String[] parts = target.split("#", 2);
        Path folder = Objects.requireNonNull(page.getParent());
        Path file = parts[0].isEmpty() ? page : folder.resolve(parts[0]).normalize();
        if (!api && file.startsWith(site.resolve("api"))) {
            return true;
        }
        if (!file.startsWith(site) || !Files.isRegularFile(file)) {
            return false;
        }
        return parts.length == 1 || parts[1].isEmpty() || hasPlace(file, parts[1]);
    }

    /** Returns true for a place in a page, and for the state of a page that a script reads. */
    private static boolean hasPlace(Path file, String name) throws IOException {
        String html = Files.readString(file);
        return html.contains("id=\"" + name + "\"") || name.contains("=");
    }
}
