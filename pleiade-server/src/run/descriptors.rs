//! The limit of file descriptors of this process. Service managers start programs with a soft limit of 1,024, for the sake of programs
//! older than `poll`, and a hard one that is far higher.

/// So many are enough for anybody, and some systems promise billions that they do not have.
const MAX_DESCRIPTORS: u64 = 1 << 20;

/// The soft limit now, or none where there is none.
#[cfg(unix)]
#[must_use]
pub fn limit() -> Option<u64> {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current
}

/// Raises the soft limit to the hard one, or to 1,048,576, says so in the log, and gives what it is then.
#[cfg(unix)]
pub fn raise() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::Nofile);
    let wanted = before.maximum.map_or(MAX_DESCRIPTORS, |hard| hard.min(MAX_DESCRIPTORS));
    let now = before.current?;
    if now >= wanted {
        return Some(now);
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: before.maximum }) {
        Ok(()) => {
            tracing::info!(from = now, to = wanted, "the limit of file descriptors is raised");
            Some(wanted)
        }
        Err(error) => {
            tracing::warn!(%error, limit = now, "the limit of file descriptors stays as it is");
            Some(now)
        }
    }
}

/// Other systems count in other ways.
#[cfg(not(unix))]
#[must_use]
pub fn limit() -> Option<u64> {
    None
}

/// Other systems count in other ways.
#[cfg(not(unix))]
pub fn raise() -> Option<u64> {
    None
}
