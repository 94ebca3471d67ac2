// @ts-check
import { badge } from './agents.js';
import { byId, h, text, timeOfDay } from './dom.js';

/** Agents and load of a node, in words; a node that is gone says since when. */
function summary(node) {
  if (node.state === 'gone') return `last seen ${timeOfDay(node.seen_at)}`;
  const load = node.load > 0 ? ` · ${Math.round(node.load).toLocaleString()}\u00a0values/s` : '';
  return node.agents.length === 0 ? 'no agents' : node.agents.join(', ') + load;
}

/** The list of collecting nodes: shown when there is more than one, or one that does not take agents. Rows are kept, so that focus stays. */
export class NodeList {
  /** @param {(node: string, drain: boolean) => Promise<void>} onDrain */
  constructor(onDrain) {
    this.onDrain = onDrain;
    this.rows = new Map();
    this.section = byId('nodes-section');
    this.list = byId('nodes');
    this.under = new Set();
  }

  show(nodes, may) {
    this.section.hidden = nodes.length < 2 && nodes.every(node => node.state === 'active');
    const present = new Set(nodes.map(node => node.node));
    for (const [name, row] of this.rows) {
      if (!present.has(name)) {
        row.item.remove();
        this.rows.delete(name);
      }
    }
    for (const node of nodes) {
      const row = this.rows.get(node.node) || this.add(node.node);
      row.drain = node.state === 'active';
      badge(row.state, node.state);
      text(row.sub, summary(node));
      text(row.button, this.under.has(node.node) ? 'Wait…' : row.drain ? 'Drain' : 'Take agents again');
      row.button.disabled = !may || this.under.has(node.node);
      row.button.hidden = node.state === 'gone';
      row.button.setAttribute('aria-label', `${row.drain ? 'Drain' : 'Take agents again:'} ${node.node}`);
      row.button.title = !may
        ? 'This token may not move agents (scope agent:control).'
        : row.drain ? 'Its agents go to the other nodes, and it takes no new ones: before maintenance.' : 'It may collect agents again.';
    }
  }

  clear() {
    this.show([], false);
  }

  add(name) {
    const state = h('span', { class: 'badge', 'data-testid': `node-state-${name}` });
    const sub = h('span', { class: 'sub' });
    const button = /** @type {HTMLButtonElement} */ (h('button', { type: 'button', 'data-testid': `node-drain-${name}` }));
    const row = { item: h('li', {}, h('span', { class: 'name', title: name }, name), state, sub, button), state, sub, button, drain: true };
    button.addEventListener('click', async () => {
      this.under.add(name);
      button.disabled = true;
      text(button, 'Wait…');
      await this.onDrain(name, row.drain);
      this.under.delete(name);
    });
    this.rows.set(name, row);
    const after = [...this.rows.keys()].sort();
    const next = this.rows.get(after[after.indexOf(name) + 1]);
    this.list.insertBefore(row.item, next ? next.item : null);
    return row;
  }
}

/** Where the chosen agent is collected, and where else it could be. */
export class Placement {
  /** @param {(node: string) => Promise<void>} onMove */
  constructor(onMove) {
    this.box = byId('placement');
    this.where = byId('agent-node');
    this.choice = /** @type {HTMLSelectElement} */ (byId('move-to'));
    this.button = /** @type {HTMLButtonElement} */ (byId('move'));
    this.offered = '';
    this.busy = false;
    this.choice.addEventListener('change', () => this.enable());
    byId('placement').addEventListener('submit', async event => {
      event.preventDefault();
      if (!this.choice.value || this.busy) return;
      this.busy = true;
      text(this.button, 'Moving…');
      this.enable();
      await onMove(this.choice.value);
      this.busy = false;
      text(this.button, 'Move');
      this.choice.value = '';
      this.enable();
    });
  }

  show(agent, nodes, may) {
    const others = nodes.filter(node => node.state === 'active' && node.node !== agent.node).map(node => node.node).sort();
    this.box.hidden = nodes.length < 2 || agent.kind === 'external' || !agent.node;
    text(this.where, agent.node ? `collected by ${agent.node}` : '');
    const movable = may && others.length > 0 && ['running', 'degraded', 'waiting', 'starting'].includes(agent.state);
    this.choice.hidden = this.button.hidden = !movable;
    const offered = JSON.stringify([agent.agent_id, others]);
    if (offered !== this.offered && !this.busy) {
      this.offered = offered;
      this.choice.replaceChildren(h('option', { value: '' }, 'Move to…'), ...others.map(node => h('option', { value: node }, node)));
    }
    this.enable();
  }

  enable() {
    this.button.disabled = this.busy || !this.choice.value;
    this.choice.disabled = this.busy;
  }
}
