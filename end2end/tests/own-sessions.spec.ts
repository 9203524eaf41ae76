import { awake, onSignIn, openSessions, programSignIn, said, signIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

const here = (page: Page) => page.getByRole('region', { name: 'Current session' }).getByRole('listitem');
const others = (page: Page) => page.getByRole('region', { name: 'Other sessions' });
const endAll = (page: Page) => page.getByRole('button', { name: 'Sign out all other sessions' });

test('the dashboard and the account link to the sessions, and this browser comes first', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await page.getByRole('link', { name: 'Manage sessions' }).click();
  await expect(page).toHaveTitle('Your sessions · Claviger');
  await expect(here(page)).toHaveCount(1);
  await expect(here(page)).toContainText('127.0.0.1');
  await expect(others(page)).toContainText('You’re not signed in anywhere else.');
  await expect(endAll(page)).toHaveCount(0);
  await openSessions(page, hasScripts);
  await expect(page).toHaveURL('/account/sessions');
});

test('another session is identified by device and network, and can be ended', async ({ page, ada, program, otherBrowser, hasScripts }) => {
  const elsewhere = await (await otherBrowser(FIREFOX)).newPage();
  await signIn(elsewhere, ada, hasScripts);
  await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  await openSessions(page, hasScripts);
  await expect(others(page).getByRole('listitem')).toHaveCount(2);
  const firefox = others(page).getByRole('listitem').filter({ hasText: 'Firefox on Linux' });
  await expect(firefox).toContainText('127.0.0.1');
  await expect(firefox).toContainText(/Signed in .+Last active/);
  await expect(others(page).getByRole('listitem').filter({ hasText: 'reporter/1.0' })).toContainText('API');

  await page.getByRole('button', { name: 'Sign out Firefox on Linux' }).click();
  await expect(said(page, 'Session ended.')).toBeVisible();
  await expect(page).toHaveURL('/account/sessions');
  await expect(others(page).getByRole('listitem')).toHaveCount(1);
  await elsewhere.goto('/account/sessions');
  await onSignIn(elsewhere);
});

test('all other sessions end with one click, and this browser stays signed in', async ({ page, ada, program, otherBrowser, hasScripts }) => {
  const elsewhere = await (await otherBrowser(FIREFOX)).newPage();
  await signIn(elsewhere, ada, hasScripts);
  const token = await programSignIn(program, ada);
  await signIn(page, ada, hasScripts);
  await openSessions(page, hasScripts);
  await endAll(page).click();
  await expect(said(page, '2 other sessions ended.')).toBeVisible();
  await expect(others(page).getByRole('listitem')).toHaveCount(0);
  await expect(others(page)).toContainText('You’re not signed in anywhere else.');
  await expect(endAll(page)).toHaveCount(0);

  const answer = await program.get('/api/user/profile', { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status()).toBe(401);
  await elsewhere.getByRole('link', { name: 'Claviger' }).click();
  await onSignIn(elsewhere);
  await page.reload();
  await expect(here(page)).toHaveCount(1);
  await awake(page, hasScripts);
});

test('a hundred sessions are listed and ended', async ({ page, ada, program, hasScripts }) => {
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 10 }, () => programSignIn(program, ada)));
  }
  await signIn(page, ada, hasScripts);
  await openSessions(page, hasScripts);
  await expect(others(page).getByRole('listitem')).toHaveCount(100);
  await endAll(page).click();
  await expect(said(page, '100 other sessions ended.')).toBeVisible();
  await expect(others(page).getByRole('listitem')).toHaveCount(0);
});
