// @ts-check
/** An answer that is not 2xx, in the words of its problem document. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `the gateway answered ${status}`);
    this.status = status;
  }
}

/** The REST side of the gateway. */
export class Api {
  /** @param {string} token */
  constructor(token) {
    this.token = token;
  }

  async call(method, path, body) {
    let answer;
    try {
      answer = await fetch(path, {
        method,
        headers: { Authorization: `Bearer ${this.token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
        body: body ? JSON.stringify(body) : undefined,
        cache: 'no-store',
      });
    } catch {
      throw new Refused(0, { detail: 'The gateway does not answer.' });
    }
    const content = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, content);
    return content;
  }

  me() {
    return this.call('GET', '/auth/me');
  }

  async agents() {
    return (await this.call('GET', '/agents/status')).agents;
  }

  start(agentId) {
    return this.call('POST', '/agents/start', { agent_id: agentId, wait_s: 5 });
  }

  stop(agentId) {
    return this.call('POST', '/agents/stop', { agent_id: agentId, wait_s: 15 });
  }

  async nodes() {
    return (await this.call('GET', '/agents/nodes')).nodes;
  }

  move(agentId, node) {
    return this.call('POST', '/agents/move', { agent_id: agentId, node, wait_s: 15 });
  }

  /** @param {boolean} drain false = take agents again */
  drain(node, drain) {
    return this.call('POST', '/agents/drain', { node, drain, wait_s: 5 });
  }

  /** Newest last. */
  async logs(agentId, since) {
    const query = new URLSearchParams({ agent_id: agentId, start_date: since, limit: '200' });
    return (await this.call('GET', `/logs?${query}`)).items;
  }

  async gaps(agentId, from, to) {
    const query = new URLSearchParams({ agent_id: agentId, start_date: from, end_date: to });
    return (await this.call('GET', `/gaps?${query}`)).gaps || [];
  }

  async markers(agentId, from) {
    const query = new URLSearchParams({ agent_id: agentId, start_date: from, limit: '200' });
    return (await this.call('GET', `/markers?${query}`)).items;
  }
}
