package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.DeliveryObservationContext;
import dev.millrace.consumer.DeliveryObservationConvention;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.event.EventHeader;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.PublishObservationContext;
import dev.millrace.publisher.PublishObservationConvention;
import dev.millrace.testkit.RedisExtension;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.MDC;

/** A publish, its handling, and what that publishes, in the eyes of OpenTelemetry. */
@Timeout(60)
class TracesIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final Spans publisherSpans = new Spans();
    private final Spans workerSpans = new Spans();

    /** Keeps what a tracer exports. */
    private static final class Spans implements SpanExporter {

        private final List<SpanData> all = new CopyOnWriteArrayList<>();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            all.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }

        private SpanData named(String name) {
            return all.stream()
                    .filter(span -> span.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A registry with a tracer behind it, as an application sets one up. */
    private static ObservationRegistry traced(Spans spans) {
        Tracer otel = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                .build()
                .get("test");
        OtelTracer tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), event -> {});
        OtelPropagator propagator =
                new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig()
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
                        new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
                        new DefaultTracingObservationHandler(tracer)));
        return registry;
    }

    @Test
    void one_trace_leads_from_the_publish_through_the_handler_to_what_the_handler_publishes() {
        List<EventHeader> headers = new CopyOnWriteArrayList<>();
        List<String> logged = new CopyOnWriteArrayList<>();
        ObservationRegistry worker = traced(workerSpans);
        try (EventPublisher publisher = EventPublisher.builder("billing")
                        .redis(REDIS.server().uri())
                        .observationRegistry(traced(publisherSpans))
                        .build();
                EventPublisher inner = EventPublisher.builder("shipping")
                        .redis(REDIS.server().uri())
                        .observationRegistry(worker)
                        .build();
                ConsumerServer server = ConsumerServer.builder()
                        .redis(REDIS.server().uri())
                        .stream("order-events")
                        .group("shipping")
                        .observationRegistry(worker)
                        .retry(RetryPolicy.fixed(1, Duration.ofMillis(10)))
                        .build()) {
            server.addHandler("order.paid", Map.class, (body, header, delivery) -> {
                headers.add(header);
                logged.add(MDC.get("correlationId"));
                if (delivery.attempt() == 1) {
                    throw new IllegalStateException("once");
                }
                inner.publish("parcel.packed", Map.of("n", 1)).join();
            });
            server.start();
            publisher.publish("order.paid", Map.of("n", 1)).join();
            await().until(() -> server.status().totals().handled() == 1);
            await().until(() -> publisherSpans.all.size() == 1 && workerSpans.all.size() == 3);
        }
        SpanData published = publisherSpans.named("send order.paid");
        assertThat(published.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(published.getAttributes().get(AttributeKey.stringKey("messaging.destination.name")))
                .isEqualTo("order-events");
        assertThat(headers.get(0).traceparent()).contains(published.getTraceId(), published.getSpanId());
        assertThat(workerSpans.all)
                .allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(published.getTraceId()));
        List<SpanData> handled = workerSpans.all.stream()
                .filter(span -> span.getName().equals("process order.paid"))
                .toList();
        assertThat(handled).hasSize(2).allSatisfy(span -> {
            assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(span.getParentSpanId()).isEqualTo(published.getSpanId());
        });
        assertThat(handled.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(workerSpans.named("send parcel.packed").getParentSpanId())
                .isEqualTo(handled.get(1).getSpanId());
        assertThat(logged).containsOnly(headers.get(0).id());
    }

    /** As of a request that came in from elsewhere. */
    private static SpanContext request() {
        return SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.builder().put("vendor", "t61rcWkgMzE").build());
    }

    @Test
    void what_another_vendor_adds_to_a_trace_travels_along() {
        try (EventPublisher publisher = EventPublisher.builder("billing")
                        .redis(REDIS.uri())
                        .observationRegistry(traced(publisherSpans))
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(REDIS.uri()).stream("invoice-events")
                        .group("shipping")
                        .observationRegistry(traced(workerSpans))
                        .build()) {
            server.addHandler("invoice.sent", Map.class, (body, header) -> {});
            server.start();
            try (Scope scope = Span.wrap(request()).makeCurrent()) {
                publisher.publish("invoice.sent", Map.of("n", 1)).join();
            }
            await().until(() -> workerSpans.all.size() == 1);
        }
        SpanData handled = workerSpans.named("process invoice.sent");
        assertThat(handled.getTraceId()).isEqualTo(request().getTraceId());
        assertThat(handled.getSpanContext().getTraceState().get("vendor")).isEqualTo("t61rcWkgMzE");
    }

    @Test
    void an_application_names_its_spans_as_it_likes() {
        try (EventPublisher publisher = EventPublisher.builder("billing")
                        .redis(REDIS.uri())
                        .observationRegistry(traced(publisherSpans))
                        .observationConvention(new PublishObservationConvention() {
                            @Override
                            public String getContextualName(PublishObservationContext context) {
                                return "out: " + context.header().type();
                            }
                        })
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(REDIS.uri()).stream("refund-events")
                        .group("shipping")
                        .observationRegistry(traced(workerSpans))
                        .observationConvention(new DeliveryObservationConvention() {
                            @Override
                            public String getContextualName(DeliveryObservationContext context) {
                                return "in: " + context.delivery().header().type();
                            }
                        })
                        .build()) {
            server.addHandler("refund.paid", Map.class, (body, header) -> {});
            server.start();
            publisher.publish("refund.paid", Map.of("n", 1)).join();
            await().until(() -> publisherSpans.all.size() == 1 && workerSpans.all.size() == 1);
        }
        assertThat(publisherSpans.named("out: refund.paid").getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(workerSpans.named("in: refund.paid").getKind()).isEqualTo(SpanKind.CONSUMER);
    }
}
