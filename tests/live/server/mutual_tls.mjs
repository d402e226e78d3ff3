// An HTTPS listener in front of one issuer that asks for client certificates and leaves it to oidc-provider to refuse them (RFC 8705).

import { createServer } from 'node:https';

// What the aliases of the discovery document lead to.
const ENDPOINTS = {
  token_endpoint: '/token',
  introspection_endpoint: '/token/introspection',
  revocation_endpoint: '/token/revocation',
  pushed_authorization_request_endpoint: '/request',
};

// `certificate` and `key` are the server's; `authority` signs for the clients of `tls_client_auth`. All of it is PEM.
export async function listen(issuers, name, { certificate, key, authority }) {
  const options = { cert: certificate, key, ca: authority, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (request, response) => {
    const { issuer } = issuers.locate(request);
    return issuer.handle(request, response);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = `https://127.0.0.1:${server.address().port}`;
  return { address, aliases: Object.fromEntries(Object.entries(ENDPOINTS).map(([member, path]) => [member, `${address}/${name}${path}`])) };
}

// A plain connection has no certificate, nor has a TLS one whose client brought none.
const certificateOf = (ctx) => ctx.socket.getPeerX509Certificate?.();

export const mutualTls = {
  enabled: true,
  certificateBoundAccessTokens: true,
  tlsClientAuth: true,
  selfSignedTlsClientAuth: true,
  getCertificate: certificateOf,
  certificateAuthorized: (ctx) => ctx.socket.authorized === true,
  certificateSubjectMatches(ctx, property, expected) {
    const { subject, subjectAltName = '' } = certificateOf(ctx);
    switch (property) {
      case 'tls_client_auth_subject_dn': return subject.split('\n').reverse().join(',') === expected;
      case 'tls_client_auth_san_dns': return subjectAltName.split(', ').includes(`DNS:${expected}`);
      default: return false;
    }
  },
};
