import type { APIRequestContext } from '@playwright/test';
import type { Person, Server } from '../fixtures/server.ts';
import {
  banner, displayName, heading, onDashboard, onSignIn, openAccount, programSignIn, said, saveName, sessions, signIn, submitSignIn,
} from '../fixtures/pages.ts';
import { expect, test, type BrowserContext, type Page } from '../fixtures/test.ts';
import { claims } from '../fixtures/tokens.ts';

const ENDED = 'Your session has ended. Sign in again.';

/** Ends the session of this browser from another client of the same user. */
async function endByRest(context: BrowserContext, program: APIRequestContext, person: Person): Promise<void> {
  const token = await programSignIn(program, person);
  const { sid } = await claims(context);
  const headers = { authorization: `Bearer ${token}` };
  expect((await program.delete(`/api/v1/sessions/${sid}`, { headers })).status()).toBe(204);
  expect((await sessions(program, token)).map((row) => row.id)).not.toContain(sid);
}

/** Bans a user from the command line; a running server acts on it within a second. */
async function banByCommand(server: Server, program: APIRequestContext, person: Person): Promise<void> {
  const token = await programSignIn(program, person);
  const headers = { authorization: `Bearer ${token}` };
  await server.command(['user', 'ban', person.email]);
  const status = async () => (await program.get('/api/v1/users/me', { headers })).status();
  await expect.poll(status, { intervals: [50], timeout: 1000 }).toBe(401);
}

async function expectMessage(page: Page, name: string): Promise<void> {
  await onSignIn(page);
  await expect(said(page, ENDED)).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
}

test('after another client ended the session, the next click leads to the sign-in page, which says so', async (
  { page, context, ada, program, hasScripts },
) => {
  await signIn(page, ada, hasScripts);
  await endByRest(context, program, ada);
  await page.getByRole('link', { name: 'Claviger' }).click();
  await expectMessage(page, ada.name);
  await submitSignIn(page, ada.email, ada.password);
  await expect(heading(page, `Hello, ${ada.name}`)).toBeVisible();
});

test('a form sent afterwards leads there too, says so, and changes nothing', async (
  { page, context, ada, program, trouble, hasScripts },
) => {
  // With scripts the form learns of it from the response to its own request.
  if (hasScripts) trouble.expect(/\b401\b.*\/fn\/rename/);
  await signIn(page, ada, hasScripts);
  await openAccount(page, hasScripts);
  await endByRest(context, program, ada);
  await displayName(page).fill('Ada King');
  await saveName(page).click();
  await expectMessage(page, ada.name);
  await submitSignIn(page, ada.email, ada.password);
  // A plain form does not say which page it was on.
  await expect(page).toHaveURL(hasScripts ? '/account' : '/dashboard');
  await expect(banner(page)).toContainText(ada.name);
});

test('a ban signs out within a second', async ({ page, ada, server, program, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await banByCommand(server, program, ada);
  await page.getByRole('link', { name: 'Claviger' }).click();
  await expectMessage(page, ada.name);
  await submitSignIn(page, ada.email, ada.password);
  await expect(page.getByRole('alert').filter({ hasText: 'This account is suspended.' })).toBeVisible();
});

test.describe('with short-lived tokens', { tag: '@scripts' }, () => {
  test.use({ settings: { CLAVIGER_TOKENS__ACCESS_TTL: '2s' } });

  // Only a page with scripts notices without a click, when its refresh is refused.
  test('an idle page leaves without a click', async ({ page, context, ada, program, trouble, hasScripts }) => {
    trouble.expect(/\b401\b.*\/fn\/refresh/);
    await signIn(page, ada, hasScripts);
    await endByRest(context, program, ada);
    await expectMessage(page, ada.name);
  });
});
