import { heading, onSignIn, programSignIn, said, sessions, signIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

test('the dashboard greets by name and shows the account', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await expect(page).toHaveTitle('Dashboard · Claviger');
  const account = page.getByRole('region', { name: 'Your account' });
  await expect(account.getByText(ada.email)).toBeVisible();
  await expect(account.getByText(ada.username, { exact: true })).toBeVisible();
  await expect(account.getByText(ada.name, { exact: true })).toBeVisible();
  await expect(account.getByRole('link', { name: 'Edit account' })).toHaveAttribute('href', '/account');
  await expect(page.getByRole('region', { name: 'Current session' }).getByText('127.0.0.1')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Recent activity' }).getByRole('listitem').first()).toContainText('Signed in');
  await expect(page.getByRole('region', { name: 'Other sessions' })).toContainText('You’re not signed in anywhere else.');
});

test("times are shown in UTC, and with scripts in the reader's time zone", async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  const moment = page.getByRole('region', { name: 'Recent activity' }).locator('time').first();
  await expect(moment).toHaveText(hasScripts ? /^just now \(.+ GMT\+1[23]\)$/ : / UTC$/);
  const shown = Date.parse((await moment.getAttribute('datetime')) ?? '');
  expect(Math.abs(Date.now() - shown)).toBeLessThan(60_000);
});

test('another session is listed and can be ended', async ({ page, ada, otherBrowser, hasScripts }) => {
  const elsewhere = await (await otherBrowser(FIREFOX)).newPage();
  await signIn(elsewhere, ada, hasScripts);
  await signIn(page, ada, hasScripts);
  const others = page.getByRole('region', { name: 'Other sessions' });
  await expect(others.getByRole('listitem')).toHaveCount(1);
  await expect(others.getByRole('listitem')).toContainText('Firefox on Linux');

  await others.getByRole('button', { name: 'Sign out Firefox on Linux' }).click();
  await expect(said(page, 'Session ended.')).toBeVisible();
  await expect(others).toContainText('You’re not signed in anywhere else.');
  await expect(others.getByRole('listitem')).toHaveCount(0);
  await expect(heading(page, `Hello, ${ada.name}`)).toBeVisible();

  await elsewhere.getByRole('link', { name: 'Claviger' }).click();
  await onSignIn(elsewhere);
  await expect(said(elsewhere, 'Your session has ended. Sign in again.')).toBeVisible();
});

test('the session of a program is listed and can be ended', async ({ page, ada, program, hasScripts }) => {
  const token = await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  const row = page.getByRole('region', { name: 'Other sessions' }).getByRole('listitem');
  await expect(row).toContainText('reporter/1.0');
  await expect(row).toContainText('API');
  expect(await sessions(program, token)).toHaveLength(2);

  await row.getByRole('button', { name: 'Sign out' }).click();
  await expect(said(page, 'Session ended.')).toBeVisible();
  const answer = await program.get('/api/user/profile', { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status()).toBe(401);
  expect(await answer.json()).toMatchObject({ error: 'Token revoked' });
});

test('a session that has ended in the meantime is not an error', async ({ page, ada, program, hasScripts }) => {
  const token = await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  const headers = { authorization: `Bearer ${token}` };
  expect((await program.post('/api/v1/auth/logout', { headers })).status()).toBe(204);
  const row = page.getByRole('region', { name: 'Other sessions' }).getByRole('listitem');
  await row.getByRole('button', { name: 'Sign out' }).click();
  await expect(said(page, 'That session had already ended.')).toBeVisible();
  await expect(row).toHaveCount(0);
});
