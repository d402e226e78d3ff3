// Everything switched on that a client may meet.

import { randomBytes } from 'node:crypto';
import { errors } from 'oidc-provider';

import { findAccount } from './accounts.mjs';
import { clients } from './clients.mjs';
import { mutualTls } from './mutual_tls.mjs';
import { endSessionPage, goodbyePage } from './pages.mjs';

const SIGNING = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const WITH_SECRETS = ['HS256', 'HS384', 'HS512', ...SIGNING];
const KEY_ENCRYPTION = ['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW', 'A128KW', 'A256KW', 'dir'];
const CONTENT_ENCRYPTION = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'];

const RESOURCE = /^urn:test:api(?::([A-Za-z0-9]+))?$/;

// `urn:test:api` answers with an RS256 token, `urn:test:api:ES384` with that algorithm, `urn:test:api:opaque` with an opaque one.
export function resourceServer(_ctx, indicator) {
  const found = RESOURCE.exec(indicator);
  const choice = found?.[1] ?? 'RS256';
  if (!found || !(choice === 'opaque' || SIGNING.includes(choice))) throw new errors.InvalidTarget();
  const server = { scope: 'api:read api:write', audience: indicator, accessTokenTTL: 300 };
  if (choice === 'opaque') return { ...server, accessTokenFormat: 'opaque' };
  return { ...server, accessTokenFormat: 'jwt', jwt: { sign: { alg: choice } } };
}

// What an issuer whose name starts with "guarded" wants of whoever registers a client; `registration.rs` knows the same.
const INITIAL_ACCESS_TOKEN = 'an-initial-access-token-of-the-tests';

const enabled = { enabled: true };

function encrypted(use) {
  return { [`${use}EncryptionAlgValues`]: KEY_ENCRYPTION, [`${use}EncryptionEncValues`]: CONTENT_ENCRYPTION };
}

function requireNonce({ name }) {
  if (!name.startsWith('nonce-sometimes')) return () => name.startsWith('nonce');
  let count = 0;
  return () => (count++) % 2 === 0;
}

export function configuration(issuer) {
  return {
    adapter: issuer.storage.adapter,
    clients,
    jwks: { keys: issuer.keys },
    cookies: { keys: ['a key for cookies on the loopback interface'] },
    ...(issuer.mutualTls && {
      clientAuthMethods: [
        'client_secret_basic', 'client_secret_jwt', 'client_secret_post', 'private_key_jwt', 'none', 'tls_client_auth', 'self_signed_tls_client_auth',
      ],
      discovery: { mtls_endpoint_aliases: issuer.mutualTls.aliases },
    }),
    findAccount,
    extraTokenClaims: (_ctx, token) => (token.actor ? { act: { sub: token.actor } } : undefined),
    scopes: ['openid', 'offline_access', 'api:read', 'api:write'],
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username', 'updated_at'],
      email: ['email', 'email_verified'],
      address: ['address'],
      phone: ['phone_number', 'phone_number_verified'],
    },
    clientBasedCORS: () => false,
    extraClientMetadata: { properties: ['x_fapi'] },
    // Logout tokens go to applications on the loopback interface, which the guard that comes in `options` would refuse.
    fetch: (url, { dispatcher: _guard, ...options }) => globalThis.fetch(url, options),
    interactions: { url: (_ctx, interaction) => `${new URL(issuer.url).pathname.replace(/\/$/, '')}/interaction/${interaction.uid}` },
    responseTypes: ['code', 'id_token', 'code id_token', 'code token', 'code id_token token', 'id_token token', 'none'],
    rotateRefreshToken: true,
    // With pages a person consents, and once: then a refresh token comes without `prompt=consent` as well.
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && (code.scopes.has('offline_access') || issuer.name.startsWith('pages')),
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 600,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 600,
      AuthorizationCode: 60, BackchannelAuthenticationRequest: 600, DeviceCode: 600, Grant: 3600, IdToken: 600, Interaction: 600, RefreshToken: 3600, Session: 3600,
    },
    enabledJWA: {
      clientAuthSigningAlgValues: WITH_SECRETS,
      idTokenSigningAlgValues: WITH_SECRETS,
      userinfoSigningAlgValues: WITH_SECRETS,
      introspectionSigningAlgValues: WITH_SECRETS,
      authorizationSigningAlgValues: WITH_SECRETS,
      requestObjectSigningAlgValues: WITH_SECRETS,
      dPoPSigningAlgValues: SIGNING,
      ...encrypted('idToken'), ...encrypted('userinfo'), ...encrypted('introspection'), ...encrypted('authorization'),
      ...encrypted('requestObject'),
    },
    features: {
      devInteractions: { enabled: false },
      // Everybody has a device but nobody@example.com, and no code to type in; POST /test/backchannel answers for the user.
      ciba: {
        enabled: true,
        deliveryModes: ['poll'],
        processLoginHint: (_ctx, hint) => (hint === 'nobody@example.com' ? undefined : hint),
        verifyUserCode: () => {},
        validateRequestContext: () => {},
        triggerAuthenticationDevice: () => {},
      },
      backchannelLogout: enabled,
      claimsParameter: enabled,
      clientCredentials: enabled,
      deviceFlow: enabled,
      // An issuer whose name starts with "nonce" wants one in every DPoP proof, with "nonce-sometimes" in every second.
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: requireNonce(issuer) },
      encryption: enabled,
      // A client says by `x_fapi` which profile it keeps: "2.0".
      fapi: { enabled: true, profile: (_ctx, client) => client?.x_fapi },
      introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientAuthMethod !== 'none' || client.clientId === token.clientId },
      jwtIntrospection: enabled,
      jwtResponseModes: enabled,
      jwtUserinfo: enabled,
      mTLS: issuer.mutualTls ? mutualTls : { enabled: false },
      pushedAuthorizationRequests: enabled,
      registration: { enabled: true, initialAccessToken: issuer.name.startsWith('guarded') && INITIAL_ACCESS_TOKEN },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      requestObjects: enabled,
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, _client, oneOf) => oneOf,
        getResourceServerInfo: resourceServer,
        useGrantedResource: () => true,
      },
      rpInitiatedLogout: { enabled: true, logoutSource: endSessionPage, postLogoutSuccessSource: goodbyePage },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
    },
  };
}
