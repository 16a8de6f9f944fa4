//! Zimbra, in each way in that an operator can choose.
#![expect(clippy::expect_used, reason = "constants of a test")]

use pleiade_connectors::zimbra::{PreauthKey, ZimbraAccess, ZimbraConfig, ZimbraConnector};
use pleiade_core::{Connector, ConnectorError, ConnectorId, Credential, Transport};
use pleiade_testkit::{Zimbra, conformance::Subject, people::TENANTS, zimbra};
use std::sync::Arc;

pub(crate) fn subjects() -> Vec<Subject> {
    let domains = || TENANTS.iter().map(|tenant| format!("{}.example", tenant.id));
    let preauth = move || {
        let preauth_keys = domains()
            .map(|domain| {
                serde_json::from_value::<PreauthKey>(
                    serde_json::json!({"domain": domain, "key": Zimbra::preauth_key(&domain)}),
                )
                .expect("a key")
            })
            .collect();
        ZimbraAccess::Preauth { preauth_keys }
    };
    let delegated = || ZimbraAccess::Delegated {
        admin_url: "https://mail.demonstration.example:7071".parse().expect("an address"),
        admin: zimbra::ADMIN.to_owned(),
        password: zimbra::ADMIN_PASSWORD.into(),
    };
    let keys: Vec<String> = domains().map(|domain| Zimbra::preauth_key(&domain)).collect();
    let by_key = keys.into_iter().fold(subject("zimbra_preauth", preauth), Subject::secret);
    vec![
        by_key,
        subject("zimbra_linked", || ZimbraAccess::Linked).credential(|login, renewals| {
            let renewed = if renewals == 0 { String::new() } else { format!("-{renewals}") };
            let secret = format!("{}{renewed}", Zimbra::password(login)).into();
            Credential::LinkedAccount { login: login.to_owned(), secret }
        }),
        subject("zimbra_delegated", delegated).secret(zimbra::ADMIN_PASSWORD),
    ]
}

fn subject(name: &str, access: impl Fn() -> ZimbraAccess + Send + Sync + 'static) -> Subject {
    let simulator = |clock| Arc::new(Zimbra::new(clock)) as _;
    Subject::new(name, simulator, move |transport| connector(access(), transport))
        .link_host(zimbra::CONFERENCE_HOST)
}

fn connector(
    access: ZimbraAccess,
    transport: Arc<dyn Transport>,
) -> Result<Arc<dyn Connector>, ConnectorError> {
    let url = "https://mail.demonstration.example".parse().expect("an address");
    let mut config = ZimbraConfig::new(url, access);
    config.conference_hosts = vec![zimbra::CONFERENCE_HOST.to_owned()];
    Ok(Arc::new(ZimbraConnector::new(ConnectorId::new("zimbra").expect("a slug"), config, transport)?))
}
