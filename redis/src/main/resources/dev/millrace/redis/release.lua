#!lua flags=allow-oom
-- Gives idempotency claims back.
-- Guarantees: removes a claim only where the naming entry still holds it. An entry's claim can only be in the bucket of its
-- own milliseconds, so that is the only one looked into.
-- Order: for each, look, then delete. An error leaves the rest claimed.
-- KEYS: for each claim its bucket. ARGV: for each claim: key, value. Reply: how many were released.
local released = 0
for i = 1, #KEYS do
  local key, value = ARGV[2 * i - 1], ARGV[2 * i]
  if redis.call('HGET', KEYS[i], key) == value then
    released = released + redis.call('HDEL', KEYS[i], key)
  end
end
return {released}
