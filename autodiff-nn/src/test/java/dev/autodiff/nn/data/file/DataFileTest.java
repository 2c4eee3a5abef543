package dev.autodiff.nn.data.file;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.TestFiles;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFileTest {
    private static final byte[] TEXT = "1,2,3".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void unpacksGzipAndNothingElse() throws IOException {
        DataFile plain = new DataFile(TestFiles.write(directory, "plain", TEXT));
        try (DataFile.Opened opened = plain.open()) {
            assertFalse(opened.packed());
            assertArrayEquals(TEXT, opened.in().readAllBytes());
        }
        DataFile packed = new DataFile(TestFiles.write(directory, "packed", TestFiles.gzip(TEXT)));
        try (DataFile.Opened opened = packed.open()) {
            assertTrue(opened.packed());
            assertArrayEquals(TEXT, opened.in().readAllBytes());
        }
        assertEquals(TEXT.length, plain.packedSize().getAsLong());
        assertTrue(plain.path().isAbsolute());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<!DOCTYPE html>", " <html>", "<?xml version", "PK\u0003\u0004", "version https://git-lfs.com"})
    void refusesOtherKindsOfFiles(String start) {
        refused(DataException.class, () -> open(start.getBytes(StandardCharsets.ISO_8859_1)), "file: is a ");
        refused(
                DataException.class,
                () -> open(TestFiles.gzip(start.getBytes(StandardCharsets.ISO_8859_1))),
                ": is a ");
    }

    private void open(byte[] bytes) throws IOException {
        new DataFile(TestFiles.write(directory, "file", bytes)).open().close();
    }

    @Test
    void aMissingFileSuggestsTheNearest() {
        TestFiles.write(directory, "houses.csv", TEXT);
        DataFile missing = new DataFile(directory.resolve("house.csv"));
        refused(DataException.class, missing::open, "does not exist", "did you mean \"houses.csv\"?");
        refused(DataException.class, new DataFile(directory)::open, "is a directory", "it holds houses.csv");
        refused(DataException.class, new DataFile(directory.resolve("no/file"))::open, "nor does its directory");
    }

    @Test
    void errorsNameTheFileAndTheCause() {
        DataFile file = new DataFile(directory.resolve("file"));
        assertEquals(
                file.path() + ", line 3: is odd",
                file.errorAt("line 3", "is odd").getMessage());
        String end = file.readError(new EOFException(), " (after offset 7)").getMessage();
        assertEquals(
                file.path() + ": the gzip data is cut off (after offset 7): the file is not complete, fetch it again",
                end);
        String damaged = file.readError(new ZipException("bad CRC")).getMessage();
        assertEquals(file.path() + ": the gzip data is damaged: bad CRC; fetch the file again", damaged);
        IOException cause = new IOException("no device");
        assertEquals(cause, file.readError(cause).getCause());
    }
}
