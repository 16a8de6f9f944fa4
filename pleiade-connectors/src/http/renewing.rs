//! A transport whose client certificate is replaced while it runs.
//!
//! The certificate and its key are files, which whoever renews them replaces. They are looked at again once a minute, when a call is made,
//! and at once when the application has refused the certificate. A sound replacement takes over with connections of its own, so that
//! none that was opened with the old certificate is used again; anything else is refused with a line in the log, and the old one goes on.

use super::{ClientIdentity, HardenedBuilder, HardenedError, HardenedTransport, IdentityError};
use ::http::{Request, Response};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use pleiade_core::{Clock, Limits, Transport, TransportError};
use std::{
    fmt,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The time after which the files are looked at again.
pub const IDENTITY_CHECK_INTERVAL: Duration = Duration::from_secs(60);
/// The longest wait for a disk after a refusal, so that the call after it already goes with the replacement.
const MAX_CHECK_WAIT: Duration = Duration::from_secs(2);
/// The largest file of a certificate or a key that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The files of a client certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityFiles {
    /// The certificate, with its chain after it, as PEM.
    pub certificate: PathBuf,
    /// Its key, as PEM.
    pub key: PathBuf,
}

/// What the files held. The texts are kept for comparison alone.
#[derive(PartialEq, Eq)]
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl IdentityFiles {
    /// A certificate and its key.
    #[must_use]
    pub fn new(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self { certificate: certificate.into(), key: key.into() }
    }

    fn read(&self) -> Result<Contents, IdentityError> {
        let read = |path: &Path| {
            let mut bytes = Vec::new();
            let file = File::open(path).map_err(|_| IdentityError::Files)?;
            file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(|_| IdentityError::Files)?;
            Ok(bytes)
        };
        Ok(Contents { certificate: read(&self.certificate)?, key: read(&self.key)? })
    }
}

struct State {
    transport: HardenedTransport,
    not_after: DateTime<Utc>,
    /// The contents that were looked at last, sound or not.
    seen: Contents,
    /// The fault of the last look, so that it is told once.
    fault: Option<HardenedError>,
    checked_at: Duration,
    is_checking: bool,
    /// True if the application has refused the certificate since the files were looked at for it.
    is_refused: bool,
}

/// Sends requests with the client certificate that its files hold at the time. Cloning is cheap; clones are one.
#[derive(Clone)]
pub struct RenewingTransport {
    builder: Arc<HardenedBuilder>,
    files: Arc<IdentityFiles>,
    clock: Arc<dyn Clock>,
    state: Arc<Mutex<State>>,
}

/// The paths stay out of debug output.
impl fmt::Debug for RenewingTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenewingTransport").field("not_after", &self.not_after()).finish_non_exhaustive()
    }
}

impl RenewingTransport {
    /// The transport of a builder, with the certificate that the files hold now. It reads them, so it is to be called where waiting for a
    /// disk is allowed.
    ///
    /// # Errors
    /// [`HardenedError`]; for the files [`HardenedError::Identity`]. A certificate that has expired is taken: the application refuses it,
    /// and its successor is looked for.
    pub fn new(
        builder: HardenedBuilder,
        files: IdentityFiles,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, HardenedError> {
        let seen = files.read()?;
        let identity = ClientIdentity::from_pem(&seen.certificate, &seen.key)?;
        let not_after = identity.not_after();
        let transport = builder.clone().client_identity(identity).build()?;
        let state = State {
            transport,
            not_after,
            seen,
            fault: None,
            checked_at: clock.elapsed(),
            is_checking: false,
            is_refused: false,
        };
        let state = Arc::new(Mutex::new(state));
        Ok(Self { builder: Arc::new(builder), files: Arc::new(files), clock, state })
    }

    /// The instant at which the certificate in use ends.
    #[must_use]
    pub fn not_after(&self) -> DateTime<Utc> {
        self.state().not_after
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True for the one caller who is to look at the files now.
    fn begin_check(&self) -> bool {
        let now = self.clock.elapsed();
        let mut state = self.state();
        let is_due = now.saturating_sub(state.checked_at) >= IDENTITY_CHECK_INTERVAL;
        if !is_due || state.is_checking {
            return false;
        }
        (state.is_checking, state.checked_at) = (true, now);
        true
    }

    /// Looks at the files on a thread that may wait for a disk. It goes on when the call that began it is given up.
    async fn check(&self) {
        let own = self.clone();
        if tokio::task::spawn_blocking(move || own.check_files()).await.is_err() {
            self.state().is_checking = false;
        }
    }

    fn check_files(&self) {
        let found = self.files.read();
        let outcome = match found {
            Ok(found) if found == self.state().seen => Ok(None),
            Ok(found) => {
                let replacement = self.replacement(&found);
                // One that begins tomorrow is looked at again.
                if !matches!(replacement, Err(HardenedError::Identity(IdentityError::NotYet))) {
                    self.state().seen = found;
                }
                replacement.map(Some)
            }
            Err(error) => Err(error.into()),
        };
        let mut state = self.state();
        state.is_checking = false;
        match outcome {
            // What was seen before was told before; files that can be read again may be told of again.
            Ok(None) => state.fault = None,
            Ok(Some((transport, not_after))) => {
                (state.transport, state.not_after, state.is_refused) = (transport, not_after, false);
                state.fault = None;
                tracing::info!(certificate = %self.files.certificate.display(), %not_after, "the client certificate was replaced");
            }
            Err(error) if state.fault.as_ref() == Some(&error) => {}
            Err(error) => {
                tracing::warn!(certificate = %self.files.certificate.display(), %error, "the new client certificate cannot be used; the one before goes on");
                state.fault = Some(error);
            }
        }
    }

    fn replacement(&self, found: &Contents) -> Result<(HardenedTransport, DateTime<Utc>), HardenedError> {
        let identity = ClientIdentity::from_pem(&found.certificate, &found.key)?;
        let (not_after, now) = (identity.not_after(), self.clock.now());
        if not_after <= now {
            return Err(IdentityError::Expired.into());
        }
        if identity.not_before() > now {
            return Err(IdentityError::NotYet.into());
        }
        Ok((HardenedBuilder::clone(&self.builder).client_identity(identity).build()?, not_after))
    }
}

#[async_trait]
impl Transport for RenewingTransport {
    async fn send(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError> {
        let send = async {
            if self.begin_check() {
                self.check().await;
            }
            let transport = self.state().transport.clone();
            transport.send(request, limits).await
        };
        let outcome =
            tokio::time::timeout(limits.deadline, send).await.unwrap_or(Err(TransportError::Deadline));
        let is_refusal = matches!(
            outcome,
            Err(TransportError::ClientCertificate | TransportError::Certificate(_) | TransportError::Tls)
        );
        let is_first = {
            let mut state = self.state();
            let is_first = is_refusal && !state.is_refused && !state.is_checking;
            state.is_refused = is_refusal || (state.is_refused && outcome.is_err());
            state.is_checking |= is_first;
            is_first
        };
        if is_first {
            let _ = tokio::time::timeout(MAX_CHECK_WAIT, self.check()).await;
        }
        outcome
    }
}
