import { identifier, onDashboard, onSignIn, openSignIn, password, signInButton, submitSignIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test('signing in leads to the page that required it', async ({ page, ada }) => {
  await page.goto('/dashboard?from=a%20letter');
  await onSignIn(page);
  await submitSignIn(page, ada.email, ada.password);
  await expect(page).toHaveURL('/dashboard?from=a%20letter');
});

test('the target survives a failed attempt', async ({ page, ada, hasScripts }) => {
  await openSignIn(page, hasScripts, '/login?next=%2Fdashboard%3Ffrom%3Dletter');
  await submitSignIn(page, ada.email, 'wrong horse battery');
  await expect(page.getByText('Incorrect email, username or password.')).toBeVisible();
  await submitSignIn(page, ada.email, ada.password);
  await expect(page).toHaveURL('/dashboard?from=letter');
});

test('the target survives a change of theme', async ({ page, ada, hasScripts }) => {
  await openSignIn(page, hasScripts, '/login?next=%2Fdashboard%3Ffrom%3Dletter');
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  await submitSignIn(page, ada.email, ada.password);
  await expect(page).toHaveURL('/dashboard?from=letter');
});

test('the target is never on another site', async ({ page, context, ada, hasScripts }) => {
  const elsewhere = [
    'https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)',
    'dashboard', '/login', '/fn/refresh', '/logout',
  ];
  for (const next of elsewhere) {
    await openSignIn(page, hasScripts, `/login?next=${encodeURIComponent(next)}`);
    await submitSignIn(page, ada.email, ada.password);
    await onDashboard(page, ada, hasScripts);
    await context.clearCookies();
  }
});

test('a signed-in user is not sent to another site either', async ({ page, ada, hasScripts }) => {
  await openSignIn(page, hasScripts);
  await submitSignIn(page, ada.email, ada.password);
  await onDashboard(page, ada, hasScripts);
  await page.goto(`/login?next=${encodeURIComponent('//evil.example')}`);
  await expect(page).toHaveURL('/dashboard');
});

test('a form that was tampered with does not lead to another site either', async ({ page, ada, hasScripts }) => {
  await openSignIn(page, hasScripts, '/login?next=%2Fdashboard%3Fa');
  await page.locator('input[name=next]').evaluate((input) => input.setAttribute('value', '//evil.example'));
  await identifier(page).fill(ada.email);
  await password(page).fill(ada.password);
  await signInButton(page).click();
  await onDashboard(page, ada, hasScripts);
});
