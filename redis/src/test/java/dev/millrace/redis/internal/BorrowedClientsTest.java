package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import org.junit.jupiter.api.Test;

class BorrowedClientsTest {

    @Test
    void a_client_as_lettuce_sets_it_up_is_warned_of() {
        assertThat(BorrowedClients.concerns(ClientOptions.create()))
                .hasSize(2)
                .anyMatch(concern -> concern.contains("REJECT_COMMANDS"))
                .anyMatch(concern -> concern.contains("timeoutCommands(false)"));
    }

    @Test
    void our_own_clients_have_what_we_ask_of_others() {
        assertThat(BorrowedClients.concerns(LettuceSettings.standalone())).isEmpty();
        assertThat(BorrowedClients.concerns(LettuceSettings.cluster())).isEmpty();
        assertThat(LettuceSettings.standalone().getSocketOptions().getConnectTimeout())
                .as("a cold first connect took two seconds")
                .hasSeconds(10);
    }
}
