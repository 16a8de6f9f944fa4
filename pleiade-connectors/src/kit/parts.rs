//! Cards that are read by several calls: one that fails leaves the others shown.

use super::content;
use pleiade_core::{CallContext, ConnectorError, ErrorKind, WidgetContent};

/// The results of several calls of one card.
#[derive(Debug)]
pub struct Parts<T> {
    /// The parts that could be read, in their order.
    pub read: Vec<T>,
    /// The error of the first part that could not be read. Every number counted from the parts is a minimum then.
    pub missing: Option<ConnectorError>,
}

impl<T> Parts<T> {
    /// Joins what several calls of one card gave.
    ///
    /// # Errors
    /// The first error when no call succeeded, and any that refuses the credential of the person: another one may open all parts.
    pub fn join(calls: impl IntoIterator<Item = Result<T, ConnectorError>>) -> Result<Self, ConnectorError> {
        let mut parts = Self { read: Vec::new(), missing: None };
        for call in calls {
            match call {
                Ok(part) => parts.read.push(part),
                Err(error) if error.refuses_credential() || error.kind() == ErrorKind::NotLinked => {
                    return Err(error);
                }
                Err(error) => drop(parts.missing.get_or_insert(error)),
            }
        }
        match parts.missing {
            Some(error) if parts.read.is_empty() => Err(error),
            _ => Ok(parts),
        }
    }

    /// Notes on the card that a part is missing.
    pub fn note(&self, content: &mut WidgetContent, cx: &CallContext) {
        if let Some(error) = &self.missing {
            content::note_missing(content, cx, error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: ErrorKind) -> Result<u8, ConnectorError> {
        Err(ConnectorError::new(kind, "read"))
    }

    #[test]
    fn one_call_that_fails_leaves_the_others() {
        let parts =
            Parts::join([Ok(1), failed(ErrorKind::Timeout), Ok(3), failed(ErrorKind::Forbidden)]).unwrap();
        assert_eq!((parts.read, parts.missing.unwrap().kind()), (vec![1, 3], ErrorKind::Timeout));
        assert!(Parts::<u8>::join([]).unwrap().missing.is_none());
    }

    #[test]
    fn nothing_read_is_an_error_and_so_is_a_refused_credential() {
        let kind = |calls| Parts::<u8>::join(calls).unwrap_err().kind();
        assert_eq!(kind(vec![failed(ErrorKind::Timeout), failed(ErrorKind::Forbidden)]), ErrorKind::Timeout);
        let refused = ConnectorError::new(ErrorKind::Unauthenticated, "read").with_refused_credential();
        assert_eq!(kind(vec![Ok(1), Err(refused)]), ErrorKind::Unauthenticated);
        // A sign-in page before one of several addresses says nothing of the others.
        assert!(Parts::join([Ok(1), failed(ErrorKind::Unauthenticated)]).unwrap().missing.is_some());
    }
}
