// The issuers of this server: '' is the one at the root, any other name is one at /NAME.

import { Provider } from 'oidc-provider';

import { configuration } from './configuration.mjs';
import { freshKeys } from './keys.mjs';
import { Storage } from './storage.mjs';
import { registerTokenExchange } from './token_exchange.mjs';

class Issuer {
  constructor(url, name) {
    this.url = url;
    this.name = name;
    this.storage = new Storage();
    this.generation = 0;
    this.keys = [];
    this.rotate({ keepPrevious: false });
  }

  // Keys are fixed when a Provider is made, so rotation makes a new one over the same storage. The new keys come first and sign.
  rotate({ keepPrevious }) {
    this.generation += 1;
    this.keys = [...freshKeys(this.generation), ...(keepPrevious ? this.keys : [])];
    this.#build();
    return this.keys.map((key) => key.kid);
  }

  // From now on it can be reached by mutual TLS as well.
  answerBehind(mutualTls) {
    this.mutualTls = mutualTls;
    this.#build();
  }

  #build() {
    this.provider = new Provider(this.url, configuration(this));
    this.provider.on('server_error', (_ctx, error) => console.error(error));
    registerTokenExchange(this.provider);
    this.callback = this.provider.callback();
  }

  handle(request, response) {
    return this.callback(request, response);
  }
}

export class Issuers {
  #address;

  #byName = new Map();

  constructor(address) {
    this.#address = address;
  }

  open(name) {
    const url = name === '' ? this.#address : `${this.#address}/${name}`;
    const issuer = new Issuer(url, name);
    this.#byName.set(name, issuer);
    return issuer;
  }

  find(name) {
    return this.#byName.get(name);
  }

  // Finds the issuer that a request is for and rewrites its address to what that Provider serves.
  locate(request) {
    const [, first, second, ...rest] = request.url.split(/[/?]/);
    if (first === '.well-known') {
      // RFC 8414: the path of the issuer follows the well-known name.
      const named = this.#byName.get(rest.join('/'));
      if (rest.length > 0 && named !== undefined) {
        request.baseUrl = `/${named.name}`;
        request.url = `/.well-known/${second}`;
        return { issuer: named, path: request.url };
      }
    }
    const named = first === '' ? undefined : this.#byName.get(first);
    if (named === undefined) return { issuer: this.#byName.get(''), path: request.url };
    request.originalUrl = request.url;
    request.url = request.url.slice(first.length + 1) || '/';
    return { issuer: named, path: request.url };
  }
}
