//! The one map from errors of services to problems.

use super::problem::Problem;
use crate::model::FieldError;
use crate::server::services::{
    ApiKeyError, BulkError, ImportError, InspectorError, InvitationError, LinkError, OwnAccountError, PictureError,
    RefreshError, RegistrationError, RoleError, ServiceError, UserError, tokens::TokenError,
};
use axum::http::StatusCode;

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Unavailable(cause) => {
                tracing::warn!(?cause, "the database is unavailable");
                Self::Busy
            }
            ServiceError::Revoked => Self::Token(TokenError::Revoked),
            other => {
                tracing::error!(cause = ?other, "request failed");
                Self::Internal
            }
        }
    }
}

impl From<UserError> for Problem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Service(error) => error.into(),
            UserError::Missing => Self::NotFound,
            UserError::Taken(names) => {
                let fields =
                    [("email", names.email), ("username", names.username)].into_iter().filter(|(_, taken)| *taken);
                let error = |(field, _): (&str, bool)| FieldError {
                    field: field.to_owned(),
                    message: "Already in use".to_owned(),
                };
                Self::Conflict("Email or username already in use".to_owned(), fields.map(error).collect())
            }
            UserError::UnknownRole { .. } => Self::of_field("roles", &"Unknown role"),
            UserError::RoleEnded(_) => Self::of_field("until", &"Must be in the future"),
            UserError::Changed => Self::PreconditionFailed,
            UserError::EmailFrozen | UserError::OwnBan => Self::Conflict(error.to_string(), Vec::new()),
            UserError::NotFresh => Self::FreshSignInRequired,
            UserError::BeyondActor | UserError::Ambiguous { .. } => Self::Forbidden,
            UserError::LastAdministrator => {
                Self::Conflict("Can't remove the last administrator".to_owned(), Vec::new())
            }
        }
    }
}

impl From<BulkError> for Problem {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::TooMany => {
                Self::of_field("filter", &"More than 100,000 users match: use a filter that matches fewer")
            }
            BulkError::Forbidden => Self::Forbidden,
            BulkError::Missing => Self::NotFound,
            BulkError::Unfinished => Self::Conflict("One of your jobs is not finished".to_owned(), Vec::new()),
            BulkError::Finished => Self::Conflict("The job has already finished".to_owned(), Vec::new()),
            BulkError::User(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let sentence = error.to_string().trim_end_matches('.').to_owned();
        match error {
            ImportError::User(error) => error.into(),
            ImportError::TooLarge => Self::TooLarge,
            ImportError::Gone => Self::NotFound,
            ImportError::Unfinished => BulkError::Unfinished.into(),
            ImportError::NoFile
            | ImportError::Format
            | ImportError::Empty
            | ImportError::Header(_)
            | ImportError::TooMany => Self::Refused { status: StatusCode::BAD_REQUEST, code: "invalid_file", sentence },
        }
    }
}

impl From<RoleError> for Problem {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Taken => Self::conflict("name", &error),
            RoleError::Description => Self::of_field("description", &error),
            RoleError::UnknownPermission => Self::of_field("permissions", &error),
            RoleError::Missing => Self::NotFound,
            RoleError::BuiltIn | RoleError::Held => Self::Conflict(error.to_string(), Vec::new()),
            RoleError::Changed => Self::PreconditionFailed,
            RoleError::BeyondActor => Self::Forbidden,
            RoleError::Service(error) => error.into(),
        }
    }
}

impl From<RegistrationError> for Problem {
    fn from(error: RegistrationError) -> Self {
        let sentence = error.to_string();
        let (status, code) = match error {
            RegistrationError::Closed => (StatusCode::FORBIDDEN, "registration_closed"),
            RegistrationError::InvitationNeeded => (StatusCode::FORBIDDEN, "invitation_needed"),
            RegistrationError::DeadInvitation => (StatusCode::BAD_REQUEST, "invalid_link"),
            RegistrationError::OtherDomain => return Self::of_field("email", &sentence),
            RegistrationError::UsernameReserved => return Self::of_field("username", &sentence),
            RegistrationError::UsernameTaken => return Self::conflict("username", &sentence),
            RegistrationError::Service(error) => return error.into(),
        };
        Self::Refused { status, code, sentence }
    }
}

impl From<InvitationError> for Problem {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Taken => Self::conflict("email", &error),
            InvitationError::Closed => RegistrationError::Closed.into(),
            InvitationError::Service(error) => error.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        let sentence = error.to_string();
        let code = match error {
            LinkError::Dead => "invalid_link",
            LinkError::WrongCode => "invalid_code",
            LinkError::Unfit(_) => return Self::of_field("password", &sentence),
            LinkError::EmailFrozen => return Self::Conflict(sentence, Vec::new()),
            LinkError::Taken => return Self::conflict("email", &sentence),
            LinkError::Service(error) => return error.into(),
        };
        Self::Refused { status: StatusCode::BAD_REQUEST, code, sentence }
    }
}

impl From<OwnAccountError> for Problem {
    fn from(error: OwnAccountError) -> Self {
        match error {
            OwnAccountError::WrongPassword => Self::of_field("password", &error),
            OwnAccountError::Unfit(_) => Self::of_field("newPassword", &error),
            OwnAccountError::OtherDomain => Self::of_field("email", &error),
            OwnAccountError::SignIn(error) => Self::SignIn(error),
            OwnAccountError::NotFresh => Self::FreshSignInRequired,
            // The session ended, or the user was banned or deleted, during the request.
            OwnAccountError::User(UserError::Missing) => Self::Token(TokenError::Revoked),
            OwnAccountError::User(error) => error.into(),
        }
    }
}

impl From<PictureError> for Problem {
    fn from(error: PictureError) -> Self {
        let sentence = error.to_string();
        let (status, code) = match error {
            PictureError::Empty | PictureError::Damaged => (StatusCode::BAD_REQUEST, "invalid_picture"),
            PictureError::WrongKind => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            PictureError::TooLarge | PictureError::TooWide => (StatusCode::PAYLOAD_TOO_LARGE, "picture_too_large"),
            PictureError::TooMany => return Self::TooManyRequests { retry_after: 1 },
            PictureError::Busy => return Self::Busy,
            PictureError::Service(error) => return error.into(),
        };
        Self::Refused { status, code, sentence }
    }
}

impl From<ApiKeyError> for Problem {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::Name => Self::of_field("name", &error),
            ApiKeyError::UnknownScope => Self::of_field("scopes", &error),
            ApiKeyError::Past => Self::of_field("expiresAt", &error),
            ApiKeyError::Networks => Self::of_field("networks", &error),
            ApiKeyError::TooMany => Self::Conflict(error.to_string(), Vec::new()),
            ApiKeyError::BeyondOwner => Self::Forbidden,
            ApiKeyError::NotFresh => Self::FreshSignInRequired,
            ApiKeyError::Service(error) => error.into(),
        }
    }
}

impl From<InspectorError> for Problem {
    fn from(error: InspectorError) -> Self {
        match error {
            InspectorError::Forbidden => Self::Forbidden,
            InspectorError::Service(error) => error.into(),
        }
    }
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Invalid => Self::Token(TokenError::Invalid),
            RefreshError::Revoked => Self::Token(TokenError::Revoked),
            RefreshError::Unavailable => Self::Busy,
            RefreshError::Internal => Self::Internal,
        }
    }
}
