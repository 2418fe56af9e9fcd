package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

class ServerStartIT {
    @Test
    void a_server_is_up_before_anyone_grows_impatient() {
        RedisServer.embedded().close();
        long begin = System.nanoTime();
        RedisServer.embedded().close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void a_taken_port_is_named_in_one_line_even_if_a_redis_has_it() {
        try (RedisServer first = RedisServer.embedded()) {
            assertThatThrownBy(() -> RedisServer.builder().port(first.port()).start())
                    .isInstanceOf(RedisStartException.class)
                    .hasMessage("Port " + first.port()
                            + " on 127.0.0.1 is taken. Choose another port, or none: 0 takes a free one");
        }
    }

    @Test
    void a_server_that_dies_at_once_is_quoted_in_one_line() {
        assertThatThrownBy(() -> RedisServer.embedded("--no-such-option", "1"))
                .isInstanceOf(RedisStartException.class)
                .hasMessageContaining("ended at once; the last it said: ")
                .hasMessageContaining("no-such-option")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void an_argument_that_would_hide_the_server_is_refused_before_it_is_started() {
        assertThatThrownBy(() -> RedisServer.embedded("--port", "6379"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--port is not for arguments()");
    }

    @Test
    void a_password_stands_in_the_uri_and_not_in_what_is_said_of_the_server() {
        try (RedisServer redis = RedisServer.builder().password("s3cret").start()) {
            assertThat(redis.uri()).contains(":s3cret@");
            assertThat(redis.cli("PING")).isEqualTo("PONG");
            assertThat(redis.describe()).doesNotContain("s3cret");
        }
    }

    @Test
    void an_acl_user_can_log_in() {
        try (RedisServer redis = RedisServer.embedded()) {
            redis.cli("ACL", "SETUSER", "worker", "on", ">pw", "~*", "+@all");
            URI uri = URI.create("redis://worker:pw@127.0.0.1:" + redis.port());
            assertThat(RedisServer.ofGiven(uri, "given").cli("ACL", "WHOAMI")).isEqualTo("worker");
        }
    }

    @Test
    void a_full_server_says_so() {
        try (RedisServer redis = RedisServer.builder().maxMemory("500kb").start()) {
            assertThatThrownBy(() -> redis.cli("SET", "k", "v")).hasMessageStartingWith("OOM");
        }
    }

    @Test
    void a_tls_client_that_trusts_the_certificate_gets_in() throws Exception {
        try (RedisServer redis = RedisServer.builder().tls(true).start()) {
            URI uri = URI.create(redis.tlsUri());
            assertThat(uri.getScheme()).isEqualTo("rediss");
            try (SSLSocket socket =
                    (SSLSocket) trusting(redis).getSocketFactory().createSocket(uri.getHost(), uri.getPort())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] reply = new byte[7];
                new DataInputStream(socket.getInputStream()).readFully(reply);
                assertThat(new String(reply, StandardCharsets.US_ASCII)).isEqualTo("+PONG\r\n");
            }
        }
    }

    private static SSLContext trusting(RedisServer redis) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(redis.caCertificate())) {
            Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
            trusted.setCertificateEntry("redis", certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
