// Fills a fresh Glewlwyd through its administration interface: one OpenID Connect plugin with everything switched on that a client may
// meet, a user, and the clients of the tests. `node setup.mjs ADDRESS`; the issuer is ADDRESS/api/oidc.

import { generateKeyPairSync } from 'node:crypto';

const SECRET = 'service-secret-of-at-least-32-characters';
const PASSWORD = 'carols-password';
const NATIVE = 'http://127.0.0.1:49152/callback';
const RESOURCE = 'https://reports.example.com';

const [address] = process.argv.slice(2);
let cookie = '';

async function ask(method, path, body) {
  const headers = { 'content-type': 'application/json', cookie };
  const response = await fetch(`${address}/api/${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const [fresh] = response.headers.getSetCookie();
  if (fresh) cookie = fresh.split(';')[0];
  return response.text();
}

// This server takes a JWK for a signing key only with `alg` and `kid`; the first one signs unless a client names another by `sign_kid`.
function fresh(type, options, alg) {
  return { ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), kid: `key-${alg}`, alg };
}

const keys = [
  fresh('rsa', { modulusLength: 2048 }, 'RS256'),
  fresh('ec', { namedCurve: 'P-256' }, 'ES256'),
  fresh('ed25519', {}, 'EdDSA'),
];

const plugin = {
  iss: `${address}/api/oidc`,
  'jwks-private': JSON.stringify({ keys }),
  'client-sign_kid-parameter': 'sign_kid',
  'jwks-show': true,
  'oauth-as-iss-id': true,
  'access-token-duration': 600,
  'refresh-token-duration': 3600,
  'code-duration': 60,
  'refresh-token-rolling': true,
  'refresh-token-one-use': 'always',
  'allow-non-oidc': true,
  'auth-type-code-enabled': true,
  'auth-type-code-revoke-replayed': true,
  'auth-type-token-enabled': true,
  'auth-type-id-token-enabled': true,
  'auth-type-none-enabled': true,
  'auth-type-client-enabled': true,
  'auth-type-device-enabled': true,
  'auth-type-refresh-enabled': true,
  'auth-type-password-enabled': false,
  'allowed-scope': ['openid', 'reports'],
  'subject-type': 'public',
  'name-claim': 'mandatory',
  'email-claim': 'mandatory',
  'pkce-allowed': true,
  'pkce-method-plain-allowed': false,
  'pkce-required': false,
  'pkce-required-public-client': true,
  'introspection-revocation-allowed': true,
  'introspection-revocation-allow-target-client': true,
  'register-client-allowed': true,
  'register-client-credentials-scope': ['reports'],
  'register-client-management-allowed': true,
  'session-management-allowed': true,
  'session-cookie-name': 'OIDC_SID',
  'session-cookie-expiration': 3600,
  'front-channel-logout-allowed': true,
  'back-channel-logout-allowed': true,
  'request-parameter-allow': true,
  'request-parameter-allow-encrypted': true,
  'request-maximum-exp': 3600,
  'client-jwks-parameter': 'jwks',
  'client-jwks_uri-parameter': 'jwks_uri',
  'device-authorization-expiration': 600,
  'device-authorization-interval': 5,
  'resource-allowed': true,
  'resource-scope': { reports: [RESOURCE] },
  'resource-change-allowed': false,
  'oauth-par-allowed': true,
  'oauth-par-duration': 90,
  'oauth-par-request_uri-prefix': 'urn:ietf:params:oauth:request_uri:',
  'oauth-ciba-allowed': true,
  'oauth-ciba-default-expiry': 600,
  'oauth-ciba-maximum-expiry': 600,
  'oauth-ciba-mode-poll-allowed': true,
};

const clients = [
  { client_id: 'service', scope: ['reports'], authorization_type: ['client_credentials'], token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post'] },
  { client_id: 'service-jwt', scope: ['reports'], authorization_type: ['client_credentials'], token_endpoint_auth_method: ['client_secret_jwt'] },
  { client_id: 'web', scope: [], authorization_type: ['code', 'token', 'id_token', 'refresh_token', 'client_credentials'], redirect_uri: [NATIVE], token_endpoint_auth_method: ['client_secret_basic'] },
  { client_id: 'curves', scope: [], authorization_type: ['code'], redirect_uri: [NATIVE], token_endpoint_auth_method: ['client_secret_basic'], sign_kid: 'key-ES256' },
  { client_id: 'device', scope: [], authorization_type: ['device_authorization', 'refresh_token'], token_endpoint_auth_method: ['client_secret_basic'] },
  { client_id: 'ciba', scope: [], authorization_type: ['urn:openid:params:grant-type:ciba'], token_endpoint_auth_method: ['client_secret_basic'], backchannel_token_delivery_mode: 'poll' },
];

await ask('POST', 'auth/', { username: 'admin', password: 'password' });
// Properties of a client are kept only where the data format names them.
const storage = JSON.parse(await ask('GET', 'mod/client/database'));
storage.parameters['data-format'].sign_kid = { multiple: false, read: true, write: true };
await ask('PUT', 'mod/client/database', storage);
await ask('PUT', 'mod/client/database/reset');
await ask('POST', 'scope/', { name: 'reports', display_name: 'Reports', description: 'Read reports', password_required: false });
await ask('POST', 'mod/plugin/', { module: 'oidc', name: 'oidc', display_name: 'OpenID Connect', order_rank: 0, parameters: plugin });
for (const client of clients) {
  await ask('POST', 'client/', { name: client.client_id, enabled: true, confidential: true, client_secret: SECRET, ...client });
}
const user = { username: 'carol', name: 'Carol Example', email: 'carol@example.com', password: PASSWORD, enabled: true };
await ask('POST', 'user/', { ...user, scope: ['openid', 'reports', 'g_profile'] });

// Carol has agreed to everything beforehand; a test shows her session and needs no page.
await ask('POST', 'auth/', { username: 'carol', password: PASSWORD });
for (const { client_id: clientId, scope } of clients) {
  if (scope.length === 0) await ask('PUT', `auth/grant/${clientId}/`, { scope: 'openid reports' });
}
