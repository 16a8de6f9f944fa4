//! Addresses of parts of the queue.

use pleiade_connectors::queue::{QueueFilter, QueueView};

/// The page of tasks.
const PATH: &str = "/tasks";
/// The word for tasks that were put off, in addresses.
pub(super) const SNOOZED: &str = "snoozed";

/// The parameters by which an address names a filter.
pub(super) fn parameters(filter: &QueueFilter) -> Vec<(&'static str, String)> {
    let named = [
        ("kind", filter.kind.map(|kind| kind.as_str().to_owned())),
        ("application", filter.connector.as_ref().map(ToString::to_string)),
        ("tenant", filter.tenant.as_ref().map(ToString::to_string)),
        ("view", (filter.view == QueueView::Snoozed).then(|| SNOOZED.to_owned())),
    ];
    named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The address of the part of the queue that a filter lets pass.
pub(super) fn address(filter: &QueueFilter) -> String {
    // Slugs and words of ours: nothing of them needs to be encoded.
    let parameters: Vec<String> =
        parameters(filter).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    if parameters.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", parameters.join("&")) }
}
