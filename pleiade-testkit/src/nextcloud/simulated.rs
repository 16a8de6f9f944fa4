//! The settings that let a connector in.

use super::Nextcloud;
use crate::simulated::{AuthSetup, SimulatedApplication};
use pleiade_core::Credential;
use serde_json::json;
use std::sync::Arc;

fn app_password(login: &str, renewals: u32) -> Credential {
    let secret = match renewals {
        0 => Nextcloud::app_password(login),
        renewed => format!("{}-{renewed}", Nextcloud::app_password(login)),
    };
    Credential::LinkedAccount { login: login.to_owned(), secret: secret.into() }
}

pub(crate) fn simulated() -> SimulatedApplication {
    let way = AuthSetup::new(
        "app_password",
        |addresses| json!({ "name": "Nuage", "url": addresses.application }),
        json!({ "kind": "linked_account" }),
    );
    let setups = vec![AuthSetup { credential: Some(app_password), ..way }];
    let nextcloud = SimulatedApplication::new("nextcloud", |clock| Arc::new(Nextcloud::new(clock)), setups);
    SimulatedApplication {
        without_card: &[
            ("notifications", &[]),
            ("conversations", &[]),
            ("agenda", &[]),
            ("tasks", &[]),
            ("shares", &[]),
        ],
        boards: &[(&["agents"], &["notifications", "conversations", "agenda", "tasks", "files", "shares"])],
        ..nextcloud
    }
}
