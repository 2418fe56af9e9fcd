package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.EventHeader;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several routes takes an event, written as a table; each route's stream is named after its pattern. */
class RoutingTableTest {

    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // routes                            | type             | taken by      | matches too
                "order.paid                          | order.paid       | order.paid    | -",
                "order.paid                          | order.Paid       | -             | -",
                "order.paid                          | order.paid.late  | -             | -",
                "order.paid                          | order            | -             | -",
                "order.*                             | order.paid       | order.*       | -",
                "order.*                             | order            | -             | -",
                "order.*                             | order.paid.late  | -             | -",
                "order.*                             | orders.paid      | -             | -",
                "order.**                            | order.paid       | order.**      | -",
                "order.**                            | order.paid.late  | order.**      | -",
                "order.**                            | order            | -             | -",
                "order.**                            | user.order.paid  | -             | -",
                "*                                   | order            | *             | -",
                "*                                   | order.paid       | -             | -",
                "**                                  | order            | **            | -",
                "**                                  | order.paid.late  | **            | -",
                "*.paid                              | order.paid       | *.paid        | -",
                "*.paid                              | eu.order.paid    | -             | -",
                "**.paid                             | eu.order.paid    | **.paid       | -",
                "**.paid                             | order.paid       | **.paid       | -",
                "**.paid                             | paid             | -             | -",
                "**.paid                             | order.unpaid     | -             | -",
                "*.*                                 | order.paid       | *.*           | -",
                "*.**                                | order            | -             | -",
                "*.**                                | order.paid.late  | *.**          | -",
                "order.*.failed                      | order.card.failed| order.*.failed| -",
                "order.*.failed                      | order.failed     | -             | -",
                // the most specific wins, wherever it stands
                "order.** order.* order.paid **      | order.paid       | order.paid    | order.* order.** **",
                "order.paid order.* order.** **      | order.paid       | order.paid    | order.* order.** **",
                "** order.** order.* order.paid      | order.sent       | order.*       | order.** **",
                "** order.** order.* order.paid      | order.sent.late  | order.**      | **",
                "** order.** order.* order.paid      | order            | **            | -",
                "** order.** order.* order.paid      | user             | **            | -",
                "order.** *.paid                     | order.paid       | *.paid        | order.**",
                "order.** *.paid                     | order.sent       | order.**      | -",
                "order.** **.card.failed             | order.card.failed| **.card.failed| order.**",
                "order.*.** **.failed                | order.card.failed| order.*.**    | **.failed",
                "order.*.** **.failed                | order.failed     | **.failed     | -",
                "order.*.eu order.** **.eu.late      | order.paid.eu    | order.*.eu    | order.**",
                "a.*.** a.**                         | a.b              | a.**          | -",
                "a.*.** a.**                         | a.b.c            | a.*.**        | a.**",
                "** * *.* *.*.*                      | a                | *             | **",
                "** * *.* *.*.*                      | a.b.c            | *.*.*         | **",
                "** * *.* *.*.*                      | a.b.c.d          | **            | -",
                // equally specific ones are welcome where something more specific decides
                "order.* *.paid order.paid           | order.paid       | order.paid    | *.paid order.*",
                "order.* *.paid order.paid           | order.sent       | order.*       | -",
                "order.* *.paid order.paid           | user.paid        | *.paid        | -",
            })
    void the_most_specific_matching_route_takes_the_event(String routes, String type, String taker, String others) {
        RoutingBuilder builder = Routing.builder();
        for (String pattern : routes.split(" ", -1)) {
            builder.route(pattern).toStream("to " + pattern);
        }
        Routing routing = builder.build();
        EventHeader header = EventHeader.builder(type).build();

        Route route = routing.resolve(header);
        Explanation explanation = routing.explain(header);

        assertThat(explanation.route()).contains(route);
        if (taker == null) {
            assertThat(route).hasToString("** -> stream " + type.replaceFirst("\\..*", "") + "-events");
            assertThat(explanation.reasons()).singleElement().asString().startsWith("no route takes it");
            return;
        }
        assertThat(route.pattern()).hasToString(taker);
        assertThat(route.stream()).isEqualTo("to " + taker);
        assertThat(explanation.reasons().get(0)).isEqualTo("route \"%s\" matches: taken", taker);
        assertThat(explanation.reasons().stream().skip(1))
                .containsExactly(
                        others == null
                                ? new String[0]
                                : Stream.of(others.split(" ", -1))
                                        .map("route \"%s\" matches too, and is less specific"::formatted)
                                        .toArray(String[]::new));
    }
}
