// @ts-check
import { byId, h, text } from './dom.js';

const REASONS = {
  not_found: 'no stream matches yet',
  ambiguous: 'several streams match: make the query narrower',
  connecting: 'connecting',
  no_samples: 'connected, no samples yet',
  no_collector: 'no collector is free',
  name_clash: 'two streams have the same name',
};

/** What an agent waits for, in words. */
export function explain(agent) {
  const waits = (agent.waiting_for || []).map(wait => {
    const candidates = wait.candidates && wait.candidates.length ? ` (${wait.candidates.join(', ')})` : '';
    return `${wait.query || 'stream'}: ${REASONS[wait.reason] || wait.reason}${candidates}`;
  });
  return [agent.reason ? REASONS[agent.reason] || agent.reason : null, ...waits].filter(Boolean).join(' · ');
}

function summary(agent) {
  const streams = agent.streams || [];
  if (streams.length === 0) return agent.kind === 'external' ? 'pushed over the API' : 'no streams';
  return streams.map(stream => stream.name).join(', ');
}

/** The list of agents. Rows are kept from one poll to the next, so that focus and scroll stay. */
export class AgentList {
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.rows = new Map();
    this.list = byId('agents');
    this.note = byId('agents-note');
  }

  show(agents, chosen) {
    this.note.hidden = agents.length > 0;
    text(this.note, 'No agents yet. Start one with POST /agents/start, or run ./sinal demo.');
    const present = new Set(agents.map(agent => agent.agent_id));
    for (const [id, row] of this.rows) {
      if (!present.has(id)) {
        row.item.remove();
        this.rows.delete(id);
      }
    }
    for (const agent of agents) {
      const row = this.rows.get(agent.agent_id) || this.add(agent.agent_id);
      badge(row.state, agent.state);
      const waiting = agent.state === 'running' ? '' : explain(agent);
      text(row.sub, waiting || summary(agent));
      row.button.setAttribute('aria-current', String(agent.agent_id === chosen));
    }
  }

  fail(message) {
    this.note.hidden = false;
    text(this.note, message);
  }

  add(id) {
    const state = h('span', { class: 'badge', 'data-testid': `agent-state-${id}` });
    const sub = h('span', { class: 'sub' });
    const button = h('button', { type: 'button', 'data-testid': `agent-row-${id}`, onclick: () => this.onChoose(id) },
      h('span', { class: 'name' }, id), state, sub);
    const row = { item: h('li', {}, button), button, state, sub };
    this.rows.set(id, row);
    const after = [...this.rows.keys()].sort();
    const next = this.rows.get(after[after.indexOf(id) + 1]);
    this.list.insertBefore(row.item, next ? next.item : null);
    return row;
  }
}

export function badge(element, state) {
  text(element, state);
  element.dataset.state = state;
}
