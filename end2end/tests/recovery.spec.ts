import type { Page } from '@playwright/test';
import { countOf, mailTo } from '../fixtures/mail.ts';
import {
  awake, heading, identifier, onDashboard, onSignIn, openSignIn, password, said, signIn, submitSignIn,
} from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

const NEW = 'another password altogether';

const newPassword = (page: Page) => page.getByLabel('New password', { exact: true });
const setButton = (page: Page) => page.getByRole('button', { name: 'Change password' });
const openButton = (page: Page) => page.getByRole('button', { name: 'Unlock' });
const dead = (page: Page) => heading(page, 'This link has expired or was already used');

async function open(page: Page, hasScripts: boolean, path: string): Promise<void> {
  await page.goto(path);
  await awake(page, hasScripts);
}

/** Requests a link, and waits for the page that says it may be on its way. */
async function forget(page: Page, email: string, hasScripts: boolean): Promise<void> {
  await open(page, hasScripts, '/forgot-password');
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Send reset link' }).click();
  await expect(page).toHaveURL('/forgot-password?sent=1');
  await expect(heading(page, 'Check your email')).toBeVisible();
}

test('a forgotten password is replaced through the link in a mail, and every session ends', async (
  { page, server, ada, otherBrowser, hasScripts },
) => {
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, ada, hasScripts);

  await openSignIn(page, hasScripts);
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await forget(page, ada.email, hasScripts);
  const link = (await mailTo(server, ada.email)).link('/reset-password');
  await open(page, hasScripts, link);
  await expect(page.getByLabel('Email', { exact: true })).toHaveValue(ada.email);
  await expect(newPassword(page)).toBeFocused();
  await newPassword(page).fill('short');
  await setButton(page).click();
  await expect(newPassword(page)).toHaveAccessibleDescription(/Use at least 8 characters/);
  await expect(page).toHaveURL(link);
  await newPassword(page).fill(NEW);
  await setButton(page).click();
  await onSignIn(page);
  await expect(said(page, 'Password changed. Sign in with your new password.')).toBeVisible();
  await expect(page).toHaveURL('/login');
  await expect(identifier(page)).toHaveValue(ada.email);
  await expect(password(page)).toBeFocused();

  await submitSignIn(page, ada.email, ada.password);
  await expect(page.getByText('Incorrect email, username or password.')).toBeVisible();
  await submitSignIn(page, ada.email, NEW);
  await onDashboard(page, ada, hasScripts);
  await elsewhere.goto('/dashboard');
  await onSignIn(elsewhere);

  await page.goto(link);
  await expect(dead(page)).toBeVisible();
  await page.getByRole('link', { name: 'Request a new link' }).click();
  await expect(page).toHaveURL('/forgot-password');
});

test('an unknown user gets the same response as a known one, and no mail', async ({ page, server, hasScripts }) => {
  await forget(page, 'nobody@example.com', hasScripts);
  expect(await countOf(server, 'nobody@example.com')).toBe(0);
});

test('an invalid address is reported next to the field', async ({ page, hasScripts }) => {
  await open(page, hasScripts, '/forgot-password');
  const email = page.getByLabel('Email', { exact: true });
  await expect(email).toBeFocused();
  await email.fill('ada');
  await page.getByRole('button', { name: 'Send reset link' }).click();
  await expect(email).toHaveAccessibleDescription(/Enter a valid email address/);
  await expect(email).toHaveValue('ada');
  await expect(email).toBeFocused();
});

test('a lock is lifted by the link in a mail', async ({ page, server, ada, hasScripts }) => {
  await openSignIn(page, hasScripts);
  for (let tries = 1; tries <= 5; tries++) {
    const answered = page.waitForResponse((response) => response.url().endsWith('/fn/sign_in'));
    await submitSignIn(page, ada.email, `wrong horse ${tries}`);
    await answered;
    await expect(page.getByText('Incorrect email, username or password.')).toBeVisible();
  }
  await submitSignIn(page, ada.email, ada.password);
  await expect(page.getByText('use the unlock link we emailed')).toBeVisible();

  const link = (await mailTo(server, ada.email)).link('/unlock');
  await open(page, hasScripts, link);
  await expect(page.getByText(ada.email)).toBeVisible();
  await openButton(page).click();
  await onSignIn(page);
  await expect(said(page, 'Account unlocked. You can sign in now.')).toBeVisible();
  await expect(identifier(page)).toHaveValue(ada.email);
  await submitSignIn(page, ada.email, ada.password);
  await onDashboard(page, ada, hasScripts);
  await page.goto(link);
  await expect(dead(page)).toBeVisible();
  await expect(openButton(page)).toHaveCount(0);
});

test('an invented link shows no form', async ({ page }) => {
  for (const path of ['/reset-password', '/reset-password?token=x', '/unlock', '/unlock?token=x', '/verify-email?token=x']) {
    await page.goto(path);
    await expect(dead(page)).toBeVisible();
    await expect(page.getByRole('main').locator('input[type=password]')).toHaveCount(0);
  }
});

test('the token of a link is in the form that needs it, and is sent nowhere else', { tag: '@scripts' }, async (
  { page, server, ada, hasScripts },
) => {
  await forget(page, ada.email, hasScripts);
  const link = (await mailTo(server, ada.email)).link('/reset-password');
  const token = new URL(link).searchParams.get('token')!;
  await open(page, hasScripts, link);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).not.toContain(token);
  const props = await page.locator('leptos-island').evaluateAll((all) => all.map((it) => it.getAttribute('data-props')));
  expect(props.join('\n')).not.toContain(token);
  expect(server.log).not.toContain(token);
});
