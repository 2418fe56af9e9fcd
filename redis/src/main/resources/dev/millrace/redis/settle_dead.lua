#!lua flags=allow-oom
-- Second half of a move to dead letters that lie in another slot; the first is an XADD of its own.
-- Guarantees and order: XACK, then release of the claim where the entry holds it. An error leaves the entry pending, and the
-- dead letter may be written again.
-- KEYS: 1 stream, 2 the claim's bucket, if there is a claim. ARGV: 1 group, 2 id, 3 '1' = ack, 4 claim's key, 5 claim's value.
-- Reply: {1}.
if ARGV[3] == '1' then
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
end
if KEYS[2] and redis.call('HGET', KEYS[2], ARGV[4]) == ARGV[5] then
  redis.call('HDEL', KEYS[2], ARGV[4])
end
return {1}
