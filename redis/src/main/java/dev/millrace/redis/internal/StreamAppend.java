package dev.millrace.redis.internal;

/** One XADD: the entry's single field {@code data} with these bytes. */
public record StreamAppend(String stream, byte[] data) {}
