package dev.autodiff.nn.io;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A guess at the format of a file that is no safetensors file, from its first bytes, and the advice for it. */
final class OtherFormat {
    /** The number of bytes that a guess needs. */
    static final int PEEK = 128;

    private static final String CONVERT = "in Python, safetensors.torch.save_file(torch.load(path, weights_only=True),"
            + " \"weights.safetensors\") writes such a state_dict as a file that can be read here";

    private OtherFormat() {}

    /** Returns what is wrong with a file, as the end of a sentence that begins with its name. */
    static String describe(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        String words = text.strip().toLowerCase(Locale.ROOT);
        if (start.length == 0) {
            return "is empty";
        }
        if (text.startsWith("PK\u0003\u0004")) {
            return zip(text);
        }
        if (start[0] == (byte) 0x80 && start.length > 1 && start[1] >= 2 && start[1] <= 5) {
            return "is a pickle of Python, such as old PyTorch files are, which is a program and is not run here: "
                    + CONVERT;
        }
        if (text.startsWith("\u0089HDF\r\n\u001a\n")) {
            return "is an HDF5 file, such as Keras's .h5: in Python, write the arrays of model.get_weights() with"
                    + " safetensors.numpy.save_file";
        }
        if (text.startsWith("GGUF")) {
            return "is a GGUF file of quantised weights, not a safetensors file";
        }
        if (text.startsWith("\u0093NUMPY")) {
            return "is a .npy file of NumPy, which holds one array without a name: in Python,"
                    + " safetensors.numpy.save_file({\"name\": array}, path) writes arrays with names";
        }
        if (text.startsWith("\u001f\u008b")) {
            return "is packed with gzip: unpack it";
        }
        if (text.startsWith("version https://git-lfs")) {
            return "is a pointer of Git LFS, not the data: run git lfs pull";
        }
        if (words.startsWith("<!doctype") || words.startsWith("<html") || words.startsWith("<?xml")) {
            return "is a web page (HTML or XML), not data: the download gave an error page, fetch the file again";
        }
        if (text.startsWith("{") || text.startsWith("[")) {
            return "is text, such as JSON, not a safetensors file";
        }
        // the version of the format, a small number, is an ONNX file's first field; then comes who made it or the graph
        if (start.length > 2
                && start[0] == 8
                && start[1] > 0
                && start[1] < 32
                && (start[2] == 0x12 || start[2] == 0x3a)) {
            return "is an ONNX file, which holds a graph: it is no safetensors file";
        }
        return "is no safetensors file: it does not begin with the length of its header and the header, which is JSON";
    }

    private static String zip(String text) {
        if (text.contains("data.pkl") || text.contains("/version") || text.contains("/byteorder")) {
            return "is a PyTorch file, a zip archive of a pickle, which is a program and is not run here: " + CONVERT;
        }
        if (text.contains("metadata.json") || text.contains("config.json") || text.contains("model.weights.h5")) {
            return "is a Keras file: in Python, write the arrays of model.get_weights() with"
                    + " safetensors.numpy.save_file";
        }
        if (text.contains(".npy")) {
            return "is an .npz file of NumPy: in Python, safetensors.numpy.save_file(dict(numpy.load(path)),"
                    + " \"arrays.safetensors\") writes the same arrays";
        }
        return "is a zip archive, not a safetensors file: unpack it if there is one inside";
    }
}
