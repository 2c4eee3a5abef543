package dev.autodiff.examples.text;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.text.Sentences.Sentence;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.LabelEncoder;
import dev.autodiff.nn.data.Vocabulary;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.GlobalAveragePooling1D;
import dev.autodiff.nn.metric.ConfusionMatrix;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.FitOptions;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The topic of a sentence: a vector for each word, their mean, and softmax. The vectors start at random and are learned
 * from the topics alone; afterwards words of the same topic are near each other.
 */
public final class SentenceTopics {
    private static final int EACH = 250;
    private static final int SIZE = 8;
    private static final List<String> SHOWN = List.of("rain", "sang", "cake", "goals");
    private static final int NEIGHBOURS = 4;

    private SentenceTopics() {}

    /** Trains, prints the confusion of topics, neighbours of words and, if there is one, the topic of a sentence. */
    public static ConfusionMatrix run(ExampleContext context, int epochs, @Nullable String asked, long seed) {
        List<Sentence> sentences = Sentences.draw(EACH, seed);
        List<String> texts = sentences.stream().map(Sentence::text).toList();
        List<String> labels = sentences.stream().map(Sentence::topic).toList();
        Vocabulary vocabulary = Vocabulary.fit(texts, 1000);
        LabelEncoder topics = LabelEncoder.fit(labels);
        List<Dataset> parts =
                new Dataset(vocabulary.encode(texts), topics.encode(labels)).splitStratified(seed, 0.5, 0.5);
        check(vocabulary, asked);
        context.heading("Sentences on four topics: embedding, mean, softmax");
        context.print(
                "%d sentences of %d words, such as",
                sentences.size(), vocabulary.words().size());
        for (int topic = 0; topic < topics.classes().size(); topic++) {
            context.print("  %-8s %s", labels.get(EACH * topic), texts.get(EACH * topic));
        }
        context.print("");

        Embedding embedding = new Embedding(vocabulary.size(), SIZE).maskZero(); // 0 fills up short sentences
        Dense softmax = new Dense(topics.classes().size(), Activation.SOFTMAX);
        try (Model model = Model.sequential(embedding, new GlobalAveragePooling1D(), softmax)
                .seed(seed)
                .build(DType.INT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN))) {
            model.compile(new Adam(0.01), Loss.softmaxCrossEntropy(), Metric.accuracy());
            try (Progress progress = context.progress("epoch", epochs)) {
                model.fit(parts.get(0), FitOptions.epochs(epochs).callbacks(progress.afterEpoch("loss", "accuracy")));
            }

            Dataset test = parts.get(1);
            ConfusionMatrix matrix = ConfusionMatrix.of(
                    model.predict(test.features()),
                    test.labels(),
                    topics.classes().size());
            context.print("");
            context.print(Table.of(matrix, topics.classes()).toString());
            context.print("");
            context.print(
                    "accuracy %s %% of %d sentences that are not among those of the training",
                    Numbers.percent(matrix.accuracy(), 1), matrix.total());
            context.print("");
            context.print("The nearest words, by the angle between their vectors:");
            NDArray vectors = vectors(embedding);
            SHOWN.stream()
                    .filter(vocabulary.words()::contains)
                    .forEach(word -> context.print(
                            "  %-8s %s", word, String.join(", ", nearest(vectors, vocabulary.words(), word))));
            if (asked != null) {
                String known = Vocabulary.split(asked).stream()
                        .filter(vocabulary.words()::contains)
                        .collect(Collectors.joining(" "));
                print(context, asked, model.predict(vocabulary.encode(List.of(known))), topics.classes());
            }
            return matrix;
        }
    }

    /** Refuses a sentence of which no word is known. */
    private static void check(Vocabulary vocabulary, @Nullable String asked) {
        if (asked != null && Vocabulary.split(asked).stream().noneMatch(vocabulary.words()::contains)) {
            throw new DataException("No word of \"" + asked + "\" is in the sentences of the training. Their words are "
                    + String.join(", ", vocabulary.words()));
        }
    }

    private static NDArray vectors(Embedding embedding) {
        Variable weights = embedding.variables().get(0);
        return weights.value();
    }

    /** Returns the words whose vectors have the smallest angles with that of a word, the nearest first. */
    static List<String> nearest(NDArray vectors, List<String> words, String word) {
        int place = words.indexOf(word);
        return IntStream.range(0, words.size())
                .filter(other -> other != place)
                .boxed()
                .sorted(Comparator.comparingDouble(other -> -cosine(vector(vectors, place), vector(vectors, other))))
                .limit(NEIGHBOURS)
                .map(words::get)
                .toList();
    }

    private static NDArray vector(NDArray vectors, int word) {
        return vectors.row(Vocabulary.UNKNOWN + 1 + word);
    }

    private static double cosine(NDArray a, NDArray b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    private static double dot(NDArray a, NDArray b) {
        return IntStream.range(0, a.size()).mapToDouble(i -> a.at(i) * b.at(i)).sum();
    }

    private static void print(ExampleContext context, String sentence, NDArray probabilities, List<String> topics) {
        context.print("");
        context.print("\"%s\":", sentence);
        context.print(IntStream.range(0, topics.size())
                .mapToObj(topic ->
                        "  " + topics.get(topic) + " " + Numbers.percent(probabilities.get(0, topic), 1) + " %")
                .collect(Collectors.joining(",")));
    }
}
