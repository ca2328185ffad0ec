-- What the scripts know of the layout of a value (StoredValue has it in full). Stands before each of them.

local function number(bytes, from)
  local n = 0
  for i = from, from + 7 do
    n = n * 256 + bytes:byte(i)
  end
  return n
end

-- Reads a value. Returns its version and where its body begins; nil when there is no value, or none that a reader would be given:
-- it has expired and is kept as stale, or a tag that it was written under is gone.
local function live(value, now, tag_prefix)
  if not value or value:byte(1) ~= 2 then
    return nil
  end
  if now > 0 and number(value, 10) + number(value, 18) <= now then
    return nil
  end
  local at = 27 + value:byte(26)
  local tags = value:byte(at)
  at = at + 1
  for _ = 1, tags do
    local length = value:byte(at)
    local name = value:sub(at + 1, at + length)
    local token = value:sub(at + length + 1, at + length + 8)
    if redis.call('GET', tag_prefix .. name) ~= token then
      return nil
    end
    at = at + length + 9
  end
  return value:sub(2, 9), at
end

-- Whether a precondition holds: '' for none, else m (If-Match) or n (If-None-Match), then * or versions of 8 bytes each.
local function holds(condition, version)
  if condition == '' then
    return true
  end
  local found = false
  if condition:sub(2) == '*' then
    found = version ~= nil
  else
    for at = 2, #condition, 8 do
      found = found or condition:sub(at, at + 7) == version
    end
  end
  return found == (condition:sub(1, 1) == 'm')
end
