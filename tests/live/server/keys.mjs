// Fresh signing keys of every kind, with key ids that name kind and generation, and one encryption key.

import { generateKeyPairSync } from 'node:crypto';

const SIGNING = [
  ['rsa', 'rsa', { modulusLength: 2048 }],
  ['p256', 'ec', { namedCurve: 'P-256' }],
  ['p384', 'ec', { namedCurve: 'P-384' }],
  ['p521', 'ec', { namedCurve: 'P-521' }],
  ['ed25519', 'ed25519', {}],
];

function fresh(type, options, extra) {
  return { ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), ...extra };
}

export function freshKeys(generation) {
  const signing = SIGNING.map(([name, type, options]) => fresh(type, options, { kid: `${name}-${generation}`, use: 'sig' }));
  return [...signing, fresh('rsa', { modulusLength: 2048 }, { kid: `rsa-enc-${generation}`, use: 'enc' })];
}
