//! The explanation of a failed application for an administrator: the same in `check`, in the log and in the console.

use pleiade_connectors::text::Catalogue;
use pleiade_core::{ConnectorError, Locale};
use std::{error::Error as _, iter::successors, sync::LazyLock};

/// The words of every kind of error.
static COMMON: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builder().build());

/// The failure, the place to look at, then the fixed words of the causes. `name` is what the operator called the application.
pub(crate) fn explain(name: &str, error: &ConnectorError) -> String {
    let message = error.kind().for_administrator(name, error.operation());
    let sentence = COMMON.message(Locale::En, chrono_tz::UTC, &message);
    [Some(sentence), causes(error)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The place to look at, then the fixed words of the causes; in English, as in the log.
pub(crate) fn causes(error: &ConnectorError) -> Option<String> {
    let hint = error.hint().map(|hint| format!("Hint: {hint}."));
    let causes: Vec<String> =
        successors(error.source(), |&cause| cause.source()).map(ToString::to_string).collect();
    let causes = (!causes.is_empty()).then(|| format!("The cause: {}.", causes.join(": ")));
    let told: Vec<String> = [hint, causes].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::ErrorKind;

    #[test]
    fn it_says_what_happened_the_hint_and_every_cause() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let inner = ConnectorError::new(ErrorKind::Unreachable, "connect").with_source(refused);
        let error = ConnectorError::new(ErrorKind::Unreachable, "list files")
            .with_hint("the host is unknown")
            .with_source(inner);
        let told = explain("Nuage", &error);
        assert!(told.contains("Nuage") && told.contains("list files"), "{told}");
        assert!(told.contains(" Hint: the host is unknown. The cause: "), "{told}");
        assert!(told.ends_with(": connection refused."), "{told}");
        let bare = explain("Nuage", &ConnectorError::new(ErrorKind::Timeout, "list files"));
        assert!(!bare.contains("Hint") && !bare.contains("The cause"), "{bare}");
    }
}
