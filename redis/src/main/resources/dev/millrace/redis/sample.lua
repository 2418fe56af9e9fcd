#!lua flags=no-writes,allow-oom
-- Says how far a group is behind.
-- Guarantees: the lag is exact where fewer than ARGV[2] entries follow the last delivered one, and those are small; Redis'
-- own figure is nil after XDEL and too high after trimming. Beyond that the lower of Redis' figure and the stream's length.
-- KEYS: 1 stream. ARGV: 1 group, 2 how many entries to count at most, 3 how many bytes of them to look at, about.
-- Reply: {pending, oldest pending id or '', lag, exact (1 or 0)}, or nothing where there is no such group.
local stream, group, most, bytes = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local function pairs_of(list)
  local map = {}
  for i = 1, #list, 2 do
    map[list[i]] = list[i + 1]
  end
  return map
end

if redis.call('EXISTS', stream) == 0 then
  return {}
end
local info
for _, row in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local candidate = pairs_of(row)
  if candidate['name'] == group then
    info = candidate
  end
end
if not info then
  return {}
end

local counted, seen, after, done = 0, 0, info['last-delivered-id'], false
while not done and counted < most and seen < bytes do
  -- Few at a time: the bodies come along, and may be large.
  local rows = redis.call('XRANGE', stream, '(' .. after, '+', 'COUNT', math.min(10, most - counted))
  done = #rows == 0
  for _, row in ipairs(rows) do
    counted = counted + 1
    after = row[1]
    for _, field in ipairs(row[2]) do
      seen = seen + #field
    end
  end
end
local lag = counted
if not done then
  local length = redis.call('XLEN', stream)
  lag = math.max(counted, math.min(length, tonumber(info['lag'] or length) or length))
end
local pending = redis.call('XPENDING', stream, group)
return {pending[1], pending[2] or '', lag, done and 1 or 0}
