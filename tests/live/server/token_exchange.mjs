// Token exchange (RFC 8693): an opaque access token for another one, for the same account, with the actor in `act`.

import { errors } from 'oidc-provider';

import { consent } from './accounts.mjs';
import { resourceServer } from './configuration.mjs';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const PARAMETERS = [
  'resource', 'audience', 'scope', 'requested_token_type', 'subject_token', 'subject_token_type', 'actor_token', 'actor_token_type',
];

async function find(provider, params, which) {
  const { [`${which}_token`]: value, [`${which}_token_type`]: type } = params;
  if (type !== ACCESS_TOKEN) throw new errors.InvalidRequest(`${which}_token_type must be ${ACCESS_TOKEN}`);
  const token = (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value));
  if (!token) throw new errors.InvalidRequest(`${which}_token is not a token of this issuer`);
  return token;
}

export function registerTokenExchange(provider) {
  provider.registerGrantType(GRANT_TYPE, async (ctx) => {
    const { client, params } = ctx.oidc;
    const subject = await find(provider, params, 'subject');
    const actor = params.actor_token ? await find(provider, params, 'actor') : undefined;
    const accountId = subject.accountId ?? subject.clientId;
    const resource = params.resource ?? params.audience;
    const scope = params.scope ?? subject.scope;
    const resources = resource ? { [resource]: scope ?? '' } : {};
    const grantId = await consent(provider, client.clientId, accountId, { scope: scope ?? '', resources });
    const token = new provider.AccessToken({ client, accountId, grantId, scope, gty: 'token_exchange' });
    if (resource) token.resourceServer = new provider.ResourceServer(resource, resourceServer(ctx, resource));
    // What `extraTokenClaims` makes `act` of.
    token.actor = actor && (actor.accountId ?? actor.clientId);
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: ACCESS_TOKEN,
      token_type: token.tokenType,
      expires_in: token.expiration,
      scope: token.scope,
    };
  }, PARAMETERS);
}
