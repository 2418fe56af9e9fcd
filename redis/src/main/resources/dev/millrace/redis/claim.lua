#!lua flags=allow-oom
-- Claims idempotency keys for entries, all in one step.
-- Guarantees: of two entries with one key that are at most the window apart, one at most holds it, whatever the order and
-- whichever buckets they fall into. A key that the asking entry holds already stays its own.
-- Order: epoch check, look into every bucket that can hold a hit, then write the missing and set their time to live. Whatever
-- can fail (a key of the wrong type) fails while looking: nothing is written, or all is.
-- allow-oom: a full Redis must still be drained.
-- A claim lies in the bucket of its entry's own milliseconds: field = key, value = '<ms after the bucket's start>-<sequence>'.
-- Numbers are relative to the first bucket, so that they stay small, whatever the ids.
-- KEYS: 1 epoch; then for each shard its buckets 0..B-1 in turn.
-- ARGV: 1 epoch, 2 window ms, 3 bucket ms, 4 time to live ms, 5 B; then for each shard: number of its claims, and for each of
-- these: key, bucket, value.
-- Reply: for each claim that another entry holds: its position (from 0), the holder's bucket, the holder's value.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('STALE the group was recreated')
end
local window, length, ttl, buckets = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local taken, writes = {}, {}
local at, base, position = 6, 1, 0

local function offset(value)
  return tonumber(string.match(value, '^%d+'))
end

local function look(map, bucket, keys, claims)
  local found = redis.call('HMGET', map, unpack(keys))
  for i = 1, #keys do
    local value, claim = found[i], claims[i]
    if value then
      local apart = (bucket - claim.bucket) * length + offset(value) - offset(claim.value)
      if bucket == claim.bucket and value == claim.value then
        claim.mine = true
      elseif apart <= window and -apart <= window then
        claim.holder = {bucket, value}
      end
    end
  end
end

local function sort_out(claims)
  for _, claim in ipairs(claims) do
    if claim.mine then
      claim.holder = nil
    elseif claim.holder then
      taken[#taken + 1] = claim.position
      taken[#taken + 1] = claim.holder[1]
      taken[#taken + 1] = claim.holder[2]
    else
      local map = KEYS[claim.base + claim.bucket + 1]
      local list = writes[map]
      if not list then
        list = {}
        writes[map] = list
      end
      list[#list + 1] = claim.key
      list[#list + 1] = claim.value
    end
  end
end

while at <= #ARGV do
  local keys, claims = {}, {}
  local count = tonumber(ARGV[at])
  at = at + 1
  for i = 1, count do
    keys[i] = ARGV[at]
    claims[i] = {key = ARGV[at], bucket = tonumber(ARGV[at + 1]), value = ARGV[at + 2], base = base, position = position}
    at = at + 3
    position = position + 1
  end
  for bucket = 0, buckets - 1 do
    look(KEYS[base + bucket + 1], bucket, keys, claims)
  end
  sort_out(claims)
  base = base + buckets
end
for map, list in pairs(writes) do
  redis.call('HSET', map, unpack(list))
  redis.call('PEXPIRE', map, ttl)
end
return taken
