-- Adds to a number.
-- KEYS: value. ARGV: head of the value if there is none yet; milliseconds to keep it then; what to add; now; prefix of tag keys;
-- the new version.
-- Returns {1 made | 0 changed, the sum}; {-1} the value is no whole number; {-2} the sum would not be exact any more.
local value = redis.call('GET', KEYS[1])
local version, body = live(value, tonumber(ARGV[4]), ARGV[5])
local sum = tonumber(ARGV[3])
if version then
  local text = value:sub(body)
  if #text > 17 or not text:match('^-?%d+$') then
    return { -1 }
  end
  sum = sum + tonumber(text)
end
if sum > 9007199254740991 or sum < -9007199254740991 then
  return { -2 }
end
local text = string.format('%.0f', sum)
if version then
  redis.call('SET', KEYS[1], value:sub(1, 1) .. ARGV[6] .. value:sub(10, body - 1) .. text, 'KEEPTTL')
else
  redis.call('SET', KEYS[1], ARGV[1] .. text, 'PX', ARGV[2])
end
return { version and 0 or 1, text }
