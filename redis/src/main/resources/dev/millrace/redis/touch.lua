#!lua flags=allow-oom
-- Refreshes what is ours: idle time, and delivery count where given. Also the hand-back, with a long idle time.
-- Guarantees: never takes an entry from another consumer (XCLAIM alone would), nor from another process that has our name by
-- now, and never counts a delivery.
-- Order: whose each entry is, then XCLAIM JUSTID of ours. XCLAIM forgets an entry that is no
-- longer in the stream; the reply says so. An error leaves owners as they are.
-- KEYS: 1 stream, 2 the name's holder, 3 epoch. ARGV: 1 group, 2 consumer, 3 idle ms, 4 token of the process; then for each entry:
-- id, delivery count or -1.
-- Reply: for each entry whose it is (see whose.lua).
local stream, group, consumer, idle = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local answers, batches = {}, {}
local holder = redis.call('GET', KEYS[2])
local superseded = holder and holder ~= ARGV[4]

for i = 5, #ARGV, 2 do
  local id, count, slot = ARGV[i], ARGV[i + 1], #answers + 1
  answers[slot] = whose(stream, group, id, consumer, superseded, KEYS[3])
  if answers[slot] == 0 then
    answers[slot] = 3
    batches[count] = batches[count] or {ids = {}, slots = {}}
    table.insert(batches[count].ids, id)
    batches[count].slots[id] = slot
  end
end
for count, batch in pairs(batches) do
  local command = {'XCLAIM', stream, group, consumer, 0}
  for _, id in ipairs(batch.ids) do
    command[#command + 1] = id
  end
  command[#command + 1] = 'IDLE'
  command[#command + 1] = idle
  if count ~= '-1' then
    command[#command + 1] = 'RETRYCOUNT'
    command[#command + 1] = count
  end
  command[#command + 1] = 'JUSTID'
  for _, id in ipairs(redis.call(unpack(command))) do
    answers[batch.slots[id]] = 0
  end
end
return answers
