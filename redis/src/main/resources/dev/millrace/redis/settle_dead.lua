#!lua flags=allow-oom
-- Second half of a move to dead letters that lie in another slot; the first is an XADD of its own.
-- Guarantees and order: XACK, then release of the claim where the entry holds it. An error leaves the entry pending, and the
-- dead letter may be written again.
-- KEYS: 1 stream, then the maps that may hold the claim, if there is one. ARGV: 1 group, 2 id, 3 '1' = ack, 4 claim's key, 5 claim's value.
-- Reply: {1}.
if ARGV[3] == '1' then
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
end
for map = 2, #KEYS do
  if redis.call('HGET', KEYS[map], ARGV[4]) == ARGV[5] then
    redis.call('HDEL', KEYS[map], ARGV[4])
  end
end
return {1}
