import { AxeBuilder } from '@axe-core/playwright';
import { heading, openSignIn, said, saveName, displayName, signIn, signInButton, submitSignIn } from '../fixtures/pages.ts';
import { expect, test, type Page } from '../fixtures/test.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

async function expectNoBarrier(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  expect(found.passes.length).toBeGreaterThan(5);
  const told = found.violations.map(({ id, help, nodes }) => {
    const where = nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`);
    return { id, help, where };
  });
  expect(told).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours there is no barrier`, () => {
    test.use({ colorScheme });

    test('on the sign-in page, before and after an error', async ({ page, hasScripts }) => {
      await openSignIn(page, hasScripts);
      await expectNoBarrier(page);
      await submitSignIn(page, 'nobody@example.com', 'wrong horse battery');
      await expect(page.getByText('Invalid email or password')).toBeVisible();
      await expectNoBarrier(page);
      await openSignIn(page, hasScripts);
      await signInButton(page).click();
      await expect(page.getByText('Enter your password')).toBeVisible();
      await expectNoBarrier(page);
    });

    test('on the set-up page, before and after an error', async ({ page, server }) => {
      await page.goto(server.setUpLink);
      await expect(heading(page, 'Set up Claviger')).toBeVisible();
      await expectNoBarrier(page);
      await page.getByRole('button', { name: 'Make the administrator' }).click();
      await expect(page.getByText('Enter a name')).toBeVisible();
      await expectNoBarrier(page);
      await page.goto('/setup');
      await expectNoBarrier(page);
    });

    test('on the dashboard, before and after a form was sent', async ({ page, ada, program, hasScripts }) => {
      await program.post('/api/auth/login', { data: { email: ada.email, password: 'wrong horse battery' } });
      await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
      await signIn(page, ada, hasScripts);
      await expectNoBarrier(page);
      await displayName(page).fill('');
      await saveName(page).click();
      await expect(page.getByText('Enter a name')).toBeVisible();
      await expectNoBarrier(page);
      await page.getByRole('button', { name: 'End session' }).click();
      await expect(said(page, 'That session is signed out.')).toBeVisible();
      await expectNoBarrier(page);
    });

    test('on the page that says that there is none', async ({ page, trouble }) => {
      trouble.expect(/\b404\b.*no-such-page/);
      await page.goto('/no-such-page');
      await expectNoBarrier(page);
    });
  });
}
