package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortTest {

    @Test
    void a_port_that_is_reserved_goes_to_nobody_else_although_nobody_listens_there() {
        Set<FreePort> reserved = new HashSet<>();
        try {
            Set<Integer> numbers = new HashSet<>();
            // Of 12,000: among so many random ones, some would come twice.
            for (int i = 0; i < 800; i++) {
                FreePort port = FreePort.reserve();
                reserved.add(port);
                assertThat(numbers.add(port.number())).isTrue();
            }
        } finally {
            reserved.forEach(FreePort::close);
        }
    }
}
