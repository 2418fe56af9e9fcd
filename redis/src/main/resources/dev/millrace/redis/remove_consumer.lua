#!lua flags=allow-oom
-- Removes a consumer's name.
-- Guarantees: never drops a pending entry (XGROUP DELCONSUMER alone would forget them all).
-- Order: nothing pending, then XGROUP DELCONSUMER. An error leaves everything as it is.
-- KEYS: 1 stream. ARGV: 1 group, 2 consumer. Reply: {1 if gone, 0 if something is pending}.
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then
  return {0}
end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return {1}
