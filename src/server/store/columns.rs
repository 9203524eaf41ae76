//! Encoding of our types in columns of either database.

use super::nodes::NodeState;
use crate::{
    model::{
        AuditId, BulkFailure, EndReason, EventId, JobId, MailId, MailKind, MailState, RiskSignal, SecretId, SessionId,
        SessionKind, Status, Timestamp, UserId,
    },
    server::domain::{AuditAction, AuditOutcome, SecretPurpose},
};
use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

macro_rules! text_columns {
    ($($t:ty),+ $(,)?) => { $(
        impl<DB: Database> Type<DB> for $t
        where
            String: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $t
        where
            String: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.to_string().encode(buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $t
        where
            String: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let text = String::decode(value)?;
                text.parse().map_err(|_| format!("not a {}: {text}", stringify!($t)).into())
            }
        }
    )+ };
}

text_columns!(
    AuditAction,
    AuditId,
    AuditOutcome,
    BulkFailure,
    EndReason,
    EventId,
    JobId,
    MailId,
    MailKind,
    MailState,
    NodeState,
    RiskSignal,
    SecretId,
    SecretPurpose,
    SessionId,
    SessionKind,
    Status,
    UserId
);

impl<DB: Database> Type<DB> for Timestamp
where
    i64: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <i64 as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <i64 as Type<DB>>::compatible(ty)
    }
}

impl<'q, DB: Database> Encode<'q, DB> for Timestamp
where
    i64: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.0.encode_by_ref(buffer)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Timestamp
where
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        i64::decode(value).map(Self)
    }
}
