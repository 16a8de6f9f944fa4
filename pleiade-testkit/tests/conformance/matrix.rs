//! Matrix, in each way in that an operator can choose.
#![expect(clippy::unwrap_used, reason = "constants of a test")]

use pleiade_connectors::matrix::{MatrixAccess, MatrixConfig, MatrixConnector};
use pleiade_core::{Connector, ConnectorError, ConnectorId, Credential, Transport};
use pleiade_testkit::{Matrix, conformance::Subject, matrix};
use std::sync::Arc;

pub(crate) fn subjects() -> Vec<Subject> {
    let appservice = || MatrixAccess::ApplicationService { as_token: matrix::AS_TOKEN.into() };
    let jwt = || MatrixAccess::Jwt {
        secret: matrix::JWT_SECRET.into(),
        issuer: Some(matrix::JWT_ISSUER.to_owned()),
        audience: Some(matrix::JWT_AUDIENCE.to_owned()),
    };
    let token = |login: &str, generation: u32| format!("{}{login}.{generation}", matrix::PERSON_TOKEN);
    vec![
        subject("matrix_application_service", appservice).secret(matrix::AS_TOKEN),
        subject("matrix_jwt", jwt).secret(matrix::JWT_SECRET),
        subject("matrix_person_token", || MatrixAccess::PersonToken).credential(move |login, generation| {
            Credential::PersonToken { token: token(login, generation).into(), expires_at: None }
        }),
        subject("matrix_linked_account", || MatrixAccess::LinkedAccount).credential(
            move |login, generation| Credential::LinkedAccount {
                login: login.to_owned(),
                secret: token(login, generation).into(),
            },
        ),
    ]
}

fn subject(name: &str, access: impl Fn() -> MatrixAccess + Send + Sync + 'static) -> Subject {
    let simulator = |clock| Arc::new(Matrix::new(clock)) as _;
    Subject::new(name, simulator, move |transport| connector(access(), transport))
        .link_host("matrix.demonstration.example")
}

fn connector(
    access: MatrixAccess,
    transport: Arc<dyn Transport>,
) -> Result<Arc<dyn Connector>, ConnectorError> {
    let config = MatrixConfig {
        name: "Tchat".to_owned(),
        homeserver: "https://matrix.demonstration.example/".parse().unwrap(),
        server_name: matrix::SERVER_NAME.to_owned(),
        element_url: "https://chat.demonstration.example/".parse().unwrap(),
        access,
        device_id: "PLEIADE".to_owned(),
        private_receipts: false,
        lines: 20,
        remembered_people: 100,
    };
    Ok(Arc::new(MatrixConnector::new(ConnectorId::new("matrix").unwrap(), config, transport)?))
}
