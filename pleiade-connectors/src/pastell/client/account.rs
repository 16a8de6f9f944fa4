//! A person's own tokens.

use super::Session;
use crate::kit::json::{self, List};
use ::http::Method;
use pleiade_core::{ConnectorError, ErrorKind, Limits};
use serde::Deserialize;

/// A token of the person, without its secret, which Pastell shows once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Token {
    /// Its number.
    #[serde(deserialize_with = "json::number")]
    pub id: u64,
    /// The number of its owner (`id_u`).
    #[serde(rename = "id_u", deserialize_with = "json::number")]
    pub owner: u64,
}

impl Session {
    /// The person's own tokens.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn tokens(&self) -> Result<List<Token>, ConnectorError> {
        self.get("list tokens", &["utilisateur", "token"], &[], Limits::DEFAULT).await?.json()
    }

    /// The login of a user; nothing when the person may not read users, not even themselves.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn login(&self, user: u64) -> Result<Option<String>, ConnectorError> {
        #[derive(Deserialize)]
        struct User {
            #[serde(deserialize_with = "json::text")]
            login: String,
        }
        let user = user.to_string();
        match self.get("read a user", &["utilisateur", &user], &[], Limits::DEFAULT).await {
            Ok(answer) => Ok(Some(answer.json::<User>()?.login).filter(|login| !login.is_empty())),
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes a token of the person.
    ///
    /// # Errors
    /// Those of the application; [`ErrorKind::Forbidden`] when it is not theirs.
    pub async fn delete_token(&self, token: u64) -> Result<(), ConnectorError> {
        let token = token.to_string();
        let path = ["utilisateur", "token", token.as_str()];
        self.send("delete a token", Method::DELETE, &path, &[], Limits::DEFAULT).await.map(drop)
    }
}
