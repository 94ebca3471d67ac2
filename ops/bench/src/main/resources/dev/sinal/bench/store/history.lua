-- Pages of 100 rows of random agents from a random minute on. Arguments: path, agent prefix, agents, minutes, token.
local path, prefix, agents, minutes, token
local headers = {}

function init(args)
  path, prefix, agents, minutes, token = args[1], args[2], tonumber(args[3]), tonumber(args[4]), args[5]
  if token then headers["Authorization"] = "Bearer " .. token end
  headers["Accept"] = "application/json"
  math.randomseed(tonumber(tostring(headers):match("0x(%x+)") or "7", 16) % 2147483647)
end

function request()
  local minute = math.random(0, minutes - 1)
  local start = string.format("2026-03-01T%02d:%02d:00Z", math.floor(minute / 60), minute % 60)
  return wrk.format("GET", path .. "?agent_id=" .. prefix .. math.random(0, agents - 1) .. "&page_size=100&start_date=" .. start, headers)
end
