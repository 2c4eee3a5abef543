package dev.autodiff.it.site;

import java.util.List;

/** The pages of the site in the order of its navigation. */
final class SiteMap {
    /**
     * A page.
     *
     * @param source the file in the repository; one that is no Markdown is taken as it is, and the pages of the API are
     *     made of the sources
     * @param label the words for it in the navigation
     */
    record Page(String source, String label) {
        boolean isMarkdown() {
            return source.endsWith(".md");
        }

        /** Returns the path of the page in the site. */
        String path() {
            return source.equals("README.md") ? "index.html" : source.replaceFirst("\\.md$", ".html");
        }
    }

    /** Pages under a heading. */
    record Group(String heading, List<Page> pages) {}

    static final List<Group> GROUPS = List.of(
            new Group(
                    "Start",
                    List.of(
                            new Page("README.md", "A first model"),
                            new Page("docs/guide.md", "Guide by task"),
                            new Page("docs/coming-from.md", "From other frameworks"),
                            new Page("docs/formats.md", "Files in and out"),
                            new Page("docs/gallery.md", "Gallery"))),
            new Group(
                    "Backpropagation",
                    List.of(
                            new Page("docs/index.html", "Lessons"),
                            new Page("docs/exercises.html", "Exercises"),
                            new Page("docs/teaching.md", "For teachers"),
                            new Page("docs/page.md", "The page of a trace"))),
            new Group(
                    "Running",
                    List.of(
                            new Page("docs/performance.md", "Performance"),
                            new Page("docs/accuracy.md", "Accuracy"),
                            new Page("docs/scaling.md", "Training on Spark"),
                            new Page("docs/native-images.md", "Small and native images"),
                            new Page("docs/warnings.md", "Warnings"))),
            new Group(
                    "Reference",
                    List.of(
                            new Page(ApiDocs.START, "API"),
                            new Page("docs/architecture.md", "Architecture"),
                            new Page("docs/trace-format.md", "Format of traces"),
                            new Page("docs/profile-format.md", "Format of profiles"),
                            new Page("docs/benchmarking.md", "Benchmarking"))),
            new Group(
                    "Project",
                    List.of(
                            new Page("CONTRIBUTING.md", "Contributing"),
                            new Page("CHANGELOG.md", "Changes"),
                            new Page("docs/releasing.md", "Releasing"),
                            new Page("LICENSE", "License"))));

    private SiteMap() {}

    /** Returns all pages. */
    static List<Page> pages() {
        return GROUPS.stream().flatMap(group -> group.pages().stream()).toList();
    }
}
