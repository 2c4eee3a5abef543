package dev.autodiff.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.csv.CsvTable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of the library in class loaders of its own, as application servers have. */
@Tag("kernel-independent")
class ClassLoaderTest {
    /** Trains a model that is large enough for several threads, until loops are tried in their vector form. */
    public static final class Training implements LongSupplier {
        @Override
        public long getAsLong() {
            Classifier model = new Classifier(300);
            long hash = 0;
            try (Session session = new Session(3)) {
                PreparedRun step = session.prepare(model.train, List.of(model.cost), model.x, model.labels, model.keep);
                for (int i = 0; i < 60; i++) {
                    step.run(Classifier.features(200, i), Classifier.labels(200, i), NDArray.scalar(0.5f));
                    hash = 31 * hash + Arrays.hashCode(step.value(0).toDoubles());
                }
            }
            return hash;
        }
    }

    /** Reads a CSV file, which is not there, and returns the message. */
    public static final class Reading implements Supplier<String> {
        @Override
        public String get() {
            try {
                return CsvTable.read(Path.of("no.csv")).toString();
            } catch (DataException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }

    /** The classes of this class path again, apart from those of the JDK, and of a library if it has none. */
    private static final class Library extends URLClassLoader {
        private final boolean hasResources;

        Library(boolean hasResources) throws MalformedURLException {
            this(hasResources, " ");
        }

        Library(boolean hasResources, String without) throws MalformedURLException {
            super(urls(without), ClassLoader.getPlatformClassLoader());
            this.hasResources = hasResources;
        }

        private static URL[] urls(String without) throws MalformedURLException {
            List<URL> urls = new ArrayList<>();
            for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                if (!new File(path).getName().contains(without)) {
                    urls.add(new File(path).toURI().toURL());
                }
            }
            return urls.toArray(new URL[0]);
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            return hasResources ? super.getResourceAsStream(name) : null;
        }

        @Override
        public @Nullable URL getResource(String name) {
            return hasResources ? super.getResource(name) : null;
        }

        long train() throws ReflectiveOperationException {
            Object training =
                    loadClass(Training.class.getName()).getDeclaredConstructor().newInstance();
            return ((LongSupplier) training).getAsLong();
        }
    }

    /** Who puts class paths together by hand is told what is missing. */
    @Test
    void withoutFastCsvItIsNamed() throws IOException, ReflectiveOperationException {
        try (Library library = new Library(true, "fastcsv")) {
            Object reading = library.loadClass(Reading.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            String message = String.valueOf(((Supplier<?>) reading).get());
            assertTrue(message.contains("de.siegmar:fastcsv, which is not there"), message);
        }
    }

    private static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    /**
     * Trains in a loader that is forgotten, and waits for the threads that this started; they end when they are idle.
     */
    private static WeakReference<ClassLoader> trainAndForget() throws Exception {
        Set<Thread> before = threads();
        WeakReference<ClassLoader> reference;
        try (Library library = new Library(true)) {
            library.train();
            reference = new WeakReference<>(library);
        }
        Set<Thread> started = threads();
        started.removeAll(before);
        started.removeIf(thread -> !thread.getName().startsWith("autodiff-"));
        for (Thread thread : started) {
            thread.join();
        }
        return reference;
    }

    @Test
    void theLibraryIsUnloadedWhenNothingRefersToIt() throws Exception {
        WeakReference<ClassLoader> reference = trainAndForget();
        for (int i = 0; i < 100 && reference.get() != null; i++) {
            System.gc();
        }
        assertNull(reference.get());
    }

    @Test
    void withoutClassFilesAsResourcesLoopsStayScalar() throws IOException, ReflectiveOperationException {
        assumeTrue(KernelProvider.kernels().name().startsWith("vector"), "Only vector loops copy from class files");
        long expected = new Training().getAsLong();
        try (Library library = new Library(false)) {
            assertEquals(expected, library.train());
        }
    }
}
