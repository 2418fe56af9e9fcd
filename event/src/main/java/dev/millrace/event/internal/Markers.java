package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an entry that came back says of itself, in stream fields under the reserved prefix: it was redriven from the dead
 * letters, or replayed. Immutable.
 *
 * @param onlyFor the group it is for; null = for all
 * @param source the id of the entry that it was made from; null if it is the first
 * @param index which event of the entry is meant; -1 = all
 * @param redriven how often it came back from the dead letters
 * @param replay the id of the replay that it belongs to; null if it is not replayed
 * @param scope among which events it is a duplicate
 */
public record Markers(
        @Nullable String onlyFor,
        @Nullable String source,
        int index,
        int redriven,
        @Nullable String replay,
        Scope scope) {

    /** Begins the names of all fields of ours. */
    public static final String PREFIX = "millrace.";

    /** Those of an entry that a publisher wrote. */
    public static final Markers NONE = new Markers(null, null, -1, 0, null, Scope.LIVE);

    private static final String FOR = "for";
    private static final String SOURCE = "source";
    private static final String INDEX = "index";
    private static final String REDRIVEN = "redriven";
    private static final String REPLAYED = "replayed";
    private static final String SCOPE = "scope";
    private static final List<byte[]> NAMES = List.of(FOR, SOURCE, INDEX, REDRIVEN, REPLAYED, SCOPE).stream()
            .map(name -> (PREFIX + name).getBytes(UTF_8))
            .toList();
    private static final byte[] PREFIX_BYTES = PREFIX.getBytes(UTF_8);

    /** Among which events an event is a duplicate of another. */
    public enum Scope {
        /** All that the group is given. */
        LIVE,
        /** Those of the same replay. */
        REPLAY,
        /** None: it is handled in any case. */
        NONE
    }

    /**
     * The group that an entry is for.
     *
     * @param fields names and values in turn
     * @return the group's name; null = for all
     */
    public static @Nullable String onlyFor(List<byte[]> fields) {
        return marked(fields) ? value(fields, FOR) : null;
    }

    /**
     * Reads an entry's markers.
     *
     * @param fields names and values in turn
     * @return the markers, {@link #NONE} if there are none
     * @throws MalformedEntryException if one of them has a value that it cannot have
     */
    public static Markers of(List<byte[]> fields) {
        if (!marked(fields)) {
            return NONE;
        }
        return new Markers(
                value(fields, FOR),
                value(fields, SOURCE),
                number(fields, INDEX, -1),
                number(fields, REDRIVEN, 0),
                value(fields, REPLAYED),
                scope(value(fields, SCOPE)));
    }

    /** Whether the entry is for this group. */
    public boolean isFor(String group) {
        return onlyFor == null || onlyFor.equals(group);
    }

    /** Whether the event at this place in the entry is meant. */
    public boolean takes(int place) {
        return index < 0 || index == place;
    }

    /**
     * An entry with these markers.
     *
     * @param fields names and values in turn; markers among them are left out
     * @return the fields, then the markers
     */
    public List<byte[]> on(List<byte[]> fields) {
        List<byte[]> all = new ArrayList<>(without(fields));
        add(all, FOR, onlyFor);
        add(all, SOURCE, source);
        add(all, INDEX, index < 0 ? null : Integer.toString(index));
        add(all, REDRIVEN, redriven == 0 ? null : Integer.toString(redriven));
        add(all, REPLAYED, replay);
        add(all, SCOPE, scope == Scope.LIVE ? null : scope.name());
        return all;
    }

    /**
     * An entry as its publisher wrote it.
     *
     * @param fields names and values in turn
     * @return the fields that are no markers
     */
    public static List<byte[]> without(List<byte[]> fields) {
        if (!marked(fields)) {
            return fields;
        }
        List<byte[]> rest = new ArrayList<>(fields.size());
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            byte[] name = fields.get(i);
            if (NAMES.stream().noneMatch(marker -> Arrays.equals(marker, name))) {
                rest.add(name);
                rest.add(fields.get(i + 1));
            }
        }
        return rest;
    }

    /** Nearly all entries have one field, or two, of other names: those must cost nothing. */
    private static boolean marked(List<byte[]> fields) {
        for (int i = 2; i < fields.size(); i += 2) {
            byte[] name = fields.get(i);
            int end = PREFIX_BYTES.length;
            if (name.length > end && Arrays.equals(name, 0, end, PREFIX_BYTES, 0, end)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String value(List<byte[]> fields, String name) {
        byte[] wanted = (PREFIX + name).getBytes(UTF_8);
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (Arrays.equals(fields.get(i), wanted)) {
                return new String(fields.get(i + 1), UTF_8);
            }
        }
        return null;
    }

    private static int number(List<byte[]> fields, String name, int otherwise) {
        String text = value(fields, name);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new MalformedEntryException("field " + PREFIX + name + " is no number from 0 on");
    }

    private static Scope scope(@Nullable String text) {
        if (text == null) {
            return Scope.LIVE;
        }
        try {
            return Scope.valueOf(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedEntryException("field " + PREFIX + SCOPE + " is neither REPLAY nor NONE");
        }
    }

    private static void add(List<byte[]> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.add((PREFIX + name).getBytes(UTF_8));
            fields.add(value.getBytes(UTF_8));
        }
    }
}
