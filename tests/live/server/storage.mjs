// What a Provider remembers, in memory and outside of it: it outlives the Provider, so that a rotation of keys ends no session.

const epoch = () => Math.floor(Date.now() / 1000);

export class Storage {
  #entries = new Map();

  // oidc-provider calls this with the name of each model.
  adapter = (model) => new Adapter(model, this.#entries);
}

class Adapter {
  #model;

  #entries;

  constructor(model, entries) {
    this.#model = model;
    this.#entries = entries;
  }

  #key(id) {
    return `${this.#model}:${id}`;
  }

  async upsert(id, payload, expiresIn) {
    this.#entries.set(this.#key(id), { payload, expiresAt: expiresIn === undefined ? Infinity : epoch() + expiresIn + 60 });
  }

  async find(id) {
    const entry = this.#entries.get(this.#key(id));
    return entry !== undefined && entry.expiresAt > epoch() ? entry.payload : undefined;
  }

  async #findBy(member, value) {
    const prefix = this.#key('');
    for (const [key, { payload }] of this.#entries) {
      if (key.startsWith(prefix) && payload[member] === value) return this.find(key.slice(prefix.length));
    }
    return undefined;
  }

  async findByUid(uid) {
    return this.#findBy('uid', uid);
  }

  async findByUserCode(userCode) {
    return this.#findBy('userCode', userCode);
  }

  async consume(id) {
    const payload = await this.find(id);
    if (payload !== undefined) payload.consumed = epoch();
  }

  async destroy(id) {
    this.#entries.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key, { payload }] of this.#entries) {
      if (payload.grantId === grantId) this.#entries.delete(key);
    }
  }
}
