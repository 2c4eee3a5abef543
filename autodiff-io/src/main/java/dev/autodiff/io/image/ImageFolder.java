package dev.autodiff.io.image;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A folder of pictures with a folder for each class, as Keras's {@code image_dataset_from_directory} and PyTorch's
 * {@code ImageFolder} take it: {@code cats/1.png}, {@code dogs/1.jpg}. All pictures are brought to one size.
 *
 * <pre>{@code
 * Path folder = Files.createTempDirectory("pets");
 * for (String pet : List.of("cat", "dog")) {
 *     Images.write(Files.createDirectory(folder.resolve(pet)).resolve("1.png"), NDArray.of(new float[][] {{0, 1}}));
 * }
 * ImageFolder pets = ImageFolder.of(folder, 32, 32).channels(1);
 * pets.classNames(); // [cat, dog]
 * Dataset data = pets.load();
 * data.features().shape(); // [2, 32, 32, 1]
 * data.labels(); // [0 1]
 * }</pre>
 *
 * <p>Classes are numbered in the order of their names, and files are in that order too. What is no folder, and files
 * that do not end with {@code .png}, {@code .jpg} or {@code .jpeg}, are passed over, and so is what begins with a dot.
 */
public final class ImageFolder {
    private static final int COLOURS = 3;

    private final int height;
    private final int width;
    private final int channels;
    private final List<String> classNames;
    private final List<Path> files;
    private final int[] labels;

    private ImageFolder(int height, int width, int channels, List<String> classNames, List<Path> files, int... labels) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.classNames = List.copyOf(classNames);
        this.files = List.copyOf(files);
        this.labels = labels;
    }

    /**
     * Finds the pictures of a folder, with three channels.
     *
     * @param folder the folder
     * @param height the height that all pictures get
     * @param width the width that all pictures get
     * @throws DataException if there is no such folder, or it has no pictures
     */
    public static ImageFolder of(Path folder, int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("An image has at least one pixel, not " + height + " x " + width);
        }
        if (!Files.isDirectory(folder)) {
            throw new DataException(
                    folder.toAbsolutePath() + (Files.exists(folder) ? " is no folder" : " does not exist"));
        }
        List<String> names = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (Path each : entries(folder)) {
            if (Files.isDirectory(each)) {
                List<Path> pictures =
                        entries(each).stream().filter(ImageFolder::isPicture).toList();
                files.addAll(pictures);
                pictures.forEach(picture -> labels.add(names.size()));
                names.add(String.valueOf(each.getFileName()));
            }
        }
        if (files.isEmpty()) {
            throw new DataException(folder.toAbsolutePath()
                    + " has no pictures: it should have a folder for each class," + " with PNG and JPEG files in it");
        }
        return new ImageFolder(
                height,
                width,
                COLOURS,
                names,
                files,
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
                    .sorted((a, b) -> String.valueOf(a.getFileName()).compareTo(String.valueOf(b.getFileName())))
                    .toList();
        } catch (IOException e) {
            throw new DataException(folder.toAbsolutePath() + " could not be read: " + e, e);
        }
    }

    private static boolean isPicture(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg")) && Files.isRegularFile(path);
    }

    /**
     * Sets the number of channels.
     *
     * @param number 1 for grey or 3 for colours
     */
    public ImageFolder channels(int number) {
        if (number != 1 && number != COLOURS) {
            throw new IllegalArgumentException("Images have 1 or 3 channels here, not " + number);
        }
        return new ImageFolder(height, width, number, classNames, files, labels);
    }

    /** Returns the names of the classes, in the order of their numbers. */
    public List<String> classNames() {
        return classNames;
    }

    /** Returns the files, in the order of the examples. */
    public List<Path> files() {
        return files;
    }

    /**
     * Reads all pictures.
     *
     * @return FLOAT32 images {@code [pictures, height, width, channels]} from 0 to 1, and INT32 class numbers
     * @throws DataException if a file is damaged
     */
    public Dataset load() {
        Batch all = batch(places());
        return new Dataset(all.features(), all.labels());
    }

    private int[] places() {
        int[] places = new int[files.size()];
        Arrays.setAll(places, i -> i);
        return places;
    }

    /**
     * Returns the batches of an epoch, whose pictures are read when a batch is taken: for folders that do not fit into
     * memory. {@code Prefetch.of} reads ahead on another thread.
     *
     * @param size the number of pictures of a batch; the last one has those that remain
     * @param seed the seed of the order
     * @param epoch the number of the epoch, each of which has another order
     * @throws IllegalArgumentException if the size is less than 1
     */
    public Iterable<Batch> epoch(int size, long seed, int epoch) {
        Dataset places = new Dataset(NDArray.zeros(DType.FLOAT32, files.size(), 1), NDArray.of(places()));
        Batches order = Batches.shuffled(places, size, seed);
        return () -> {
            Iterator<Batch> batches = order.epoch(epoch).iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return batches.hasNext();
                }

                @Override
                public Batch next() {
                    return batch(batches.next().labels().toInts());
                }
            };
        };
    }

    private Batch batch(int... places) {
        int size = height * width * channels;
        NDArray images = NDArray.zeros(DType.FLOAT32, Shape.of(places.length, height, width, channels));
        int[] classes = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            NDArray image = Images.resize(Images.channels(Images.read(files.get(places[i])), channels), height, width);
            System.arraycopy(image.toFloats(), 0, (float[]) images.storage(), i * size, size);
            classes[i] = labels[places[i]];
        }
        return new Batch(images, NDArray.wrap(classes, classes.length));
    }
}
