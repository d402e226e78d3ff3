// A real provider for the live tests: oidc-provider on a free port of the loopback interface.
//
// One line of JSON on stdout says where it listens: {"issuer": "http://127.0.0.1:PORT"}. Everything else goes to stderr.
// `http://127.0.0.1:PORT/NAME` is an issuer of its own (keys, clients, tokens) for every NAME that was opened by
// POST /test/issuers?issuer=NAME; see server/admin.mjs for what else the tests may ask for.

import { createServer } from 'node:http';

// oidc-provider writes its notices by console.info: stdout is for the address alone.
console.info = console.error;

const { Issuers } = await import('./server/issuers.mjs');
const { administer } = await import('./server/admin.mjs');
const { interact } = await import('./server/interaction.mjs');

const server = createServer(async (request, response) => {
  try {
    const { pathname } = new URL(request.url, 'http://127.0.0.1');
    if (pathname.startsWith('/test/')) return await administer(issuers, request, response);
    const place = issuers.locate(request);
    if (place === undefined) return response.writeHead(404).end();
    if (place.path.startsWith('/interaction/')) return await interact(place.issuer, request, response);
    return place.issuer.handle(request, response);
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ error: 'server_error', error_description: String(error) }));
  }
});

// Longer than the clients of the tests keep a connection that is not used: none is closed at the moment of its next request.
server.keepAliveTimeout = 600_000;
await new Promise((resolve) => { server.listen(Number(process.env.LIVE_PORT ?? 0), '127.0.0.1', resolve); });
const address = `http://127.0.0.1:${server.address().port}`;
const issuers = new Issuers(address);
issuers.open('');
process.stdout.write(`${JSON.stringify({ issuer: address })}\n`);

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.closeAllConnections();
    server.close(() => process.exit(0));
  });
}
