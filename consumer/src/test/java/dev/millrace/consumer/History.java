package dev.millrace.consumer;

import dev.millrace.consumer.Life.Fate;
import dev.millrace.redis.RedisSetupException;
import dev.millrace.redis.internal.MortalRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One random history: some events, some servers of which each ends or stalls at a step of its own, and a last one that
 * brings everything to its end. The same seed makes the same events and the same fates.
 */
final class History {

    /** What happens to an event when it is left in peace. */
    enum Kind {
        OK,
        FLAKY,
        FATAL,
        FAILING,
        MENDED,
        UNKNOWN,
        MALFORMED,
        HUGE,
        TWIN;

        /** What its event says. */
        String body(String id) {
            return "{\"id\":\"" + id + "\",\"kind\":\"" + this + "\"}";
        }
    }

    /** An event, where it is, and what is to become of it. */
    record Planned(Kind kind, String id, String entry, int index) {

        String place() {
            return Runs.place(entry, index);
        }
    }

    private static final Duration DRAIN = Duration.ofSeconds(2);
    static final Duration CLAIM_IDLE = Duration.ofMillis(2_400);

    /** A server that is started under the name of one that was killed. */
    static final String RESTARTED = "restarted under its own name";

    /** Those whose handler succeeds when they come back. */
    private static final Redrive MENDED = Redrive.of(DeadLetterFilter.all().exception(MendedException.class.getName()));

    /** What the handler of {@link Kind#MENDED} throws until it is mended. */
    static final class MendedException extends NotRetryableException {
        private static final long serialVersionUID = 1;

        MendedException() {
            super("until it is mended");
        }
    }

    private final long seed;
    private final Random random;
    private final Disaster.World world;
    private final MortalRedis door;
    private final ExecutorService background;
    private final TestStream stream;
    private final Runs runs = new Runs();
    private final Variant variant;
    private final Plan plan;
    private final Fates fates;
    private final List<Life> lives = new ArrayList<>();
    private final List<Life> redrivers = new ArrayList<>();
    // By which name Redis knows each; a life whose name another has by now is not in here.
    private final Map<Life, String> names = new HashMap<>();
    private final Set<String> met = new TreeSet<>();
    private final Set<String> forgiven = new HashSet<>();
    private Disaster disaster = Disaster.NONE;

    History(long seed, Disaster.World world, MortalRedis door, ExecutorService background) {
        this.seed = seed;
        this.random = new Random(seed);
        this.door = door;
        this.background = background;
        this.stream = world.stream();
        this.world = world;
        this.variant = Variant.any(random);
        this.plan = new Plan(stream, variant, random);
        this.fates = new Fates(random);
    }

    /** Lives it through; what was found wrong, empty if nothing was. */
    List<String> live() throws Exception {
        plan.add();
        List<ConsumerServer> servers = new ArrayList<>();
        int mortals = 1 + random.nextInt(3);
        int struck = random.nextInt(world.own() ? mortals : 2 * mortals);
        for (int i = 0; i < mortals; i++) {
            Life life = mortal(i);
            servers.add(start(life));
            if (random.nextBoolean()) {
                awaitFate(life, servers.get(i));
            }
            if (random.nextInt(4) == 0) {
                redrive(fates.redriver(i));
            }
            if (i == struck) {
                disaster = Disaster.any(world, random);
                forgiven.addAll(disaster.strike(world, plan.events(), random));
                met.add(disaster.name());
            }
            if (random.nextInt(3) == 0) {
                plan.add();
            }
        }
        servers.add(start(Life.immortal("last")));
        boolean settled = awaitSettled();
        redrive(fates.redriver(mortals));
        redrive(Life.immortal("last redriver"));
        settled &= awaitSettled();
        for (ConsumerServer server : servers) {
            background.execute(() -> server.close(DRAIN));
        }
        Stream.concat(lives.stream(), redrivers.stream())
                .filter(Life::fulfilled)
                .forEach(life -> met.add(life.step()));
        met.add(variant.name());
        List<String> found = new Verdict(stream, runs, lives, plan.events(), forgiven).findings(settled);
        runs.outOfOrder(forgiven).forEach(run -> found.add("out of its key's order: " + run + "; lives " + lives));
        return found;
    }

    /** Sends back what would succeed by now, unless it dies on the way. */
    private void redrive(Life life) throws InterruptedException {
        redrivers.add(life);
        trying(life, () -> {
            try (DeadLetters letters = DeadLetters.open(door.link(life::reach), stream.name())) {
                letters.redrive(MENDED);
            }
        });
    }

    private Life mortal(int number) {
        boolean restarts = random.nextBoolean();
        Life life = fates.mortal(number);
        String former = restarts && number > 0 ? nameOfDead(lives.get(number - 1)) : null;
        names.put(life, former == null ? life.name() + "-" + seed : former);
        return life;
    }

    /** From now on it is not this one's any more; null if this one may still use it. */
    private @Nullable String nameOfDead(Life life) {
        if (!life.dead()) {
            return null;
        }
        met.add(RESTARTED);
        return names.remove(life);
    }

    private ConsumerServer start(Life life) throws InterruptedException {
        lives.add(life);
        ConsumerServer server = variant.of(stream.server(door.link(life::reach)))
                .consumer(names.computeIfAbsent(life, one -> one.name() + "-" + seed))
                .claimIdle(CLAIM_IDLE)
                .commandTimeout(CLAIM_IDLE.dividedBy(3))
                .concurrency(1 + random.nextInt(4))
                .retry(RetryPolicy.fixed(2, Duration.ofMillis(5)))
                .clock(java.time.Clock.systemUTC(), life::ticker)
                .build();
        DeliveryHandler<Map<?, ?>> handler = (body, header, delivery) -> {
            Runs.Run run = runs.begin(life, String.valueOf(body.get("id")), delivery);
            Kind kind = Kind.valueOf(String.valueOf(body.get("kind")));
            variant.handle(() -> handle(kind, run, runs), run, delivery, background);
        };
        addTo(server, handler);
        trying(life, server::start);
        // Nobody waits for the quiet time after a start.
        life.skip(CLAIM_IDLE.toNanos());
        return server;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Map.class is what an application would write
    private void addTo(ConsumerServer server, DeliveryHandler<Map<?, ?>> handler) {
        server.addHandler("order.**", Map.class, (DeliveryHandler) handler, variant.options());
    }

    private interface Attempt {
        void run() throws InterruptedException;
    }

    /** A busy machine, or one whose connections are killed, may make it fail; then it is tried again, as users do. */
    private static void trying(Life life, Attempt attempt) throws InterruptedException {
        RuntimeException failure = null;
        // A start that lost its connection may have left its name taken, for one claim-idle.
        for (int tries = 0; tries < 500 && !life.dead(); tries++) {
            try {
                attempt.run();
                return;
            } catch (RedisSetupException | IllegalStateException e) {
                failure = e;
                step();
            }
        }
        if (failure != null && !life.dead()) {
            throw failure;
        }
    }

    /** What the handler of such an event does. */
    static void handle(Kind kind, Runs.Run run, Runs runs) throws InterruptedException {
        boolean interrupted = new CountDownLatch(1).await(run.attempt * 2L, TimeUnit.MILLISECONDS);
        boolean fails = interrupted
                || kind == Kind.FATAL
                || kind == Kind.FAILING
                || (kind == Kind.FLAKY && run.attempt == 1)
                || (kind == Kind.MENDED && !run.redriven);
        runs.end(run, fails ? Runs.Outcome.FAILED : Runs.Outcome.OK);
        if (kind == Kind.FATAL) {
            throw new NotRetryableException("fatal");
        }
        if (fails && kind == Kind.MENDED) {
            throw new MendedException();
        }
        if (fails) {
            throw new IllegalStateException("fails");
        }
    }

    /** Until the life has met its fate, or nothing is left to do. */
    private void awaitFate(Life life, ConsumerServer server) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (!life.fulfilled() && System.nanoTime() < deadline) {
            age();
            step();
        }
        if (life.fate() == Fate.CLOSES) {
            life.close(server, DRAIN, () -> stream.keeps(names.get(life), CLAIM_IDLE));
        }
    }

    /** Makes what the dead and the stalled hold idle, as if the time had passed. */
    private void age() {
        for (Life life : lives) {
            String name = names.get(life);
            if (name != null && (life.dead() || life.stalling())) {
                stream.age(name, CLAIM_IDLE);
            }
        }
    }

    private boolean awaitSettled() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            if (stream.settled()) {
                return true;
            }
            age();
            step();
        }
        return false;
    }

    private static void step() throws InterruptedException {
        boolean ended = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        assert !ended;
    }

    /** The steps at which something happened to a life. */
    Set<String> met() {
        return met;
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + variant + ": " + lives + " " + redrivers + " " + disaster;
    }
}
