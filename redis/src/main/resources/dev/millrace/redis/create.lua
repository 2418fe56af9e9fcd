#!lua flags=allow-oom
-- Makes sure that stream and group exist, and names this life of the group.
-- Guarantees: a new epoch exactly when this call created the group; whoever asks later reads the same one. Claims carry the
-- epoch in their names, so those of an earlier life of the group are never looked into again.
-- Order: XGROUP CREATE, then the epoch. An error leaves the group without an epoch at worst: the next call stores one.
-- allow-oom: a full Redis must still be drained.
-- KEYS: 1 stream, 2 epoch. ARGV: 1 group, 2 start id, 3 a fresh epoch. Reply: {1 if created, epoch}.
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM')
if made.err then
  if string.sub(made.err, 1, 9) ~= 'BUSYGROUP' then
    return made
  end
  local epoch = redis.call('GET', KEYS[2])
  if not epoch then
    redis.call('SET', KEYS[2], ARGV[3])
    epoch = ARGV[3]
  end
  return {0, epoch}
end
redis.call('SET', KEYS[2], ARGV[3])
return {1, ARGV[3]}
