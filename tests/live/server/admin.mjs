// The side door of the tests. Every call is a POST with a JSON object (or nothing) and may name an issuer by ?issuer=NAME.
//
//   /test/issuers        opens (or resets) the issuer NAME                      -> {issuer}
//   /test/rotate-keys    {keep_previous = true}                                 -> {kids}
//   /test/user-token     {client_id, account, scope, resource?}                 -> {access_token, token_type, expires_in, scope}
//   /test/clients        client metadata with a client_id, kept as given        -> {client_id}
//   /test/mutual-tls     {certificate, key, authority}, all PEM                 -> {address} (a listener that asks for client certificates)
//   /test/device         {user_code, account | error, error_description?}       -> {} (the user's answer to a device request)
//   /test/backchannel    {auth_req_id, deny = false}                            -> {} (the user's answer to a backchannel request)

import { json } from 'node:stream/consumers';

import { errors } from 'oidc-provider';

import { consent } from './accounts.mjs';
import { resourceServer } from './configuration.mjs';
import { listen } from './mutual_tls.mjs';

async function userToken({ provider }, { client_id: clientId, account: accountId = 'alice', scope = 'openid', resource }) {
  const client = await provider.Client.find(clientId);
  if (!client) throw new Error(`no client ${clientId}`);
  const resources = resource ? { [resource]: scope } : {};
  const grantId = await consent(provider, clientId, accountId, { scope, resources });
  const token = new provider.AccessToken({ client, accountId, grantId, scope, gty: 'authorization_code' });
  if (resource) token.resourceServer = new provider.ResourceServer(resource, resourceServer(undefined, resource));
  return { access_token: await token.save(), token_type: token.tokenType, expires_in: token.expiration, scope: token.scope };
}

async function answerDevice({ provider }, { user_code: userCode, account: accountId, error, error_description: errorDescription }) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replaceAll('-', ''));
  if (!code) throw new Error(`no device request with the user code ${userCode}`);
  if (error) {
    Object.assign(code, { error, errorDescription });
  } else {
    const { scope, resource } = code.params;
    const resources = Object.fromEntries([resource].flat().filter(Boolean).map((name) => [name, scope]));
    const grantId = await consent(provider, code.clientId, accountId, { scope, resources });
    Object.assign(code, { accountId, grantId, scope, resource, authTime: Math.floor(Date.now() / 1000), claims: {} });
  }
  await code.save();
  return {};
}

async function answerBackchannel({ provider }, { auth_req_id: id, deny = false }) {
  const request = await provider.BackchannelAuthenticationRequest.find(id);
  if (!request) throw new Error('no backchannel request of this id');
  const { clientId, accountId, scope } = request;
  await provider.backchannelResult(request, deny ? new errors.AccessDenied() : await consent(provider, clientId, accountId, { scope }));
  return {};
}

const ACTIONS = {
  'rotate-keys': (issuer, { keep_previous: keepPrevious = true }) => ({ kids: issuer.rotate({ keepPrevious }) }),
  'user-token': userToken,
  clients: async ({ storage }, metadata) => {
    await storage.adapter('Client').upsert(metadata.client_id, metadata);
    return { client_id: metadata.client_id };
  },
  'mutual-tls': async (issuer, files, issuers) => {
    const listener = await listen(issuers, issuer.name, files);
    issuer.answerBehind(listener);
    return { address: listener.address };
  },
  device: answerDevice,
  backchannel: answerBackchannel,
};

export async function administer(issuers, request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
  const name = searchParams.get('issuer') ?? '';
  const action = pathname.slice('/test/'.length);
  const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.method !== 'POST') return answer(405, { error: 'POST only' });
  const body = Number(request.headers['content-length'] ?? 0) > 0 ? await json(request) : {};
  if (action === 'issuers') {
    return /^[a-z0-9-]+$/.test(name) ? answer(200, { issuer: issuers.open(name).url }) : answer(400, { error: 'a name in a-z, 0-9 and -' });
  }
  const issuer = issuers.find(name);
  if (!issuer || !Object.hasOwn(ACTIONS, action)) return answer(404, { error: `no ${issuer ? 'action' : 'issuer'} of this name` });
  return answer(200, await ACTIONS[action](issuer, body, issuers));
}
