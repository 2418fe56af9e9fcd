-- Shared by the scripts that ask whose an entry is: Script puts it after their first line.

local function parts(id)
  return string.match(id, '(%d+)%-(%d+)$')
end

-- As text, for ids may have more digits than Lua's numbers hold.
local function less(one, other)
  if #one ~= #other then
    return #one < #other
  end
  return one < other
end

-- Whether this life of the group began past the entry, so that it is given to nobody. Where nobody knows any more how it began,
-- rather twice than never.
local function passed(id, epoch)
  if not epoch then
    return true
  end
  local millis, sequence = parts(id)
  local start_millis, start_sequence = parts(epoch)
  if not start_millis or less(start_millis, millis) then
    return false
  end
  return less(millis, start_millis) or not less(start_sequence, sequence)
end

-- 0 pending under this consumer's name; 1 under another's; 2 not pending: somebody settled it, or the group has yet to give it to
-- somebody; 3 nobody can get it any more: it is no longer in the stream, or the group was created anew past it.
local function whose(stream, group, id, consumer, superseded, epoch_key)
  local row = redis.call('XPENDING', stream, group, id, id, 1)[1]
  if row then
    return (superseded or row[2] ~= consumer) and 1 or 0
  end
  local gone = #redis.call('XRANGE', stream, id, id) == 0
  return (gone or passed(id, redis.call('GET', epoch_key))) and 3 or 2
end
