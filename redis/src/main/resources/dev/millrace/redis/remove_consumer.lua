#!lua flags=allow-oom
-- Lets go of a consumer's name, and removes it.
-- Guarantees: never drops a pending entry (XGROUP DELCONSUMER alone would forget them all), and leaves a name alone that another
-- process holds by now.
-- Order: DEL of our hold, nothing pending, then XGROUP DELCONSUMER. An error leaves the consumer as it is.
-- KEYS: 1 stream, 2 the name's holder. ARGV: 1 group, 2 consumer, 3 token of the process.
-- Reply: {1 if gone, 0 if something is pending or the name is another's}.
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[3] then
  return {0}
end
if holder then
  redis.call('DEL', KEYS[2])
end
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then
  return {0}
end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return {1}
