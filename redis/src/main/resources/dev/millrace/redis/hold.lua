#!lua flags=allow-oom
-- Registers who still reads a stream without a group, so that retention leaves it what it has yet to read.
-- Guarantees: the mark ends by itself after its time; ended ones of others are cleared away.
-- Order: clear, HSET, PEXPIRE. An error leaves the mark as it was.
-- A mark: field = holder, value = '<lowest id> <ms on the server's clock at which it ends>'.
-- KEYS: 1 marks. ARGV: 1 holder, 2 lowest id needed, 3 time to live ms. Reply: {1}.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local marks = redis.call('HGETALL', KEYS[1])
for i = 1, #marks, 2 do
  if tonumber(string.match(marks[i + 1], ' (%d+)$')) <= now then
    redis.call('HDEL', KEYS[1], marks[i])
  end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%s %.0f', ARGV[2], now + ARGV[3]))
-- As long as any: all marks are given the same time.
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {1}
