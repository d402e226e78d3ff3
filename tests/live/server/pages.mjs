// The pages of a provider whose users have a browser: log in, allow, log out.

const STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#eef0f3, #14161b);
    color: light-dark(#1b1d22, #e9eaee); font: 16px/1.5 system-ui, sans-serif; }
  main { width: min(24rem, 100vw - 2rem); padding: 2rem; box-sizing: border-box; border-radius: 0.75rem;
    background: light-dark(#fff, #1e2129); box-shadow: 0 8px 24px rgb(0 0 0 / 12%); }
  h1 { margin: 0 0 0.5rem; font-size: 1.4rem; } p { margin: 0 0 1.25rem; }
  label { display: block; margin-bottom: 0.25rem; font-size: 0.9rem; }
  input { width: 100%; box-sizing: border-box; margin-bottom: 1.25rem; padding: 0.6rem 0.75rem; border: 1px solid #8a919e; border-radius: 0.5rem; font: inherit; }
  button { padding: 0.6rem 1.1rem; border: 0; border-radius: 0.5rem; background: #0b6b53; color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
  button.quiet { background: transparent; color: inherit; }`;

const escape = (value) => String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function page(title, content) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Test provider</title><style>${STYLE}</style></head><body><main><h1>${escape(title)}</h1>${content}</main></body></html>`;
}

export function loginPage() {
  return page('Who are you?', `<p>Every name is an account here, and needs no password.</p>
<form method="post"><label for="account">Name</label><input id="account" name="account" required autofocus autocomplete="off">
<button name="answer" value="login">Log in</button> <button class="quiet" name="answer" value="deny" formnovalidate>Cancel</button></form>`);
}

export function consentPage({ client_id: client, scope = '' }, account) {
  const scopes = scope.split(' ').map((name) => `<li>${escape(name)}</li>`).join('');
  return page('Do you agree?', `<p><strong>${escape(client)}</strong> wants to know of <strong>${escape(account)}</strong>:</p><ul>${scopes}</ul>
<form method="post"><button name="answer" value="allow">Allow</button> <button class="quiet" name="answer" value="deny">Deny</button></form>`);
}

export async function endSessionPage(ctx, form) {
  ctx.body = page('Log out here as well?', `<p>Your session at this provider ends, and the applications are told.</p>${form}
<button form="op.logoutForm" name="logout" value="yes">Yes, log me out</button> <button class="quiet" form="op.logoutForm">No</button>`);
}

export async function goodbyePage(ctx) {
  ctx.body = page('You are logged out', '<p>Close this page, or go on somewhere else.</p>');
}
