#!lua flags=allow-oom
-- Takes over entries that nobody has refreshed for a while.
-- Guarantees: takes only what is still that idle, and nothing once another process has our name; raises the delivery count by
-- one; tells what is no longer in the stream (XCLAIM has then removed it from the pending list), so that it can be counted lost.
-- Order: idle check of each entry, then one XCLAIM. An error leaves owners as they are.
-- KEYS: 1 stream, 2 the name's holder. ARGV: 1 group, 2 consumer, 3 idle ms, 4 token of the process; then the ids.
-- Reply: {{id, fields, delivery count} ...}, {missing id ...}.
local stream, group, consumer, idle = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local command, counts, entries, missing = {'XCLAIM', stream, group, consumer, idle}, {}, {}, {}
local holder = redis.call('GET', KEYS[2])
for i = 5, holder and holder ~= ARGV[4] and 0 or #ARGV do
  local row = redis.call('XPENDING', stream, group, 'IDLE', idle, ARGV[i], ARGV[i], 1)[1]
  if row then
    command[#command + 1] = row[1]
    counts[row[1]] = row[4] + 1
  end
end
if #command > 5 then
  for _, entry in ipairs(redis.call(unpack(command))) do
    entries[#entries + 1] = {entry[1], entry[2], counts[entry[1]]}
    counts[entry[1]] = nil
  end
  for i = 6, #command do
    if counts[command[i]] then
      missing[#missing + 1] = command[i]
    end
  end
end
return {entries, missing}
