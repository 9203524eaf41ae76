import { awake, heading, onDashboard, onSignIn, said, signIn, signOut, submitSignIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';
import { cookie } from '../fixtures/tokens.ts';

test('signing out clears the cookies and leads to the sign-in page', async ({ page, context, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  const kept = await context.cookies();
  await signOut(page);
  await onSignIn(page);
  await expect(said(page, 'You’re signed out.')).toBeVisible();
  expect(await cookie(context, 'claviger-access')).toBeUndefined();
  expect(await cookie(context, 'claviger-refresh')).toBeUndefined();
  await page.goto('/dashboard');
  await expect(page).toHaveURL('/login?next=%2Fdashboard');

  // A copy of the cookies is worthless now.
  await context.addCookies(kept.filter((cookie) => cookie.name !== 'claviger-flow'));
  await page.goto('/dashboard');
  await onSignIn(page);
});

test('signing out in one tab signs out the others', async ({ page, context, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  const other = await context.newPage();
  await other.goto('/dashboard');
  await onDashboard(other, ada, hasScripts);

  await signOut(page);
  await onSignIn(page);
  // Without scripts a tab notices at its next click.
  if (!hasScripts) await other.getByRole('link', { name: 'Claviger' }).click();
  await onSignIn(other);
  await expect(other.getByText(ada.name)).toHaveCount(0);
});

// Without scripts a tab learns nothing from another.
test('signing in again in one tab signs in the others', { tag: '@scripts' }, async ({ page, context, ada, hasScripts }) => {
  const other = await context.newPage();
  await other.goto('/login');
  await awake(other, hasScripts);
  await signIn(page, ada, hasScripts);
  await onDashboard(other, ada, hasScripts);
});

test('only this browser is signed out', async ({ page, ada, otherBrowser, hasScripts }) => {
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, ada, hasScripts);
  await signIn(page, ada, hasScripts);
  await signOut(page);
  await onSignIn(page);
  await elsewhere.reload();
  await onDashboard(elsewhere, ada, hasScripts);
});

test('another person can sign in afterwards', async ({ page, ada, server, hasScripts }) => {
  const grace = await server.make({ email: 'grace@example.com', username: 'grace', name: 'Grace Hopper' });
  await signIn(page, ada, hasScripts);
  await signOut(page);
  await onSignIn(page);
  await awake(page, hasScripts);
  await submitSignIn(page, grace.email, grace.password);
  await onDashboard(page, grace, hasScripts);
  await expect(heading(page, `Hello, ${ada.name}`)).toHaveCount(0);
});
