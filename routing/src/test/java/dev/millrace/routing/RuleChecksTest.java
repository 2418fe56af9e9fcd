package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the tables a pattern followed by a question mark has a condition. */
class RuleChecksTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "order.* *.paid       | route \"*.paid\" and route \"order.*\" are equally specific, and both match"
                        + " order.paid;",
                "order.** **.paid     | both match order.paid;",
                "order.** **.paid order.paid | both match order.x.paid;",
                "a.*.c a.b.*          | both match a.b.c;",
                "order.*? *.paid?     | route \"*.paid\" with a condition and route \"order.*\" with a condition are"
                        + " equally",
                "order.* *.paid order.paid? | both match order.paid;",
                "order.* order.*      | more than one route \"order.*\", to stream s and stream s;",
                "order.*? order.*?    | more than one route \"order.*\" with a condition",
            })
    void two_routes_of_which_neither_can_be_preferred_are_refused(String routes, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> build(routes))
                .withMessageStartingWith("routing: ")
                .withMessageContaining(why)
                .withMessageNotContaining("can never match");
    }

    @ParameterizedTest(name = "{0}: {1} can never match")
    @CsvSource({
        "** * *.**,                   **",
        "** * *.* *.*.**,             **",
        "a.** a.* a.*.**,             a.**",
        "**.a *.a **.*.a,             **.a",
        "order.** order.* order.*.* order.*.*.**, order.**",
    })
    void a_route_that_others_leave_nothing_to_is_refused(String routes, String hidden) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> build(routes))
                .withMessage("routing: route \"" + hidden
                        + "\" can never match, because routes that are tried before it take every type"
                        + " it is for; remove it, or give one of those a condition");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "** * *.*.**", // a.b is left to **
        "** *? *.**", // so is a, sometimes
        "a.** a.* a.*.*",
        "order.* *.paid order.paid", // the third decides
        "order.*? *.paid", // so does the condition
        "order.*? order.*",
        "order.* user.*",
        "order.* order.** **",
        "order.paid order.paid.late order.sent",
    })
    void routes_that_leave_no_doubt_are_taken(String routes) {
        assertThatCode(() -> build(routes)).doesNotThrowAnyException();
    }

    @Test
    void all_faults_are_named_at_once() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> build("order.* *.paid user.x user.x a.** a.* a.*.**"))
                .withMessageContaining("both match order.paid")
                .withMessageContaining("more than one route \"user.x\"")
                .withMessageContaining("route \"a.**\" can never match");
    }

    private static void build(String routes) {
        RoutingBuilder builder = Routing.builder();
        for (String route : routes.split(" ", -1)) {
            if (route.endsWith("?")) {
                builder.route(route.substring(0, route.length() - 1))
                        .onlyIf(header -> true)
                        .toStream("s");
            } else {
                builder.route(route).toStream("s");
            }
        }
        builder.build();
    }
}
