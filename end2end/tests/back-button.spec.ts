// With the back/forward cache on, as in users' browsers. Playwright's own `goBack` waits for a load
// event that never fires when a page is restored from that cache.

import { awake, onDashboard, onSignIn, programSignIn, signIn, signOut } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';
import { claims } from '../fixtures/tokens.ts';

const goBack = (page: Page) => page.evaluate(() => history.back()).catch(() => undefined);

/** Another page of the site, so that there is something to come back from. */
async function leave(page: Page): Promise<void> {
  await page.goto('/no-such-page');
  await expect(page.getByRole('link', { name: /Go to the home page|Back to dashboard/ })).toBeVisible();
}

async function expectNothingPrivate(page: Page, person: { name: string; email: string }): Promise<void> {
  await onSignIn(page);
  await expect(page.getByText(person.name)).toHaveCount(0);
  await expect(page.getByText(person.email)).toHaveCount(0);
}

test.beforeEach(({ trouble }) => trouble.expect(/\b404\b.*no-such-page/));

test('the cache is on, or else the other tests prove nothing', async ({ page, ada, hasScripts }) => {
  let restored = 0;
  page.on('console', (message) => (restored += message.text() === 'restored' ? 1 : 0));
  await page.addInitScript(() => addEventListener('pageshow', (event) => event.persisted && console.info('restored')));
  await signIn(page, ada, hasScripts);
  await page.evaluate(() => (document.title = 'As it was left'));
  await leave(page);
  await goBack(page);
  // With scripts the page checks again who is signed in.
  await expect(page).toHaveTitle(hasScripts ? 'Dashboard · Claviger' : 'As it was left');
  expect(restored).toBe(hasScripts ? 1 : 0);
});

test('going back after signing out shows nothing private', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await signOut(page);
  await onSignIn(page);
  await awake(page, hasScripts);
  await goBack(page);
  await expect(page).toHaveURL('/login?next=%2Fdashboard');
  await expectNothingPrivate(page, ada);
});

test('nor does it after signing out in another tab', async ({ page, context, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await leave(page);
  const other = await context.newPage();
  await other.goto('/dashboard');
  await signOut(other);
  await onSignIn(other);
  await goBack(page);
  await expectNothingPrivate(page, ada);
});

// When the session ends elsewhere, no cookie of this browser changes: only a script can check again.
test('nor does it after the session was ended elsewhere', { tag: '@scripts' }, async (
  { page, context, ada, program, hasScripts },
) => {
  await signIn(page, ada, hasScripts);
  await leave(page);
  const headers = { authorization: `Bearer ${await programSignIn(program, ada)}` };
  const { sid } = await claims(context);
  expect((await program.delete(`/api/v1/sessions/${sid}`, { headers })).status()).toBe(204);
  await goBack(page);
  await expectNothingPrivate(page, ada);
});

test('going back while signed in shows the page', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await leave(page);
  await goBack(page);
  await onDashboard(page, ada, hasScripts);
});
