#!lua
-- First half of a move back from dead letters that lie in another slot; the second is an XDEL of its own.
-- Guarantees: one entry for a move, however often it is begun within the time to live.
-- Order: is it noted, XADD, note. An error leaves the stream without the entry.
-- KEYS: 1 stream, 2 moves begun. ARGV: 1 the move's name, 2 time to live ms, then fields. Reply: {the entry's id}.
local known = redis.call('HGET', KEYS[2], ARGV[1])
if known then
  return {known}
end
local id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3))
redis.call('HSET', KEYS[2], ARGV[1], id)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return {id}
