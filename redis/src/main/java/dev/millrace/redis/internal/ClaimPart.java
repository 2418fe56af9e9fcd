package dev.millrace.redis.internal;

/**
 * One of the maps' groups that a bucket consists of: the first of a bucket, or the successor of one that was full.
 *
 * @param bucket unsigned
 * @param generation from 0
 */
record ClaimPart(long bucket, int generation) implements Comparable<ClaimPart> {

    /** The part that this field of the index counts. */
    static ClaimPart parse(String field) {
        int dot = field.indexOf('.');
        return new ClaimPart(
                Long.parseUnsignedLong(field, 0, dot, 10), Integer.parseInt(field, dot + 1, field.length(), 10));
    }

    @Override
    public int compareTo(ClaimPart other) {
        int byBucket = Long.compareUnsigned(bucket, other.bucket);
        return byBucket != 0 ? byBucket : Integer.compare(generation, other.generation);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(bucket) + '.' + generation;
    }
}
