import java.io.*
import java.util.*
import java.nio.file.*
import dev.autodiff.array.*
import dev.autodiff.check.*
import dev.autodiff.draw.*
import dev.autodiff.graph.*
import dev.autodiff.nn.*
import dev.autodiff.nn.data.*
import dev.autodiff.nn.data.csv.*
import dev.autodiff.nn.data.idx.*
import dev.autodiff.nn.layer.*
import dev.autodiff.nn.metric.*
import dev.autodiff.nn.optimizer.*
import dev.autodiff.nn.train.*
import dev.autodiff.profile.*
import dev.autodiff.trace.*
import dev.autodiff.examples.prompt.Prompt
import static dev.autodiff.array.DType.*
import static dev.autodiff.array.Shape.UNKNOWN
import static dev.autodiff.graph.Tensors.*
import static dev.autodiff.nn.Feed.feed
import static dev.autodiff.examples.prompt.Prompt.*
