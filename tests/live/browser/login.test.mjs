// A user in front of a browser: in, around, and out again.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { picture, startApplication, startBrowser, startProvider, stop } from './stage.mjs';

let browser;

before(async () => { browser = await startBrowser(); });
after(async () => {
  await browser?.close();
  stop();
});

const heading = (page) => page.locator('h1').innerText();

const claim = (page, name) => page.locator(`tr:has(th:text-is("${name}")) td`).textContent();

async function logIn(page, app, account) {
  await page.goto(app);
  await page.locator('main').getByRole('link', { name: 'Log in' }).click();
  await page.getByLabel('Name').fill(account);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${app}/profile`);
}

async function assertLoggedOut(page, app) {
  await page.goto(`${app}/profile`);
  assert.equal(page.url(), `${app}/`, 'there is no profile to be seen');
  assert.equal(await heading(page), 'Your reports, one login away');
}

describe('with a provider that has pages', () => {
  let provider;
  let app;

  before(async () => {
    provider = await startProvider();
    app = await startApplication(provider);
  });

  test('a login ends at the profile, which shows the claims', async () => {
    const page = await browser.person();
    await page.goto(app);
    await picture(page, '1-home');
    await page.locator('main').getByRole('link', { name: 'Log in' }).click();
    await picture(page, '2-provider-login');
    await page.getByLabel('Name').fill('carol');
    await page.getByRole('button', { name: 'Log in' }).click();
    await picture(page, '3-provider-consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${app}/profile`);
    assert.equal(await heading(page), 'Carol Example');
    assert.equal(await claim(page, 'sub'), 'carol');
    assert.equal(await claim(page, 'email'), 'carol@example.com');
    assert.equal(await claim(page, 'iss'), provider.issuer);
    await page.getByText('About this login').click();
    await picture(page, '4-profile');
    await page.goto(app);
    assert.equal(await heading(page), 'Welcome back, Carol Example');
    await picture(page, '5-home-logged-in');
  });

  test('the cookie is out of reach, and another one after the login', async () => {
    const page = await browser.person();
    const cookie = async () => (await page.context().cookies(app)).find(({ name }) => name === 'axum_login');
    await page.goto(`${app}/login`);
    const before = await cookie();
    await logIn(page, app, 'dave');
    const after = await cookie();
    for (const { httpOnly, sameSite, path } of [before, after]) assert.deepEqual([httpOnly, sameSite, path], [true, 'Lax', '/']);
    assert.notEqual(after.value, before.value);

    await page.context().clearCookies();
    await page.context().addCookies([before]);
    await assertLoggedOut(page, app);
  });

  test('an answer with another state is refused by a page that says so, and ends the login', async () => {
    const page = await browser.person();
    await page.goto(`${app}/login`);
    await page.getByLabel('Name').waitFor();
    const forged = `${app}/callback?code=stolen&state=another&iss=${encodeURIComponent(provider.issuer)}`;
    const refused = await page.goto(forged);
    assert.equal(refused.status(), 400);
    assert.equal(await heading(page), 'This answer belongs to another login');
    assert.match(await page.locator('.detail').innerText(), /callback_state_mismatch/);
    await picture(page, '6-wrong-state');
    await assertLoggedOut(page, app);

    const again = await page.goto(forged);
    assert.equal(again.status(), 400);
    assert.equal(await heading(page), 'There is nothing to finish');
  });

  test('an answer in a browser that began no login is refused', async () => {
    const page = await browser.person();
    const refused = await page.goto(`${app}/callback?code=stolen&state=another`);
    assert.equal(refused.status(), 400);
    assert.equal(await heading(page), 'There is nothing to finish');
    await assertLoggedOut(page, app);
  });

  test('a user who does not agree is told so', async () => {
    const page = await browser.person();
    await page.goto(`${app}/login`);
    const refused = page.waitForResponse((response) => response.url().startsWith(`${app}/callback`));
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await refused).status(), 403);
    assert.equal(await heading(page), 'You are not logged in');
    await picture(page, '7-denied');
  });

  test('tokens are renewed', async () => {
    const page = await browser.person();
    await logIn(page, app, 'erin');
    await page.getByRole('button', { name: 'Refresh my tokens' }).click();
    assert.equal(await page.getByRole('status').innerText(), 'You have new tokens.');
    await picture(page, '8-refreshed');
    await page.reload();
    assert.equal(await page.getByRole('status').count(), 0);
    await page.getByRole('button', { name: 'Refresh my tokens' }).click();
    assert.equal(await page.getByRole('status').innerText(), 'You have new tokens.', 'with the token that came with the first renewal');
  });

  test('a logout ends the session at both sides', async () => {
    const page = await browser.person();
    await logIn(page, app, 'frank');
    await page.getByRole('button', { name: 'Log out' }).click();
    await picture(page, '9-provider-logout');
    await page.getByRole('button', { name: 'Yes, log me out' }).click();
    await page.waitForURL(`${app}/logged-out?*`);
    assert.equal(await heading(page), 'You are logged out');
    await picture(page, '10-logged-out');
    const again = await page.reload();
    assert.equal(again.status(), 400, 'the return is good once');
    await assertLoggedOut(page, app);
    await page.goto(`${app}/login`);
    assert.equal(await heading(page), 'Who are you?', 'the provider has forgotten him too');
  });

  test('a return from a logout with another state is refused', async () => {
    const page = await browser.person();
    await logIn(page, app, 'grace');
    await page.getByRole('button', { name: 'Log out' }).click();
    const refused = await page.goto(`${app}/logged-out?state=another`);
    assert.equal(refused.status(), 400);
    await assertLoggedOut(page, app);
  });

  test('a logout at the provider ends the session here, and nobody else\'s', async () => {
    const [page, other] = [await browser.person(), await browser.person()];
    await logIn(page, app, 'heidi');
    await logIn(other, app, 'ivan');
    const elsewhere = await page.context().newPage();
    await elsewhere.goto(`${provider.issuer}/session/end`);
    await elsewhere.getByRole('button', { name: 'Yes, log me out' }).click();
    assert.equal(await heading(elsewhere), 'You are logged out');
    await assertLoggedOut(page, app);
    await other.reload();
    assert.equal(await heading(other), 'Ivan Example');
  });

  test('a frame of the provider ends the session that it names', async () => {
    const page = await browser.person();
    await logIn(page, app, 'judy');
    const sid = await claim(page, 'sid');
    const frame = async (parameters) => {
      const elsewhere = await page.context().newPage();
      await elsewhere.goto(`${provider.issuer}/session/end`);
      const loaded = elsewhere.waitForResponse((response) => response.url().startsWith(`${app}/frontchannel-logout`));
      await elsewhere.evaluate((address) => { document.body.append(Object.assign(document.createElement('iframe'), { src: address })); },
        `${app}/frontchannel-logout?${new URLSearchParams(parameters)}`);
      const response = await loaded;
      await elsewhere.close();
      return response;
    };
    assert.equal((await frame({ iss: provider.issuer, sid: 'another' })).status(), 200);
    assert.equal((await frame({ iss: 'https://idp.example.com', sid })).status(), 400);
    await page.reload();
    assert.equal(await heading(page), 'Judy Example', 'still');

    const ended = await frame({ iss: provider.issuer, sid });
    assert.deepEqual([ended.status(), ended.headers()['cache-control']], [200, 'no-store']);
    await assertLoggedOut(page, app);
  });

  test('a logout token that is none is answered by 400 and never stored', async () => {
    const body = new URLSearchParams({ logout_token: 'none' });
    const response = await fetch(`${app}/backchannel-logout`, { method: 'POST', body });
    assert.deepEqual([response.status, response.headers.get('cache-control')], [400, 'no-store']);
  });
});

test('with the provider of its own it works without any argument', async () => {
  const app = await startApplication();
  const page = await browser.person();
  await page.goto(app);
  await page.locator('main').getByRole('link', { name: 'Log in' }).click();
  await page.waitForURL(`${app}/profile`);
  assert.equal(await heading(page), 'Alice Example');
  await page.getByRole('button', { name: 'Refresh my tokens' }).click();
  assert.equal(await page.getByRole('status').innerText(), 'You have new tokens.');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(`${app}/logged-out?*`);
  assert.equal(await heading(page), 'You are logged out');
  await assertLoggedOut(page, app);
});
