//! `demo`.

use super::{args::print_line, failure::Failure};
use crate::{
    config::{LogFormat, LoggingConfig},
    demo::{Demo, DemoError, DemoOptions},
    run, telemetry,
};
use std::time::Instant;

pub(super) async fn demo(options: DemoOptions) -> Result<(), Failure> {
    let start = Instant::now();
    let logging = LoggingConfig { format: LogFormat::Text, level: "warn".into() };
    telemetry::init_logging(&logging).map_err(|error| Failure::other(error.to_string()))?;
    run::descriptors::raise();
    let demo = Demo::start(&options).await?;
    print_line(&demo.invitation(start.elapsed()))?;
    demo.serve(run::asked_to_stop())
        .await
        .map_err(|_| Failure::other("the demonstration stopped, or its folder could not be removed"))
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Port(_) | DemoError::Listen(_) | DemoError::Unspecified(_) => {
                Self::new(Self::LISTEN, error.to_string())
            }
            DemoError::Storage(error) => error.into(),
            error => Self::other(error.to_string()),
        }
    }
}
