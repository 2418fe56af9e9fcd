package dev.millrace.redis.internal;

import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.RedisServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, held by a single server. */
class StandaloneStreamGroupIT {

    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    @Nested
    class KeepsOwners extends OwnershipContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }

    @Nested
    class ClaimsOnce extends ClaimContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }

    @Nested
    class BoundsItsClaims extends ClaimUpkeepContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }

    @Nested
    class BuriesTheDead extends DeadLetterContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }

    @Nested
    class TrimsWithCare extends RetentionContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }

    @Nested
    class KeepsArchives extends ArchiveContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }

    @Nested
    class ReadsOn extends ReadContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }

    @Nested
    class TellsTheLag extends SampleContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }

    @Nested
    class FollowsTheModel extends OwnershipModelContract {
        @Override
        RedisServer server() {
            return redis.server();
        }

        @Override
        RedisLink connect() {
            return RedisLink.owned(redis.uri());
        }
    }
}
