#!lua
-- Moves a dead letter back to its stream.
-- Guarantees: at no time is it in neither; only one caller moves it.
-- Order: is it still there, XADD, XDEL. An error leaves it among the dead letters. No allow-oom: what grows must respect the
-- limit.
-- KEYS: 1 dead letters, 2 stream. ARGV: 1 letter's id, then fields. Reply: {the new entry's id}, or {} if the letter is gone.
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then
  return {}
end
local id = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 2))
redis.call('XDEL', KEYS[1], ARGV[1])
return {id}
