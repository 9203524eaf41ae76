//! Delivers mails to an SMTP server.

use super::transport::Fault;
use crate::server::settings::{SmtpTls, SmtpUrl};
use lettre::{
    Message,
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailParameter},
    },
};
use std::{error::Error as _, io, iter, time::Duration};
use tokio::time::timeout;

/// The time limit for connecting and signing in, for the envelope, and for the content.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time limit for QUIT.
const COURTESY: Duration = Duration::from_secs(1);
/// The longest error text in characters. It quotes the server's response.
const WORDS: usize = 200;

/// An SMTP server. Each mail uses its own connection.
///
/// Connecting and delivering are separate, because a 5xx to our password says nothing about the mail, and a
/// 5xx to the mail says nothing about the server.
pub(super) struct Smtp {
    host: String,
    port: u16,
    tls: SmtpTls,
    trust: TlsParameters,
    hello: ClientId,
    credentials: Option<Credentials>,
}

impl Smtp {
    /// Configures the server at `url`, with `domain` as our name in EHLO.
    pub fn new(url: &SmtpUrl, domain: &str) -> Option<Self> {
        let credentials = url.credentials.as_ref();
        Some(Self {
            host: url.host.clone(),
            port: url.port,
            tls: url.tls,
            trust: TlsParameters::new(url.host.clone()).ok()?,
            hello: ClientId::Domain(domain.to_owned()),
            credentials: credentials
                .map(|(user, password)| Credentials::new(user.clone(), password.expose().to_owned())),
        })
    }

    /// Delivers a mail.
    pub async fn send(&self, message: &Message) -> Result<(), Fault> {
        let mut connection = match timeout(PATIENCE, self.connect()).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(Fault::Unreachable(unreachable(&error))),
            Err(_) => return Err(Fault::Unreachable("The email server doesn’t respond".to_owned())),
        };
        match timeout(PATIENCE, offer(&mut connection, message.envelope())).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return Err(fault),
            Err(_) => return Err(Fault::NotNow("The email server stopped responding".to_owned())),
        }
        match timeout(PATIENCE, connection.message(&message.formatted())).await {
            Ok(Ok(_)) => {
                // The server has accepted the mail, whatever happens to QUIT.
                let _ = timeout(COURTESY, connection.quit()).await;
                Ok(())
            }
            Ok(Err(error)) if error.status().is_some() => Err(refusal(&error)),
            // From here on the server may have the whole mail and may deliver it.
            Ok(Err(_)) => Err(Fault::Unsure("Connection to the email server lost".to_owned())),
            Err(_) => Err(Fault::Unsure("The email server stopped responding".to_owned())),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let trust = || self.trust.clone();
        let from_the_first_byte = (self.tls == SmtpTls::Always).then(trust);
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, None, &self.hello, from_the_first_byte, None).await?;
        if self.tls == SmtpTls::StartTls || self.tls == SmtpTls::IfOffered && connection.can_starttls() {
            connection.starttls(trust(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// Sends the envelope, up to DATA. Until then the server can't have accepted the mail.
async fn offer(connection: &mut AsyncSmtpConnection, envelope: &Envelope) -> Result<(), Fault> {
    let mut options = Vec::new();
    if envelope.to().iter().chain(envelope.from()).any(|address| !address.user().is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Fault::Never("The email server can’t send to this address".to_owned()));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    let said = async {
        connection.command(Mail::new(envelope.from().cloned(), options)).await?;
        for to in envelope.to() {
            connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
        }
        connection.command(Data).await
    };
    said.await.map(drop).map_err(|error| refusal(&error))
}

/// Describes a failed connection without the server's response, which may repeat our password.
fn unreachable(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("SMTP authentication or connection refused ({code})"),
        None if is_of_tls(error) => "Certificate of the email server not trusted".to_owned(),
        None if error.is_client() => "The email server doesn’t offer STARTTLS or AUTH".to_owned(),
        None => "Can’t reach the email server".to_owned(),
    }
}

/// Finds TLS errors: rustls reports them as `InvalidData`, somewhere among the causes.
fn is_of_tls(error: &Error) -> bool {
    let mut causes = iter::successors(error.source(), |cause| (*cause).source());
    causes.any(|cause| cause.downcast_ref().is_some_and(|io: &io::Error| io.kind() == io::ErrorKind::InvalidData))
}

fn refusal(error: &Error) -> Fault {
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    match error.status() {
        Some(code) if error.is_permanent() => {
            Fault::Never(in_short(&format!("Rejected permanently ({code}): {words}")))
        }
        Some(code) => Fault::NotNow(in_short(&format!("Rejected temporarily ({code}): {words}"))),
        None => Fault::NotNow("Connection to the email server lost".to_owned()),
    }
}

fn in_short(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_the_servers_reply_is_kept() {
        let text = in_short(&format!("no\r\n\u{1b}[31m{}", "x".repeat(1000)));
        assert_eq!(text.chars().count(), WORDS);
        assert!(!text.contains(char::is_control));
    }
}
