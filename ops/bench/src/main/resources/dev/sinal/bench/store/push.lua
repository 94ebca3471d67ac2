-- One sample a request; each thread has its agents, each agent its own time. Arguments: agent prefix, day of March, token.
local prefix, day, token
local headers = { ["Content-Type"] = "application/json" }
local threads = 0
local sent = 0
local agents = 50

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  prefix, day, token = args[1], tonumber(args[2]), args[3]
  if token then headers["Authorization"] = "Bearer " .. token end
end

function request()
  sent = sent + 1
  local ms = math.floor(sent / agents) * 10 + number
  local stamp = string.format("2026-03-%02dT%02d:%02d:%02d.%03dZ", day, math.floor(ms / 3600000) % 24, math.floor(ms / 60000) % 60, math.floor(ms / 1000) % 60, ms % 1000)
  local body = '{"type":"telemetry_update","payload":{"agent_id":"' .. prefix .. number .. "-" .. (sent % agents)
    .. '","metrics":{"hr":72.5,"temp":36.61,"spo2":97.2,"resp":15.1}},"timestamp":"' .. stamp .. '"}'
  return wrk.format("POST", "/telemetry", headers, body)
end
