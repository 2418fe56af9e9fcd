#!lua flags=allow-oom
-- Gives idempotency claims back.
-- Guarantees: removes a claim only where the naming entry still holds it. An entry's claim can only be in a part of the bucket
-- of its own milliseconds, so only those are looked into.
-- Order: for each, look, then delete. An error leaves the rest claimed.
-- KEYS: for each claim its maps. ARGV: for each claim: number of maps, key, value. Reply: how many were released.
local released, map = 0, 0
for i = 1, #ARGV, 3 do
  for _ = 1, tonumber(ARGV[i]) do
    map = map + 1
    if redis.call('HGET', KEYS[map], ARGV[i + 1]) == ARGV[i + 2] then
      released = released + redis.call('HDEL', KEYS[map], ARGV[i + 1])
    end
  end
end
return {released}
