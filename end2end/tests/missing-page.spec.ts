import { heading, navigation, onDashboard, onSignIn, signIn } from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

test.beforeEach(({ trouble }) => trouble.expect(/\b404\b.*no-such-page/));

test('a missing page says so and links to one that exists', async ({ page }) => {
  const answer = await page.goto('/no-such-page');
  expect(answer?.status()).toBe(404);
  await expect(page).toHaveTitle('Page not found · Claviger');
  await expect(heading(page, 'Page not found')).toBeVisible();
  // The operator finds the request in the log by this id.
  await expect(page.getByText(answer?.headers()['x-request-id'] ?? 'no id')).toBeVisible();
  await page.getByRole('link', { name: 'Go to the home page' }).click();
  await onSignIn(page);
});

test('its link leads a signed-in user to the dashboard', async ({ page, ada, hasScripts }) => {
  await signIn(page, ada, hasScripts);
  await page.goto('/no-such-page/<b>"&');
  await expect(heading(page, 'Page not found')).toBeVisible();
  await expect(await navigation(page)).toBeVisible();
  await page.getByRole('link', { name: 'Back to dashboard' }).click();
  await onDashboard(page, ada, hasScripts);
});

test('every file that a page refers to exists', async ({ page, request }) => {
  await page.goto('/login');
  const named = await page.locator('link[href], script[src]').evaluateAll((elements) =>
    elements.map((element) => element.getAttribute('href') ?? element.getAttribute('src') ?? ''),
  );
  expect(named.length).toBeGreaterThan(4);
  for (const path of named) {
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(200);
    expect((await answer.body()).length, path).toBeGreaterThan(0);
    expect(answer.headers()['content-type'], path).not.toBe('application/octet-stream');
  }
});
