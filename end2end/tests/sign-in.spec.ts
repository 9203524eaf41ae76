import {
  heading, identifier, onDashboard, onSignIn, openSignIn, password, signIn, signInButton, submitSignIn,
} from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const alert = (page: Page) => page.getByRole('alert').filter({ hasText: /\S/ });

test('the right password signs in, with the email address or username in any spelling', async (
  { page, context, ada, hasScripts },
) => {
  for (const who of [ada.email, 'Ada@Example.COM', ada.username, ' ADA ']) {
    await openSignIn(page, hasScripts);
    await submitSignIn(page, who, ada.password);
    await onDashboard(page, ada, hasScripts);
    await context.clearCookies();
  }
});

test('a wrong password is refused without revealing who exists', async ({ page, ada, hasScripts }) => {
  for (const who of [ada.email, ada.username, 'nobody@example.com', 'nobody']) {
    await openSignIn(page, hasScripts);
    await submitSignIn(page, who, 'wrong horse battery');
    await expect(alert(page)).toHaveText('Incorrect email, username or password.');
    await expect(password(page)).toBeFocused();
    await expect(password(page)).toHaveAccessibleDescription('Incorrect email, username or password.');
    await expect(page.getByRole('link', { name: 'Reset your password' })).toHaveAttribute('href', '/forgot-password');
    await expect(identifier(page)).toHaveValue(who);
    await expect(page).toHaveURL('/login');
  }
});

test('after a wrong password the password is not kept, and the right one signs in', async ({ page, ada, hasScripts }) => {
  await openSignIn(page, hasScripts);
  await submitSignIn(page, ada.email, 'wrong horse battery');
  await expect(alert(page)).toHaveText('Incorrect email, username or password.');
  await expect(password(page)).toHaveValue('');
  await password(page).fill(ada.password);
  await signInButton(page).click();
  await onDashboard(page, ada, hasScripts);
});

test('missing input is reported next to its field', async ({ page, hasScripts }) => {
  await openSignIn(page, hasScripts);
  await signInButton(page).click();
  // A reloaded page first says that something is wrong.
  if (!hasScripts) await expect(page).toHaveTitle('Error: Sign in · Claviger');
  await expect(identifier(page)).toHaveAccessibleDescription('Enter your email address or username.');
  await expect(password(page)).toHaveAccessibleDescription('Enter your password.');
  await expect(identifier(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(identifier(page)).toBeFocused();
  await expect(alert(page)).toHaveCount(0);

  await identifier(page).fill('ada');
  await signInButton(page).click();
  await expect(password(page)).toBeFocused();
  await expect(password(page)).toHaveAccessibleDescription('Enter your password.');
  await expect(identifier(page)).toHaveValue('ada');
  await expect(identifier(page)).not.toHaveAttribute('aria-invalid', 'true');
});

test('after five wrong passwords the account is locked, for the right one too', async ({ page, server, ada, hasScripts }) => {
  await openSignIn(page, hasScripts);
  for (let tries = 1; tries <= 5; tries++) {
    const answered = page.waitForResponse((response) => response.url().endsWith('/fn/sign_in'));
    await submitSignIn(page, ada.email, `wrong horse ${tries}`);
    await answered;
    await expect(alert(page)).toHaveText('Incorrect email, username or password.');
  }
  await submitSignIn(page, ada.email, ada.password);
  await expect(alert(page)).toHaveText(
    'Too many failed attempts. Try again in 15 minutes, or use the unlock link we emailed to the account’s owner.',
  );

  await server.command(['user', 'unlock', ada.email]);
  await submitSignIn(page, ada.email, ada.password);
  await onDashboard(page, ada, hasScripts);
});

test('an unverified or banned user learns it only after the right password', async ({ page, server, hasScripts }) => {
  const eve = await server.make({ email: 'eve@example.com', username: 'eve', name: 'Eve', isVerified: false });
  await openSignIn(page, hasScripts);
  await submitSignIn(page, eve.email, 'wrong horse battery');
  await expect(alert(page)).toHaveText('Incorrect email, username or password.');
  await submitSignIn(page, eve.email, eve.password);
  await expect(alert(page)).toHaveText('Verify your email address to sign in.');

  await server.command(['user', 'ban', eve.email]);
  await submitSignIn(page, eve.email, eve.password);
  await expect(alert(page)).toHaveText('This account is suspended. Contact your administrator.');
});

test('the start page and the sign-in page redirect a signed-in user', async ({ page, ada, hasScripts }) => {
  await page.goto('/');
  await expect(page).toHaveURL('/login');
  await signIn(page, ada, hasScripts);
  for (const path of ['/', '/login', '/login?next=%2Fdashboard']) {
    await page.goto(path);
    await onDashboard(page, ada, hasScripts);
  }
});

test('a foreign access token leads to the sign-in page, which says so', async (
  { page, context, ada, hasScripts, baseURL },
) => {
  await signIn(page, ada, hasScripts);
  await context.addCookies([{ name: 'claviger-access', value: 'not.a.token', url: baseURL! }]);
  await page.getByRole('link', { name: 'Claviger' }).click();
  await onSignIn(page);
  await expect(page.getByText('Your session is no longer valid. Please sign in again.')).toBeVisible();
  await submitSignIn(page, ada.email, ada.password);
  await onDashboard(page, ada, hasScripts);
});

// Without scripts nothing can show a password: the button is not there.
test('a password can be shown, and is hidden again when it is sent', { tag: '@scripts' }, async ({ page, ada, hasScripts }) => {
  await openSignIn(page, hasScripts);
  await password(page).fill('wrong horse battery');
  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(password(page)).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Hide password' }).click();
  await expect(password(page)).toHaveAttribute('type', 'password');

  await page.getByRole('button', { name: 'Show password' }).click();
  const types: (string | null)[] = [];
  await page.route('**/fn/sign_in', async (route) => {
    types.push(await password(page).getAttribute('type'));
    await route.continue();
  });
  await identifier(page).fill(ada.email);
  await signInButton(page).click();
  await expect(alert(page)).toHaveText('Incorrect email, username or password.');
  expect(types).toEqual(['password']);
});

test('the button that shows the password is only there where it works', { tag: '@plain' }, async ({ page }) => {
  await page.goto('/login');
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.getByRole('button', { name: /password/ })).toHaveCount(0);
});
