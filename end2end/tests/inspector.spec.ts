import type { APIRequestContext } from '@playwright/test';
import type { Person } from '../fixtures/server.ts';
import { openInspector, programSignIn, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';
import { claims, cookie } from '../fixtures/tokens.ts';

const field = (page: Page) => page.getByLabel('Token', { exact: true });
const ask = (page: Page) => page.getByRole('button', { name: 'Validate on server' });
const found = (page: Page) => page.getByRole('region', { name: 'Decoded token' });

async function inspect(page: Page, token: string, verdict: string | RegExp): Promise<void> {
  await field(page).fill(token);
  await ask(page).click();
  await expect(found(page)).toContainText(verdict);
}

/** Everything that this page sends, and where to; code is only fetched. */
function sent(page: Page): string[] {
  const all: string[] = [];
  page.on('request', (request) => {
    if (!/\/pkg\//.test(request.url())) all.push(`${request.url()} ${request.postData() ?? ''}`);
  });
  return all;
}

/** A session whose first refresh token has come back after its successor was used. */
async function replayed(program: APIRequestContext, person: Person): Promise<string> {
  const signedIn = await program.post('/api/auth/login', { data: { email: person.email, password: person.password } });
  const { token, refreshToken } = await signedIn.json();
  const refresh = () => program.post('/api/v1/auth/refresh', { data: { refreshToken } });
  const refreshed = await (await refresh()).json();
  await program.get('/api/user/profile', { headers: { authorization: `Bearer ${refreshed.token}` } });
  await expect.poll(async () => (await refresh()).status(), { intervals: [100] }).toBe(401);
  return token;
}

test("the current token is described in words, and counts down", async ({ page, context, server, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openInspector(page, hasScripts);
  await expect(page).toHaveTitle('Token inspector · Claviger');
  const own = page.getByRole('region', { name: 'Your access token' });
  const { sid, exp } = await claims(context);
  for (const text of ['The server accepts this token.', server.url, ada.id, sid, 'at+jwt', 'HS256', String(exp)]) {
    await expect(own).toContainText(text);
  }
  await expect(own.getByText('Issuer')).toBeVisible();
  const times = own.locator('time').filter({ hasText: hasScripts ? /GMT\+1[23]$/ : /UTC$/ });
  await expect(times).toHaveCount(2);
  const clock = own.getByRole('timer');
  await expect(clock).toHaveText(/^1[45]:\d\d$/);
  const before = (await clock.textContent()) ?? '';
  if (hasScripts) await expect(clock).not.toHaveText(before);
  for (const part of (await cookie(context, 'claviger-access'))!.split('.')) {
    expect(await page.content()).not.toContain(part);
  }
});

test('a pasted token is read in the browser, and sent only to inspect it on the server', { tag: '@scripts' }, async (
  { page, ada, program, hasScripts },
) => {
  const token = await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  await openInspector(page, hasScripts);
  const requests = sent(page);
  await field(page).fill(` ${token}\n`);
  await expect(found(page)).toContainText('Not verified');
  await expect(found(page)).toContainText(ada.id);
  await field(page).fill(token.replace(/^[^.]*/, Buffer.from('{"alg":"none"}').toString('base64url')));
  await expect(found(page)).toContainText('Not signed with HS256.');
  await field(page).fill('');
  await expect(found(page).locator('dl')).toHaveCount(0);
  await field(page).fill(token);
  expect(requests).toEqual([]);
  await ask(page).click();
  await expect(found(page)).toContainText('The server accepts this token.');
  expect(requests).toHaveLength(1);
  expect(requests[0]).toContain('/fn/inspect_token token=');
  await field(page).fill(`${token}.x`);
  await expect(found(page)).toContainText('Not a JWT');
});

test('a form inspects a token on the server, and the token is stored nowhere', async ({ page, ada, program, hasScripts }) => {
  const token = await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  await openInspector(page, hasScripts);
  await inspect(page, token, 'The server accepts this token.');
  await expect(found(page)).toContainText(ada.id);
  const readable = await page.content();
  for (const part of token.split('.')) {
    expect(readable).not.toContain(part);
    expect(page.url()).not.toContain(part);
  }
  await page.reload();
  await expect(field(page)).toHaveValue('');
});

test('each verdict has its reason', async ({ page, ada, grace, server, program, hasScripts }) => {
  const token = await programSignIn(program, ada);
  const graces = await programSignIn(program, grace);
  await signIn(page, ada, hasScripts);
  await openInspector(page, hasScripts);
  await inspect(page, 'x', 'three base64url parts separated by dots');
  await inspect(page, token.replace(/[^.]*$/, 'AAAA'), /Invalid signature.*The signature doesn’t match/);
  await inspect(page, graces, 'Another user’s token');
  await program.post('/api/v1/auth/logout', { headers: { authorization: `Bearer ${token}` } });
  await inspect(page, token, /Revoked.*ended .+ by the user\. The user signed out\./);
  const joan = await server.make({ email: 'joan@example.com', username: 'joan', name: 'Joan Clarke' });
  const joans = await programSignIn(program, joan);
  await server.command(['user', 'set-role', ada.email, 'admin', 'user']);
  await server.command(['user', 'ban', joan.email]);
  await page.reload();
  await openInspector(page, hasScripts);
  await inspect(page, joans, /Revoked.*ended .+ by the command line\. The user was suspended\./);
});

test.describe('with short lifetimes', () => {
  test.use({ settings: { CLAVIGER_TOKENS__API_TTL: '1s', CLAVIGER_TOKENS__REFRESH_GRACE: '0s' } });

  test('an expired token says since when', async ({ page, ada, program, hasScripts }) => {
    const token = await programSignIn(program, ada);
    await signIn(page, ada, hasScripts);
    await openInspector(page, hasScripts);
    await expect.poll(() => Date.now(), { intervals: [50] }).toBeGreaterThan(
      JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).exp * 1000,
    );
    await inspect(page, token, /Expired.*The token expired/);
    await expect(found(page).getByRole('status').locator('time')).toBeVisible();
  });
});

test.describe('without a grace period', () => {
  test.use({ settings: { CLAVIGER_TOKENS__REFRESH_GRACE: '0s' } });

  test('a token of a session that ended by token reuse says so', async ({ page, ada, program, hasScripts }) => {
    const token = await replayed(program, ada);
    await signIn(page, ada, hasScripts);
    await openInspector(page, hasScripts);
    await inspect(page, token, /Refresh token reused.*A refresh token was reused, which can mean that it was copied/);
  });
});

test('a program verifies a token as the page shows', async ({ page, ada, program, hasScripts }) => {
  const token = await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  await openInspector(page, hasScripts);
  await expect(page.getByText('Tokens are signed with HS256')).toBeVisible();
  for (const language of ['Shell', 'Python']) await expect(page.getByRole('region', { name: language })).toContainText('/api/v1/tokens/inspect');
  const text = await page.getByRole('region', { name: 'JavaScript' }).innerText();
  const snippet = new Function('process', 'token', `${text}\nreturn inspect(token);`);
  const ask = (asked: string) => snippet({ env: { CLAVIGER_TOKEN: token } }, asked);
  expect(await ask(token)).toMatchObject({ active: true, claims: { sub: ada.id } });
  expect(await ask('x')).toMatchObject({ active: false, reason: 'malformed' });
});

test('a snippet can be copied', { tag: '@scripts' }, async ({ page, context, ada, server, hasScripts }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, ada, hasScripts);
  await openInspector(page, hasScripts);
  await page.getByRole('button', { name: 'Copy Python' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`"${server.url}/api/v1/tokens/inspect"`);
  expect(copied).toBe(await page.getByRole('region', { name: 'Python' }).innerText());
});

test('a claim can be copied, of one\'s own token and of a pasted one', { tag: '@scripts' }, async (
  { page, context, ada, program, hasScripts },
) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const token = await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  await openInspector(page, hasScripts);
  await field(page).fill(token);
  for (const part of [found(page), page.getByRole('region', { name: 'Your access token' })]) {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await part.getByRole('button', { name: 'Copy sub' }).click();
    await expect(part.getByText('Copied', { exact: true })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(ada.id);
  }
});

test('without scripts there is no button that does nothing', { tag: '@plain' }, async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await openInspector(page, hasScripts);
  if (!hasScripts) await expect(page.getByRole('button', { name: /^Copy/ })).toHaveCount(0);
});
