import type { Page } from '@playwright/test';
import { countOf, mailTo } from '../fixtures/mail.ts';
import {
  awake, heading, identifier, onDashboard, onSignIn, openSignIn, password, said, signInButton, submitSignIn,
} from '../fixtures/pages.ts';
import { expect, test } from '../fixtures/test.ts';

const GRACE = { name: 'Grace Hopper', email: 'grace@example.com', username: 'grace', password: 'a ship in port is safe' };

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const createButton = (page: Page) => page.getByRole('button', { name: 'Create account' });
const confirmButton = (page: Page) => page.getByRole('button', { name: 'Verify email' });
const resendButton = (page: Page) => page.getByRole('button', { name: 'Resend email' });

async function open(page: Page, hasScripts: boolean, path = '/register'): Promise<void> {
  await page.goto(path);
  await awake(page, hasScripts);
}

async function fillIn(page: Page, who: Partial<typeof GRACE>): Promise<void> {
  await field(page, 'Name').fill(who.name ?? '');
  await field(page, 'Email').fill(who.email ?? '');
  await field(page, 'Username (optional)').fill(who.username ?? '');
  await field(page, 'Password').fill(who.password ?? '');
}

/** Registers, and waits for the page that says how to continue. */
async function register(page: Page, who: typeof GRACE, hasScripts: boolean): Promise<void> {
  await open(page, hasScripts);
  await fillIn(page, who);
  await createButton(page).click();
  await expect(page).toHaveURL('/verify-email?sent=1');
  await expect(heading(page, 'Check your email')).toBeVisible();
  await awake(page, hasScripts);
}

test('from the sign-in page to an account, a mail, its link, and signed in', async ({ page, server, hasScripts }) => {
  await openSignIn(page, hasScripts);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expect(field(page, 'Name')).toBeFocused();
  await register(page, GRACE, hasScripts);

  await page.goto((await mailTo(server, GRACE.email)).link('/verify-email'));
  await expect(heading(page, 'Verify your email address')).toBeVisible();
  await expect(page.getByText(GRACE.email)).toBeVisible();
  await awake(page, hasScripts);
  await confirmButton(page).click();
  await onDashboard(page, GRACE, hasScripts);
  await expect(said(page, 'Email address verified.')).toBeVisible();
});

test('in another browser the link leads to the sign-in page, with the address filled in', async (
  { page, server, otherBrowser, hasScripts },
) => {
  await register(page, GRACE, hasScripts);
  const elsewhere = await (await otherBrowser()).newPage();
  await open(elsewhere, hasScripts, (await mailTo(server, GRACE.email)).link('/verify-email'));
  await confirmButton(elsewhere).click();
  await onSignIn(elsewhere);
  await expect(said(elsewhere, 'Email address verified.')).toBeVisible();
  await expect(elsewhere).toHaveURL('/login');
  await expect(identifier(elsewhere)).toHaveValue(GRACE.email);
  await expect(password(elsewhere)).toBeFocused();
  await password(elsewhere).fill(GRACE.password);
  await signInButton(elsewhere).click();
  await onDashboard(elsewhere, GRACE, hasScripts);
});

test('the code of the mail does what its link does', async ({ page, server, hasScripts }) => {
  await register(page, GRACE, hasScripts);
  await expect(field(page, 'Email')).toHaveValue(GRACE.email);
  await expect(field(page, 'Code')).toBeFocused();
  await field(page, 'Code').fill('0000');
  await confirmButton(page).click();
  await expect(field(page, 'Code')).toHaveAccessibleDescription(/This code is wrong/);
  await expect(field(page, 'Code')).toBeFocused();
  await expect(field(page, 'Email')).toHaveValue(GRACE.email);

  await field(page, 'Code').fill((await mailTo(server, GRACE.email)).code);
  await confirmButton(page).click();
  await onDashboard(page, GRACE, hasScripts);
});

test('the mail can be requested again, and the older link no longer works', async ({ page, server, hasScripts }) => {
  await register(page, GRACE, hasScripts);
  const older = (await mailTo(server, GRACE.email)).link('/verify-email');
  await page.getByText('Didn’t get it?').click();
  await expect(field(page, 'Email or username')).toHaveValue(GRACE.email);
  await resendButton(page).click();
  await expect(said(page, 'an email is on its way')).toBeVisible();
  await expect(field(page, 'Email')).toHaveValue(GRACE.email);

  const newer = (await mailTo(server, GRACE.email, 2)).link('/verify-email');
  await open(page, hasScripts, older);
  await expect(heading(page, 'This link has expired or was already used')).toBeVisible();
  await expect(confirmButton(page)).toHaveCount(0);
  await open(page, hasScripts, newer);
  await confirmButton(page).click();
  await onDashboard(page, GRACE, hasScripts);
  await page.goto(newer);
  await expect(heading(page, 'This link has expired or was already used')).toBeVisible();
});

test('an unverified user gets the mail from the sign-in page, without typing the address again', async (
  { page, server, hasScripts },
) => {
  const eve = await server.make({ email: 'eve@example.com', username: 'eve', name: 'Eve', isVerified: false });
  await openSignIn(page, hasScripts);
  await submitSignIn(page, eve.username, 'wrong horse battery');
  await expect(page.getByText('Incorrect email, username or password.')).toBeVisible();
  await expect(resendButton(page)).toHaveCount(0);
  await submitSignIn(page, eve.username, eve.password);
  await expect(page.getByText('Verify your email address to sign in.')).toBeVisible();
  await resendButton(page).click();
  await expect(said(page, 'an email is on its way')).toBeVisible();
  await expect(page).toHaveURL('/login');

  await open(page, hasScripts, (await mailTo(server, eve.email)).link('/verify-email'));
  await confirmButton(page).click();
  await onSignIn(page);
  await expect(identifier(page)).toHaveValue(eve.email);
  await submitSignIn(page, eve.email, eve.password);
  await onDashboard(page, eve, hasScripts);
});

test('a taken address gets the same response as a free one, and its owner is notified', async ({ page, server, ada, hasScripts }) => {
  await register(page, { ...GRACE, email: ada.email }, hasScripts);
  await mailTo(server, ada.email);
  expect(await server.command(['user', 'list'])).not.toContain(GRACE.username);
});

test('each field shows its error, and input is kept', async ({ page, ada, hasScripts }) => {
  await open(page, hasScripts);
  await fillIn(page, { email: 'grace@', username: 'grace hopper', password: 'short' });
  await createButton(page).click();
  await expect(field(page, 'Name')).toHaveAccessibleDescription(/Enter a name/);
  await expect(field(page, 'Name')).toBeFocused();
  await expect(field(page, 'Email')).toHaveAccessibleDescription(/Enter a valid email address/);
  await expect(field(page, 'Password')).toHaveAccessibleDescription(/Use at least 8 characters/);
  await expect(field(page, 'Email')).toHaveValue('grace@');
  await expect(field(page, 'Username (optional)')).toHaveValue('grace hopper');

  await fillIn(page, { ...GRACE, username: ada.username });
  await createButton(page).click();
  await expect(field(page, 'Username (optional)')).toHaveAccessibleDescription(/This username is taken/);
  await expect(field(page, 'Username (optional)')).toBeFocused();
});

test.describe('where accounts are created by invitation', () => {
  test.use({ settings: { CLAVIGER_ACCOUNTS__REGISTRATION: 'invite' } });

  test('an invited person creates an account, and is signed in', async ({ page, server, program, hasScripts }) => {
    const args = ['--email', 'root@example.com', '--role', 'admin', '--role', 'user', '--verified', '--password-stdin'];
    await server.command(['user', 'create', ...args], 'correct horse battery\n');
    const login = { email: 'root@example.com', password: 'correct horse battery' };
    const { token } = await (await program.post('/api/auth/login', { data: login })).json();
    const headers = { authorization: `Bearer ${token}` };
    const answer = await program.post('/api/v1/invitations', { data: { email: GRACE.email }, headers });
    expect(answer.status()).toBe(202);

    await page.goto('/register');
    await expect(heading(page, 'Registration is by invitation only')).toBeVisible();
    await expect(createButton(page)).toHaveCount(0);
    await open(page, hasScripts, (await mailTo(server, GRACE.email)).link('/register'));
    await expect(field(page, 'Email')).toHaveValue(GRACE.email);
    await expect(field(page, 'Email')).not.toBeEditable();
    await expect(field(page, 'Name')).toBeFocused();
    await field(page, 'Name').fill(GRACE.name);
    await field(page, 'Password').fill(GRACE.password);
    await createButton(page).click();
    await onDashboard(page, GRACE, hasScripts);
    await expect(said(page, 'Account created.')).toBeVisible();
    expect(await countOf(server, GRACE.email)).toBe(1);
  });
});

test.describe('where registration is closed', () => {
  test.use({ settings: { CLAVIGER_ACCOUNTS__REGISTRATION: 'closed' } });

  test('no page links to registration, and its own page says that it is closed', async ({ page, hasScripts }) => {
    await openSignIn(page, hasScripts);
    await expect(page.getByRole('link', { name: 'Create an account' })).toHaveCount(0);
    await page.goto('/register');
    await expect(heading(page, 'Registration is closed')).toBeVisible();
    await page.getByRole('link', { name: 'Back to sign-in' }).click();
    await onSignIn(page);
  });
});

test('a double click creates one account', { tag: '@scripts' }, async ({ page, server, hasScripts }) => {
  await open(page, hasScripts);
  await fillIn(page, GRACE);
  await createButton(page).dblclick();
  await expect(heading(page, 'Check your email')).toBeVisible();
  await mailTo(server, GRACE.email);
  expect(await countOf(server, GRACE.email)).toBe(1);
});
