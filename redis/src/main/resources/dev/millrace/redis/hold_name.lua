#!lua flags=allow-oom
-- Takes a consumer's name for a process, or keeps it.
-- Guarantees: of two processes that hold on in time, one at most has the name. A name that nobody has kept is free.
-- Order: look, then SET with its time. An error leaves the holder as it is.
-- KEYS: 1 the name's holder. ARGV: 1 token of the process, 2 time to live ms.
-- Reply: {-1 ours, else for how many ms another's}.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return {math.max(0, redis.call('PTTL', KEYS[1]))}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {-1}
