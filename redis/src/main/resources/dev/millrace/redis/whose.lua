-- What scripts share that ask whose an entry is; it comes before theirs.

local function number_of(id)
  local millis, sequence = string.match(id, '(%d+)%-(%d+)$')
  return tonumber(millis), tonumber(sequence)
end

-- Whether this life of the group began after the entry, so that it is given to nobody. Where nobody knows how it began, rather twice
-- than never.
local function passed(id, epoch)
  if not epoch then
    return true
  end
  local millis, sequence = number_of(id)
  local start_millis, start_sequence = number_of(epoch)
  return millis < start_millis or millis == start_millis and sequence <= start_sequence
end

-- 0 pending under this consumer's name; 1 under another's; 2 not pending: somebody settled it, or the group has yet to give it to
-- somebody; 3 nobody can get it any more: it is no longer in the stream, or the group was created anew after it.
local function whose(stream, group, id, consumer, superseded, epoch_key)
  local row = redis.call('XPENDING', stream, group, id, id, 1)[1]
  if row then
    return (superseded or row[2] ~= consumer) and 1 or 0
  end
  local gone = #redis.call('XRANGE', stream, id, id) == 0
  return (gone or passed(id, redis.call('GET', epoch_key))) and 3 or 2
end
