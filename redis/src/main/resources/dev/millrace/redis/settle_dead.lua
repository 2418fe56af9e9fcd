#!lua flags=allow-oom
-- Second half of a move to dead letters that lie in another slot; the first is an XADD of its own.
-- Guarantees: as in dead_letter.lua, settles only for the owner: between the two halves another may have taken the entry over,
-- even under our name. Order: owner check, XACK, then release of the claim where the entry holds it. An error leaves the entry
-- pending, and the dead letter may be written again.
-- KEYS: 1 stream, 2 the name's holder, 3 epoch, then the maps that may hold the claim, if there is one. ARGV: 1 group, 2 consumer, 3 id,
-- 4 '1' = ack, 5 '1' = trimmed: no owner can be checked, 6 token of the process, 7 claim's key, 8 claim's value.
-- Reply: {0 done, else whose it is (see whose.lua)}.
local stream, group, consumer, id = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if ARGV[5] ~= '1' then
  local holder = redis.call('GET', KEYS[2])
  local whose_now = whose(stream, group, id, consumer, holder and holder ~= ARGV[6], KEYS[3])
  if whose_now ~= 0 then
    return {whose_now}
  end
end
if ARGV[4] == '1' then
  redis.call('XACK', stream, group, id)
end
for map = 4, #KEYS do
  if redis.pcall('HGET', KEYS[map], ARGV[7]) == ARGV[8] then
    redis.call('HSET', KEYS[map], ARGV[7], '!' .. ARGV[8])
  end
end
return {0}
