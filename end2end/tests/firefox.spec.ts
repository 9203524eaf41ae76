// What users do most, in Firefox: the other tests run in Chromium.

import { awake, fill, inFirefox, open, press, shows } from '../fixtures/firefox.ts';
import { mailTo } from '../fixtures/mail.ts';
import { expect, test } from '../fixtures/test.ts';

test('a user registers and signs in with Firefox @scripts', async ({ server, ada }) => {
  expect(ada.email, 'with a first account, registration is open').toBeTruthy();
  await inFirefox(async (page) => {
    await open(page, `${server.url}/register`);
    await fill(page, 'name', 'Mary');
    await fill(page, 'email', 'mary@example.com');
    await fill(page, 'password', 'a ship in port is safe');
    await shows(page, 'Strong');
    await press(page, 'Create account');
    await page.waitForFunction(() => location.pathname === '/verify-email');
    const mail = await mailTo(server, 'mary@example.com');
    await page.goto(mail.link('/verify-email'));
    await press(page, 'Verify email');
    await page.waitForFunction(() => location.pathname === '/dashboard');
  });
});

test('an administrator signs in and follows the monitor with Firefox @scripts', async ({ server, grace, ada, program }) => {
  await inFirefox(async (page) => {
    await open(page, `${server.url}/login?next=%2Fadmin%2Fmonitor`);
    await fill(page, 'identifier', grace.email);
    await fill(page, 'password', grace.password);
    await press(page, 'Sign in');
    await page.waitForFunction(() => location.pathname === '/admin/monitor');
    await shows(page, 'Live');
    const answer = await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
    expect(answer.status()).toBe(200);
    await shows(page, ada.email);
  });
});

test('a pasted token is read in Firefox @scripts', async ({ server, ada, program }) => {
  const answer = await program.post('/api/auth/login', { data: { email: ada.email, password: ada.password } });
  const { token } = await answer.json();
  await inFirefox(async (page) => {
    await open(page, `${server.url}/login?next=%2Finspector`);
    await fill(page, 'identifier', ada.email);
    await fill(page, 'password', ada.password);
    await press(page, 'Sign in');
    await page.waitForFunction(() => location.pathname === '/inspector');
    await awake(page);
    await fill(page, 'token', token);
    await shows(page, ada.id);
  });
});
