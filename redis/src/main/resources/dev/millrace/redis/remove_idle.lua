#!lua flags=allow-oom
-- Removes the names of consumers that have long been silent.
-- Guarantees: never drops a pending entry (XGROUP DELCONSUMER alone would forget them all).
-- Order: of each consumer, silent for long and nothing pending, then XGROUP DELCONSUMER. An error leaves the rest as it is. A
-- consumer that had only nothing to do gets its name back with its next entry.
-- KEYS: 1 stream. ARGV: 1 group, 2 idle ms, 3 our own name, which stays. Reply: the names removed.
local removed = {}
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #row, 2 do
    consumer[row[i]] = row[i + 1]
  end
  if consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2]) and consumer.name ~= ARGV[3] then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    removed[#removed + 1] = consumer.name
  end
end
return removed
