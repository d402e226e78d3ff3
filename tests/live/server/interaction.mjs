// Login and consent. Without a browser: the account is the `login_hint` (alice by default), and everything asked for is granted. An issuer
// whose name starts with "pages" shows pages and waits for a person, or for the browser tests.

import { text } from 'node:stream/consumers';

import { consentPage, loginPage } from './pages.mjs';

export async function interact(issuer, request, response) {
  const { provider } = issuer;
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  let { login_hint: accountId = 'alice' } = params;
  if (issuer.name.startsWith('pages')) {
    if (request.method !== 'POST') {
      const page = prompt.name === 'login' ? loginPage() : consentPage(params, session.accountId);
      return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
    }
    const form = new URLSearchParams(await text(request));
    if (form.get('answer') === 'deny') {
      const refusal = { error: 'access_denied', error_description: 'the user said no' };
      return provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
    }
    accountId = form.get('account') ?? accountId;
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId } }, { mergeWithLastSubmission: false });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) grant.addResourceScope(resource, scopes.join(' '));
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}
