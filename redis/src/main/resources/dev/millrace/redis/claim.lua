#!lua flags=allow-oom
-- Claims idempotency keys for entries, all in one step.
-- Guarantees: of two entries with one key that are at most the window apart, one at most holds it, whatever the order and
-- whichever buckets they fall into. A key that the asking entry holds already stays its own.
-- Order: epoch check, check that the caller knows all parts there are, look into every part that can hold a hit, then write
-- the missing, set their time to live, count them. Whatever can fail (a key of the wrong type) fails while looking: nothing is
-- written, or all is.
-- allow-oom: a full Redis must still be drained.
-- A claim lies in a part of the bucket of its entry's own milliseconds: field = key, value = '<ms after the bucket's start>-
-- <sequence>-<tag of the event id>', numbers to the base 36. A part that is full gets a successor. The index has a field for
-- each part (how many were written), 'total', and 'version', which is another one whenever a part came or went.
-- KEYS: 1 epoch, 2 index; then for each section its maps: the one to write to, then the others to look into.
-- ARGV: 1 epoch, 2 version, 3 time to live ms, 4 records a part, 5 a fresh version; then for each section: part to write to, window ms, number of
-- maps m, number of claims n, for each map but the first how many ms its bucket lies after the section's, the n keys, the n values.
-- Reply: {index} if the caller does not know all parts; else {version, total, {position (from 0), map (from 0), value of each
-- claim that another entry holds ...}, {new part ...}}.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('STALE the group was recreated')
end
local version = call('HGET', KEYS[2], 'version') or '0'
if version ~= ARGV[2] then
  return {call('HGETALL', KEYS[2])}
end

local function entry_of(value)
  return string.match(value, '^%w+%-%w+')
end

local function offset(value)
  return tonumber(string.match(value, '^%w+'), 36)
end

-- Whether this value stands for the asking entry (0), for a rival inside the window (1), or for neither (2). What was given up is
-- marked with '!': nobody's any more, but a process that was stopped for long must not claim for that entry once more.
local function rank(value, asking, after, window)
  if string.byte(value) == 33 then
    return after == 0 and entry_of(string.sub(value, 2)) == entry_of(asking) and 1 or 2
  end
  if after == 0 and entry_of(value) == entry_of(asking) then
    return 0
  end
  local apart = after + offset(value) - offset(asking)
  return apart <= window and -apart <= window and 1 or 2
end

local sections, taken = {}, {}
local at, map, position = 6, 3, 0
while at <= #ARGV do
  local window, m, n = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local keys = at + 2 + m
  local values = keys + n
  local missing, mine, holders = n, {}, {}
  for l = 0, m - 1 do
    local found = call('HMGET', KEYS[map + l], unpack(ARGV, keys + 1, keys + n))
    for i = 1, n do
      if found[i] and not mine[i] then
        local after = l == 0 and 0 or tonumber(ARGV[at + 3 + l])
        local is = rank(found[i], ARGV[values + i], after, window)
        if is == 0 then
          mine[i] = true
        elseif is == 1 then
          holders[i] = {l, found[i]}
        end
      end
    end
  end
  local list, k = {}, 0
  for i = 1, n do
    if mine[i] then
      -- held already
    elseif holders[i] then
      taken[#taken + 1] = position + i - 1
      taken[#taken + 1] = holders[i][1]
      taken[#taken + 1] = holders[i][2]
    else
      list[k + 1] = ARGV[keys + i]
      list[k + 2] = ARGV[values + i]
      k = k + 2
    end
  end
  if k > 0 then
    sections[#sections + 1] = {KEYS[map], ARGV[at], list}
  end
  position = position + n
  map = map + m
  at = values + n + 1
end

local total, new = call('HGET', KEYS[2], 'total') or '0', {}
local counts = {}
for _, section in ipairs(sections) do
  call('HSET', section[1], unpack(section[3]))
  call('PEXPIRE', section[1], ARGV[3])
  counts[section[2]] = (counts[section[2]] or 0) + #section[3] / 2
end
for part, count in pairs(counts) do
  total = call('HINCRBY', KEYS[2], 'total', count)
  local now = call('HINCRBY', KEYS[2], part, count)
  if now == count then
    new[#new + 1] = part
  end
  if now >= tonumber(ARGV[4]) then
    local bucket, generation = string.match(part, '^(%d+)%.(%d+)$')
    local successor = bucket .. '.' .. (generation + 1)
    if call('HSETNX', KEYS[2], successor, 0) == 1 then
      new[#new + 1] = successor
    end
  end
end
if #sections > 0 then
  call('PEXPIRE', KEYS[2], ARGV[3])
end
if #new > 0 then
  version = ARGV[5]
  call('HSET', KEYS[2], 'version', version)
end
return {version, tostring(total), taken, new}
