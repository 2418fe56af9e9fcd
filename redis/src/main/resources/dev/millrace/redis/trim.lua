#!lua flags=allow-oom
-- Trims a stream by age and by length.
-- Guarantees: removes nothing that a group has pending or has not read yet, or that a replay has yet to read, unless forced;
-- and nothing from a stream without groups. Order: floor = over all groups, the oldest pending id or the one after the last
-- delivered, whichever is lower (SETID may have set the group back below what is pending); and over the marks of replays that
-- have not ended (see hold.lua); then XTRIM below what was asked for or the floor, whichever is lower, in steps, so that one
-- call stays short. Beyond the floor: up to what some group has yet to read only the pending ones are lost, from there on all.
-- An error leaves the stream as it is.
-- KEYS: 1 stream, 2 marks of replays. ARGV: 1 lowest id to keep, 2 length to keep or -1, 3 whether to pass the floor (1 or 0).
-- Reply: {removed, held back (1 or 0), length now, floor or '', last id or '', largest known lag or -1, how many of the
-- removed a group still needed}; call again
-- until 0 are removed.
local function less(a, b)
  local am, as = string.match(a, '^(%d+)%-(%d+)$')
  local bm, bs = string.match(b, '^(%d+)%-(%d+)$')
  if #am ~= #bm then return #am < #bm end
  if am ~= bm then return am < bm end
  if #as ~= #bs then return #as < #bs end
  return as < bs
end

-- A sequence number beyond the exact ones keeps one entry more than needed.
local function after(id)
  local ms, seq = string.match(id, '^(%d+)%-(%d+)$')
  return #seq > 15 and id or string.format('%s-%.0f', ms, tonumber(seq) + 1)
end

local function pairs_of(list)
  local map = {}
  for i = 1, #list, 2 do
    map[list[i]] = list[i + 1]
  end
  return map
end

local stream, lowest, most, force = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
if redis.call('EXISTS', stream) == 0 then
  return {0, 0, 0, '', '', -1, 0}
end
local last = pairs_of(redis.call('XINFO', 'STREAM', stream))['last-generated-id']
local groups = redis.call('XINFO', 'GROUPS', stream)
if #groups == 0 then
  return {0, 0, redis.call('XLEN', stream), '', last, -1, 0}
end
local floor, unread, lag
for _, group in ipairs(groups) do
  local info = pairs_of(group)
  local needed, pending = after(info['last-delivered-id']), redis.call('XPENDING', stream, info['name'])[2]
  if not unread or less(needed, unread) then
    unread = needed
  end
  if pending and less(pending, needed) then
    needed = pending
  end
  if not floor or less(needed, floor) then
    floor = needed
  end
  lag = math.max(lag or -1, tonumber(info['lag'] or -1) or -1)
end
local clock = redis.call('TIME')
local marks = redis.call('HGETALL', KEYS[2])
for i = 2, #marks, 2 do
  local needed, ends = string.match(marks[i], '^(%S+) (%d+)$')
  if tonumber(ends) > clock[1] * 1000 + clock[2] / 1000 then
    floor = less(needed, floor) and needed or floor
    unread = less(needed, unread) and needed or unread
  end
end

local removed, held, lost = 0, 0, 0
local function below(id)
  local gone = redis.call('XTRIM', stream, 'MINID', '~', id, 'LIMIT', 10000)
  if gone == 0 then
    gone = redis.call('XTRIM', stream, 'MINID', '=', id)
  end
  removed = removed + gone
  return gone
end
local function oldest()
  local row = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  return row and row[1]
end
-- How many that were there between these two ids the worst of the groups had pending.
local function pending_between(from, to)
  local most = 0
  for _, group in ipairs(groups) do
    local rows = redis.call('XPENDING', stream, pairs_of(group)['name'], from, to and '(' .. to or '+', 20000)
    most = math.max(most, #rows)
  end
  return most
end
local function force_to(to)
  local from = oldest()
  if below(less(unread, to) and unread or to) > 0 then
    lost = lost + pending_between(from, oldest())
  elseif less(unread, to) then
    lost = lost + below(to)
  end
end
local function trim(to)
  if not less(floor, to) then
    below(to)
  elseif below(floor) == 0 then
    if force then
      force_to(to)
    else
      held = 1
    end
  end
end

local first = oldest()
if first and less(first, lowest) then
  trim(lowest)
end
local excess = most >= 0 and redis.call('XLEN', stream) - most or 0
if excess > 0 then
  -- Few at a time: the bodies come along, and may be large.
  local rows = redis.call('XRANGE', stream, '-', '+', 'COUNT', math.min(excess, 100))
  trim(after(rows[#rows][1]))
end
return {removed, held, redis.call('XLEN', stream), floor, last, lag or -1, lost}
