//! What LemonLDAP::NG does when somebody who has a session there must prove themselves anew.

use crate::browser::{Browser, Page};
use std::{future::Future, time::Duration};
use url::Url;

/// Waits until the portal asks for a new proof: it takes a session of the last few seconds (`portalForceAuthnInterval`) for one. `ask`
/// leaves for the portal and gives the page that it shows, if it shows one.
pub(crate) async fn asked_again<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let asked = async {
        loop {
            if let Some(asked) = ask().await {
                return asked;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked)
        .await
        .expect("an open session is not enough for ever")
}

/// Confirms that the session is to be renewed, types the password, and gives the address that leads back.
pub(crate) async fn renew(browser: &mut Browser, page: Page, login: &str, callback: &str) -> Url {
    let (to, fields) = page.form(&[]);
    assert_eq!(to.path(), "/renewsession", "{}", page.body);
    let page = browser.post(&to, &fields).await;
    assert!(page.body.contains("name=\"password\""), "the password is asked for: {}", page.body);
    let (to, fields) = page.form(&[("user", login), ("password", &format!("{login}-secret"))]);
    let page = browser.post(&to, &fields).await;
    browser.follow(page, callback).await.unwrap_or_else(|page| panic!("{}", page.body))
}
