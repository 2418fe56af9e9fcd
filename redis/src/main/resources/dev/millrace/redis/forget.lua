#!lua flags=allow-oom
-- Removes whole parts of the idempotency records.
-- Guarantees: what the index no longer names is not counted twice; whoever claims next learns that the parts are gone.
-- Order: UNLINK, then the index. An error leaves parts that are empty and still named.
-- KEYS: 1 index, then for each part its maps. ARGV: 1 a fresh version, 2 maps a part, 3 'only above' (the parts go one by one, in
-- their order, as long as there are more records than this; -1 = all go), then the parts. Reply: {records removed, parts removed}.
local index, maps, limit = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local removed, parts = 0, 0
for i = 4, #ARGV do
  local count = tonumber(redis.call('HGET', index, ARGV[i]) or -1)
  if count >= 0 and tonumber(redis.call('HGET', index, 'total') or 0) > limit then
    for m = 1, maps do
      redis.call('UNLINK', KEYS[1 + (i - 4) * maps + m])
    end
    redis.call('HDEL', index, ARGV[i])
    redis.call('HINCRBY', index, 'total', -count)
    removed, parts = removed + count, parts + 1
  end
end
if parts > 0 then
  redis.call('HSET', index, 'version', ARGV[1])
end
return {removed, parts}
