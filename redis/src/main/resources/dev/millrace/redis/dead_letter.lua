#!lua flags=allow-oom
-- Moves an entry to the dead letters.
-- Guarantees: only its owner does it, and not once another process has our name; the entry is settled only after it stands in the dead letters.
-- Order: owner check, XADD, XACK, release of the claim (see claim.lua for what is left of it), XTRIM. The write that can fail (wrong type) comes before the one that
-- forgets, for scripts do not roll back: an error leaves the entry pending.
-- allow-oom: while the entry waits here, retention must not pass it, and so can make no room; what may grow has its own limit.
-- KEYS: 1 stream, 2 dead letters, 3 the name's holder, 4 epoch, then the maps that may hold the claim, if there is one.
-- ARGV: 1 group, 2 consumer, 3 id, 4 '1' = ack, 5 '1' = trimmed: no owner can be checked, 6 length to keep, 7 token of the
-- process, 8 claim's key, 9 claim's value, then fields. Reply: {0 done, else whose it is (see whose.lua)}; if done, also
-- the dead letter's id, and how many of the oldest went for it.
local stream, group, consumer, id = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if ARGV[5] ~= '1' then
  local holder = redis.call('GET', KEYS[3])
  local whose_now = whose(stream, group, id, consumer, holder and holder ~= ARGV[7], KEYS[4])
  if whose_now ~= 0 then
    return {whose_now}
  end
end
local letter = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 10))
if ARGV[4] == '1' then
  redis.call('XACK', stream, group, id)
end
for map = 5, #KEYS do
  if redis.pcall('HGET', KEYS[map], ARGV[8]) == ARGV[9] then
    redis.call('HSET', KEYS[map], ARGV[8], '!' .. ARGV[9])
  end
end
return {0, letter, redis.call('XTRIM', KEYS[2], 'MAXLEN', '~', ARGV[6])}
