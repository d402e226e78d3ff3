// What the tests need: the provider of the live tests, the application, and a browser.

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const SCREENSHOTS = path('../../../target/screenshots/');
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--no-proxy-server',
];

const running = [];

// Starts a program and waits for what it prints first.
async function start(command, args, pattern) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  let told = '';
  for await (const chunk of child.stdout) {
    told += chunk;
    const found = pattern.exec(told);
    if (found) return found[1];
  }
  throw new Error(`${command} ended early: ${told}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

// An issuer with pages to log in and allow with.
export async function startProvider() {
  const origin = await start(process.execPath, [path('../server.mjs')], /"issuer":"([^"]+)"/);
  return {
    issuer: `${origin}/pages`,
    ask: async (action, body) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${origin}/test/${action}?issuer=pages`, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${action}: ${await response.text()}`);
    },
  };
}

// The application: at `provider`, or at the provider of its own.
export async function startApplication(provider) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['--listen', `127.0.0.1:${port}`];
  if (provider) {
    await provider.ask('issuers', {});
    await provider.ask('clients', {
      client_id: 'reports', client_secret: 'the secret of the reports', redirect_uris: [`${url}/callback`], response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'], post_logout_redirect_uris: [`${url}/logged-out`],
      backchannel_logout_uri: `${url}/backchannel-logout`, backchannel_logout_session_required: true,
    });
    args.push('--issuer', provider.issuer, '--client-id', 'reports', '--client-secret', 'the secret of the reports');
  }
  await start(path('../../../target/debug/axum_login'), args, /(open http)/);
  return url;
}

export async function startBrowser() {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  return {
    // Somebody's browser: cookies of its own.
    person: async (options = {}) => (await browser.newContext({ viewport: { width: 1100, height: 820 }, ...options })).newPage(),
    close: () => browser.close(),
  };
}

// A picture to look at, light and dark, wide and narrow.
export async function picture(page, name) {
  for (const [scheme, width] of [['light', 1100], ['dark', 1100], ['light', 390]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 820 });
    await page.screenshot({ path: `${SCREENSHOTS}${name}-${scheme}-${width}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1100, height: 820 });
}

export function stop() {
  for (const child of running) child.kill();
}
