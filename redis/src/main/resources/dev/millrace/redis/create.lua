#!lua flags=allow-oom
-- Makes sure that stream and group exist, and names this life of the group.
-- Guarantees: a new epoch exactly when this call created the group; whoever asks later reads the same one. Claims carry the
-- epoch in their names, so those of an earlier life of the group are never looked into again. It ends in the id after which this
-- life of the group began: what is not after that, it never gives to anybody (see whose.lua).
-- Order: XGROUP CREATE, then the epoch. An error leaves the group without an epoch at worst: the next call stores one.
-- allow-oom: a full Redis must still be drained.
-- KEYS: 1 stream, 2 epoch. ARGV: 1 group, 2 start id, 3 a fresh name. Reply: {1 if created, epoch}.
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM')
if made.err and string.sub(made.err, 1, 9) ~= 'BUSYGROUP' then
  return made
end
local epoch = made.err and redis.call('GET', KEYS[2])
if not epoch then
  -- A group without an epoch is somebody else's work: what it was given so far may have been given before that, too.
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    if group[2] == ARGV[1] then
      epoch = ARGV[3] .. '@' .. group[8]
    end
  end
  redis.call('SET', KEYS[2], epoch)
end
return {made.err and 0 or 1, epoch}
