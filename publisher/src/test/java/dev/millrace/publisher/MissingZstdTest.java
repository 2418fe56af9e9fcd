package dev.millrace.publisher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.ContentEncoding;
import dev.millrace.event.internal.SplitCodec;
import dev.millrace.event.internal.WireForms;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An application without the library zstd-jni, by a class loader that does not have it. */
class MissingZstdTest {

    private final ClassLoader without = new WithoutZstd();

    @Test
    void choosing_zstd_is_refused_with_the_library_to_add() throws Exception {
        Class<?> form = without.loadClass(WireForm.class.getName());
        Object split = form.getMethod("split").invoke(null);
        assertThat(form.getMethod("gzip").invoke(split)).hasToString("split, gzip");
        assertThat(catchThrowable(() -> form.getMethod("zstd").invoke(split)))
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("compression: zstd needs com.github.luben:zstd-jni, which is not on the class path; add it,"
                        + " or use gzip");
    }

    @Test
    void what_was_compressed_by_zstd_is_malformed_and_names_the_library() throws Exception {
        byte[] body = "\"text\"".getBytes(UTF_8);
        EventHeader event = EventHeader.builder("a.b").origin("billing").build();
        byte[] header = SplitCodec.header(event, body, "application/json", ContentEncoding.ZSTD);
        List<byte[]> fields =
                List.of("header".getBytes(UTF_8), header, "body".getBytes(UTF_8), ContentEncoding.ZSTD.encode(body));
        assertThat(WireForms.decode(fields, "1-0").get(0).body().copy()).isEqualTo(body);

        Class<?> reader = without.loadClass(WireForms.class.getName());
        Throwable refusal = catchThrowable(
                () -> reader.getMethod("decode", List.class, Object.class).invoke(null, fields, "1-0"));
        assertThat(refusal.getCause().getClass().getSimpleName()).isEqualTo("MalformedEntryException");
        assertThat(refusal.getCause()).hasMessageContaining("content encoding zstd needs com.github.luben:zstd-jni");
    }

    /** Loads our own classes anew, so that they look for the library here. */
    private static final class WithoutZstd extends ClassLoader {

        WithoutZstd() {
            super(MissingZstdTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.github.luben.")) {
                throw new ClassNotFoundException(name);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null || !name.startsWith("dev.millrace.")) {
                return known != null ? known : super.loadClass(name, resolve);
            }
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
