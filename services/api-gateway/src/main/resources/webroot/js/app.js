// @ts-check
import { AgentList, badge, explain } from './agents.js';
import { Api, Refused } from './api.js';
import { EdgeClock } from './clock.js';
import { byId, text } from './dom.js';
import { Live } from './live.js';
import { NodeList, Placement } from './nodes.js';
import { LogPanel, StreamPanel } from './panel.js';

const TOKEN = 'sinal.token';
const POLL_MS = 2_000;
const LOG_MS = 5_000;
const FRAME_MS = 30;

const connection = byId('connection');
const panel = new StreamPanel();
const log = new LogPanel();
const list = new AgentList(choose);
const nodeList = new NodeList(drain);
const placement = new Placement(move);

let api = null;
let live = null;
let scopes = new Set();
let agents = [];
let nodes = [];
let chosen = null;
let clock = new EdgeClock();
let seconds = 10;
let paused = null;
let busy = false;
let old = false;
let drawnAt = 0;
let timers = [];

/** The token from the address (#token=…, as the demo prints it), which is then removed from it, or from this tab's memory. */
function tokenAtHand() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(TOKEN);
}

async function signIn(token) {
  api = new Api(token);
  const me = await api.me();
  sessionStorage.setItem(TOKEN, token);
  scopes = new Set(me.scopes);
  text(byId('who'), me.role ? `${me.subject} · ${me.role}` : me.subject);
  byId('login').hidden = true;
  byId('work').hidden = false;
  byId('logout').hidden = false;
  live = new Live(token, {
    state: connected,
    streams: described => {
      described.forEach(stream => panel.add(stream));
      backdrop();
      showAgent();
    },
    stream: stream => {
      panel.add(stream);
      showAgent();
    },
    frame: (stream, frame) => {
      if (panel.frame(stream, frame) === 'trace') clock.arrived(frame.seconds + frame.offsets[frame.count - 1] * 1e-9);
    },
    event: happened,
    refused: message => signOut(message),
  });
  await poll();
  timers = [setInterval(poll, POLL_MS), setInterval(pollLog, LOG_MS)];
}

function signOut(message) {
  sessionStorage.removeItem(TOKEN);
  timers.forEach(clearInterval);
  timers = [];
  if (live) live.close();
  live = null;
  api = null;
  chosen = null;
  nodes = [];
  nodeList.clear();
  panel.clear();
  connected('off', 'not connected');
  text(byId('who'), '');
  byId('work').hidden = true;
  byId('logout').hidden = true;
  byId('agent').hidden = true;
  byId('nothing').hidden = false;
  byId('login').hidden = false;
  problem('login-error', message);
  byId('token').focus();
}

function connected(state, words) {
  connection.dataset.state = state;
  text(connection, words);
}

function problem(id, message) {
  byId(id).hidden = !message;
  text(byId(id), message || '');
}

async function poll() {
  if (!api || document.hidden) return;
  try {
    const [found, known] = await Promise.all([api.agents(), api.nodes()]);
    agents = found.sort((a, b) => (a.agent_id < b.agent_id ? -1 : 1));
    nodes = known;
    nodeList.show(nodes, scopes.has('agent:control'));
    list.show(agents, chosen);
    if (chosen === null && agents.length) choose((agents.find(agent => agent.state === 'running' && agent.streams.length) || agents[0]).agent_id);
    showAgent();
    if (old) problem('agent-problem', null);
    old = false;
  } catch (failure) {
    if (failure instanceof Refused && failure.status === 401) signOut('The token is not valid any more. Sign in again.');
    else if (agents.length === 0) list.fail(`The agents cannot be listed: ${failure.message}`);
    else {
      old = true;
      problem('agent-problem', `States may be old: ${failure.message}`);
    }
  }
}

function choose(agentId) {
  if (chosen === agentId) return;
  chosen = agentId;
  clock = new EdgeClock();
  pause(false);
  panel.clear();
  notice(null);
  problem('agent-problem', null);
  byId('nothing').hidden = true;
  byId('agent').hidden = false;
  list.show(agents, chosen);
  showAgent();
  noteTraces('Connecting to the streams…');
  if (live) live.watch(agentId);
  pollLog();
}

function showAgent() {
  const agent = agents.find(one => one.agent_id === chosen);
  text(byId('agent-name'), chosen || '');
  if (!agent) return;
  badge(byId('agent-state'), agent.state);
  text(byId('agent-reason'), agent.state === 'running' ? '' : explain(agent));
  // Streams of earlier days are stored, but a running collector shows what it collects.
  const collecting = agent.kind === 'lsl' && ['running', 'degraded'].includes(agent.state) && agent.streams.length > 0;
  panel.only(collecting ? new Set(agent.streams.map(stream => stream.id)) : null);
  panel.facts(agent.streams || []);
  const may = scopes.has('agent:control');
  const on = !['stopped', 'failed', 'stopping'].includes(agent.state);
  const start = /** @type {HTMLButtonElement} */ (byId('start'));
  const stop = /** @type {HTMLButtonElement} */ (byId('stop'));
  placement.show(agent, nodes, may);
  start.hidden = on;
  stop.hidden = !on;
  start.disabled = stop.disabled = !may || busy;
  start.title = stop.title = may ? '' : 'This token may not start or stop agents (scope agent:control).';
  noteTraces();
}

/** Says in words why there is nothing to see. */
function noteTraces(words) {
  const note = byId('traces-note');
  const agent = agents.find(one => one.agent_id === chosen);
  const empty = panel.isEmpty();
  note.hidden = !empty;
  if (!empty) return;
  if (words) text(note, words);
  else if (!agent) text(note, 'This agent is not known any more.');
  else if (agent.state === 'stopped') text(note, 'This agent is stopped. Start it to see its streams.');
  else if (agent.kind === 'external') text(note, 'Nothing was pushed for this agent yet. POST /telemetry sends samples to it.');
  else text(note, explain(agent) || 'No stream has delivered samples yet.');
}

async function command(name) {
  if (!api || !chosen) return;
  busy = true;
  showAgent();
  problem('agent-problem', null);
  try {
    await (name === 'start' ? api.start(chosen) : api.stop(chosen));
  } catch (failure) {
    problem('agent-problem', `${name === 'start' ? 'Starting' : 'Stopping'} did not work: ${failure.message}`);
  }
  busy = false;
  await poll();
}

async function move(node) {
  if (!api || !chosen) return;
  const agent = chosen;
  problem('agent-problem', null);
  let failed = null;
  try {
    const status = await api.move(agent, node);
    if (status.node !== node) notice(`${agent} is still collected by ${status.node}; ${node} takes over as soon as it can.`);
  } catch (failure) {
    failed = `${agent} was not moved to ${node}: ${failure.message}`;
  }
  await poll();
  if (failed && agent === chosen) problem('agent-problem', failed);
}

async function drain(node, on) {
  if (!api) return;
  problem('nodes-problem', null);
  try {
    await api.drain(node, on);
  } catch (failure) {
    problem('nodes-problem', `${node} ${on ? 'was not drained' : 'takes no agents yet'}: ${failure.message}`);
  }
  await poll();
}

/** Markers and gaps from before this page was opened. */
async function backdrop() {
  const agent = chosen;
  const now = Date.now();
  const from = new Date(now - 60_000).toISOString();
  const to = new Date(now + 5_000).toISOString();
  const [markers, gaps] = await Promise.all([api.markers(agent, from).catch(() => []), api.gaps(agent, from, to).catch(() => [])]);
  if (agent !== chosen) return;
  markers.forEach(mark);
  gaps.forEach(gap => panel.gap(gap));
}

function mark(marker) {
  panel.mark({ id: marker.id, time: Date.parse(marker.timestamp) / 1000, label: marker.value ? `${marker.label} ${marker.value}` : marker.label });
}

function happened(type, payload) {
  if (type === 'telemetry_chunk') {
    panel.texts(payload);
  } else if (type === 'marker') {
    mark(payload);
  } else if (type === 'stream_gap') {
    if (payload.cause === 'slow_reader') notice(`This browser fell behind; ${payload.estimated_samples} samples are missing here. They are stored.`);
    if (payload.from) panel.gap(payload);
  } else if (type === 'agent_status') {
    poll();
  } else if (type === 'refused') {
    noteTraces(`The live data cannot be shown: ${payload.detail}`);
  }
}

let noticeTimer = 0;
function notice(message) {
  clearTimeout(noticeTimer);
  problem('notice', message);
  if (message) noticeTimer = setTimeout(() => problem('notice', null), 15_000);
}

async function pollLog() {
  if (!api || !chosen || document.hidden) return;
  const agent = chosen;
  try {
    const items = scopes.has('logs:read') ? await api.logs(agent, new Date(Date.now() - 3_600_000).toISOString()) : null;
    if (agent !== chosen) return;
    if (items === null) log.fail('this token may not read logs (scope logs:read)');
    else log.show(items);
  } catch (failure) {
    log.fail(failure.message);
  }
}

function pause(on) {
  paused = on ? clock.edge() : null;
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(on));
  text(button, on ? 'Resume' : 'Pause');
}

function frame(now) {
  requestAnimationFrame(frame);
  if (now - drawnAt < FRAME_MS || !chosen || (paused !== null && drawnAt !== 0)) return;
  drawnAt = now;
  panel.draw(paused ?? clock.edge(), seconds, Date.now() / 1000);
}

byId('login-form').addEventListener('submit', async event => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId('token'));
  problem('login-error', null);
  try {
    await signIn(field.value.trim());
    field.value = '';
  } catch (failure) {
    problem('login-error', failure.status === 401 ? 'This token is not valid here: it may be expired or of another installation.' : failure.message);
  }
});
byId('logout').addEventListener('click', () => signOut(null));
byId('start').addEventListener('click', () => command('start'));
byId('stop').addEventListener('click', () => command('stop'));
byId('pause').addEventListener('click', () => pause(paused === null));
document.querySelectorAll('[data-seconds]').forEach(button => button.addEventListener('click', () => {
  seconds = Number(button.getAttribute('data-seconds'));
  document.querySelectorAll('[data-seconds]').forEach(other => other.setAttribute('aria-pressed', String(other === button)));
  drawnAt = 0;
}));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => panel.recolour());
requestAnimationFrame(frame);

const token = tokenAtHand();
if (token) {
  signIn(token).catch(failure => signOut(failure.status === 401 ? 'This token is not valid here. Paste another one.' : failure.message));
} else {
  byId('login').hidden = false;
}
