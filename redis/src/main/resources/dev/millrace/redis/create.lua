#!lua flags=allow-oom
-- Makes sure that stream and group exist, and names this life of the group.
-- Guarantees: a new epoch exactly when this call created the group; whoever asks later reads the same one. Claims carry the
-- epoch in their names, so those of an earlier life of the group are never looked into again. It ends in the id past which this
-- life of the group began: nothing up to that is ever given to anybody (see whose.lua).
-- Order: XGROUP CREATE, then the epoch. An error leaves the group without an epoch at worst: the next call stores one.
-- allow-oom: a full Redis must still be drained.
-- KEYS: 1 stream, 2 epoch. ARGV: 1 group, 2 start id, 3 a fresh name. Reply: {1 if created, epoch}.
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM')
if made.err and string.sub(made.err, 1, 9) ~= 'BUSYGROUP' then
  return made
end
local epoch = made.err and redis.call('GET', KEYS[2])
if epoch then
  return {0, epoch}
end

-- The id before this one: what begins after it gives this one.
local function before(id)
  local millis, sequence = string.match(id, '^(%d+)%-(%d+)$')
  if sequence ~= '0' then
    return string.format('%s-%.0f', millis, sequence - 1)
  end
  return string.format('%.0f-18446744073709551615', math.max(0, millis - 1))
end

local start
-- A group without an epoch is somebody else's work, or its epoch was lost: it still gives what is pending in it.
local lowest = made.err and redis.call('XPENDING', KEYS[1], ARGV[1])[2]
if lowest then
  start = before(lowest)
else
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    if group[2] == ARGV[1] then
      start = group[8]
    end
  end
end
epoch = ARGV[3] .. '@' .. start
redis.call('SET', KEYS[2], epoch)
return {made.err and 0 or 1, epoch}
