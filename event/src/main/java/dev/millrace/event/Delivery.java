package dev.millrace.event;

/**
 * One event on its way to one handler: where it stands and how often it has been tried, and what the handler says of it.
 * Thread-safe.
 */
public interface Delivery {

    /**
     * The event's header.
     *
     * @return the header
     */
    EventHeader header();

    /**
     * The stream it was read from.
     *
     * @return the stream's name
     */
    String stream();

    /**
     * The entry that carries it.
     *
     * @return the entry id, for instance {@code 1763690000000-0}
     */
    String entryId();

    /**
     * Its place in the entry; an entry written by Millrace carries one event.
     *
     * @return the index, from 0
     */
    int index();

    /**
     * The group that it is handled for.
     *
     * @return the group's name
     */
    String group();

    /**
     * The consumer that handles it.
     *
     * @return the consumer's name
     */
    String consumer();

    /**
     * Which handling this is.
     *
     * @return the attempt, from 1
     */
    int attempt();

    /**
     * Whether another process, or an earlier run of this one, was given the entry before.
     *
     * @return true if the entry was reclaimed
     */
    boolean redelivered();

    /**
     * Whether it is handled once more on purpose, by a replay.
     *
     * @return true if it is replayed
     */
    boolean replayed();

    /**
     * How often it came back from the dead letters.
     *
     * @return 0 if it was never redriven
     */
    int redriven();

    /**
     * Says that the event is not to be handled: it is acknowledged and counted as skipped once this handler has returned, and
     * its later handlers do not run. What the handler says after that, or throws, changes nothing.
     *
     * @param reason for the log, without content of the event
     * @throws IllegalStateException outside of a handler, or after it has ended
     */
    void skip(String reason);

    /**
     * In manual mode, says that the event is handled, from any thread; until then it stays held. Again has no effect.
     *
     * @throws IllegalStateException if the handler was not added with manual acknowledgement, if its attempt has failed
     *     before, or if the event was handed back because the server closed: then it will be handled again
     */
    void ack();

    /**
     * In manual mode, says that this attempt has failed, from any thread: as if the handler had thrown this.
     *
     * @param cause why it failed
     * @throws IllegalStateException as {@link #ack()}
     */
    void fail(Throwable cause);
}
