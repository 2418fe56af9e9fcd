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
-- Of the claims of the shard at hand:
local keys, bucket_of, values, mine, holder_bucket, holder_value
local taken, writes = {}, {}

local function offset(value)
  return tonumber(string.match(value, '^%d+'))
end

local function look(map, bucket)
  local found = redis.call('HMGET', map, unpack(keys))
  for i = 1, #keys do
    local value = found[i]
    if value then
      local apart = (bucket - bucket_of[i]) * length + offset(value) - offset(values[i])
      if bucket == bucket_of[i] and value == values[i] then
        mine[i] = true
      elseif apart <= window and -apart <= window then
        holder_bucket[i], holder_value[i] = bucket, value
      end
    end
  end
end

local function write(map, key, value)
  local list = writes[map]
  if not list then
    list = {}
    writes[map] = list
  end
  list[#list + 1] = key
  list[#list + 1] = value
end

local at, base, position = 6, 1, 0
while at <= #ARGV do
  keys, bucket_of, values, mine, holder_bucket, holder_value = {}, {}, {}, {}, {}, {}
  for i = 1, tonumber(ARGV[at]) do
    keys[i], bucket_of[i], values[i] = ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3]
    at = at + 3
  end
  at = at + 1
  for bucket = 0, buckets - 1 do
    local map = KEYS[base + bucket + 1]
    -- Half of them lie in the future, as a rule.
    if redis.call('EXISTS', map) == 1 then
      look(map, bucket)
    end
  end
  for i = 1, #keys do
    if not mine[i] then
      if holder_value[i] then
        taken[#taken + 1] = position + i - 1
        taken[#taken + 1] = holder_bucket[i]
        taken[#taken + 1] = holder_value[i]
      else
        write(KEYS[base + bucket_of[i] + 1], keys[i], values[i])
      end
    end
  end
  position = position + #keys
  base = base + buckets
end
for map, list in pairs(writes) do
  redis.call('HSET', map, unpack(list))
  redis.call('PEXPIRE', map, ttl)
end
return taken
