#!lua flags=allow-oom
-- Trims a stream by age.
-- Guarantees: removes nothing that a group has pending or has not read yet, and nothing from a stream without groups.
-- Order: floor = the lowest of what was asked for and, over all groups, the oldest pending id or else the one after the last
-- delivered; then XTRIM below it, whole blocks first, so that one call stays short. An error leaves the stream as it is.
-- KEYS: 1 stream. ARGV: 1 lowest id to keep. Reply: {how many were removed}; call again until 0.
local function less(a, b)
  local am, as = string.match(a, '^(%d+)%-(%d+)$')
  local bm, bs = string.match(b, '^(%d+)%-(%d+)$')
  if #am ~= #bm then return #am < #bm end
  if am ~= bm then return am < bm end
  if #as ~= #bs then return #as < #bs end
  return as < bs
end

-- A sequence number beyond the exact ones keeps one entry more than needed.
local function after(id)
  local ms, seq = string.match(id, '^(%d+)%-(%d+)$')
  return #seq > 15 and id or string.format('%s-%.0f', ms, tonumber(seq) + 1)
end

if redis.call('EXISTS', KEYS[1]) == 0 then
  return {0}
end
local groups = redis.call('XINFO', 'GROUPS', KEYS[1])
if #groups == 0 then
  return {0}
end
local floor = ARGV[1]
for _, group in ipairs(groups) do
  local info = {}
  for i = 1, #group, 2 do
    info[group[i]] = group[i + 1]
  end
  local oldest = redis.call('XPENDING', KEYS[1], info['name'])[2]
  local needed = oldest or after(info['last-delivered-id'])
  if less(needed, floor) then
    floor = needed
  end
end
local removed = redis.call('XTRIM', KEYS[1], 'MINID', '~', floor, 'LIMIT', 10000)
if removed == 0 then
  removed = redis.call('XTRIM', KEYS[1], 'MINID', '=', floor)
end
return {removed}
