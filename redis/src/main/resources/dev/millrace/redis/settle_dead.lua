#!lua flags=allow-oom
-- Second half of a move to dead letters that lie in another slot; the first is an XADD of its own.
-- Guarantees: as in dead_letter.lua, settles only for the owner: between the two halves another may have taken the entry over,
-- even under our name. Order: owner check, XACK, then release of the claim where the entry holds it. An error leaves the entry
-- pending, and the dead letter may be written again.
-- KEYS: 1 stream, 2 the name's holder, then the maps that may hold the claim, if there is one. ARGV: 1 group, 2 consumer, 3 id,
-- 4 '1' = ack, 5 '1' = trimmed: no owner can be checked, 6 token of the process, 7 claim's key, 8 claim's value.
-- Reply: {0 done, 1 another's, 2 no longer pending, 3 no longer in the stream}.
local stream, group, consumer, id = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if ARGV[5] ~= '1' then
  local holder = redis.call('GET', KEYS[2])
  local row = redis.call('XPENDING', stream, group, id, id, 1)[1]
  if not row then
    return {#redis.call('XRANGE', stream, id, id) > 0 and 2 or 3}
  elseif row[2] ~= consumer or holder and holder ~= ARGV[6] then
    return {1}
  end
end
if ARGV[4] == '1' then
  redis.call('XACK', stream, group, id)
end
for map = 3, #KEYS do
  if redis.pcall('HGET', KEYS[map], ARGV[7]) == ARGV[8] then
    redis.call('HSET', KEYS[map], ARGV[7], '!' .. ARGV[8])
  end
end
return {0}
