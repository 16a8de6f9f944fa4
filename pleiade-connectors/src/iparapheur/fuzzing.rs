//! What the fuzz target in `fuzz/` feeds: everything that an application in the place of i-Parapheur may answer. None may panic, and what
//! must hold whatever comes is asserted. The tests replay the corpus.

use super::{
    model::{Folder, deadline, is_id},
    premis::Premis,
    wire::{ListedFolder, Named, PageOf, V4Desk, V4Folder, delegations, v4_desks},
};
use crate::kit::json::List;

/// Reads the same octets as each kind of answer.
pub fn answer(data: &[u8]) {
    if let Some(premis) = Premis::parse(data) {
        let mut tasks = premis.steps.iter().filter_map(|step| step.task.as_deref());
        assert!(tasks.all(is_id));
        assert!(premis.pending().is_none_or(|step| !step.done && step.action != "READ"));
    }
    for desk in v4_desks(data).map(|desks| desks.filter_map(V4Desk::read)).unwrap_or_default().iter() {
        assert!(is_id(&desk.id.desk) && desk.id.tenant.is_none());
        assert!(desk.counts.late <= desk.counts.pending, "late ones are among those to process");
    }
    if let Ok(folders) = serde_json::from_slice::<List<V4Folder>>(data) {
        folders.filter_map(|folder| folder.read(0)).iter().for_each(check);
    }
    if let Ok(page) = serde_json::from_slice::<PageOf<ListedFolder>>(data) {
        page.content.filter_map(|folder| Some(folder.read(0))).iter().for_each(check);
    }
    if let Ok(page) = serde_json::from_slice::<PageOf<Named>>(data) {
        assert!(page.content.iter().all(|named| is_id(&named.id)));
    }
    delegations(data);
}

fn check(folder: &Folder) {
    assert!(is_id(&folder.id));
    let engages = folder.may.visa || folder.may.reject;
    assert!(!engages || !folder.asks.is_signature(), "nothing is posted on a signature");
    assert!(!engages || folder.holdup.is_none());
    let _ = folder.due.map(|due| deadline(due, chrono_tz::Pacific::Kiritimati));
}

#[cfg(test)]
mod tests {
    use crate::fuzz_corpus::{sample, samples};
    use proptest::prelude::*;

    #[test]
    fn answers_of_the_corpus() {
        for sample in samples("iparapheur", 5) {
            super::answer(&sample);
        }
    }

    proptest! {
        /// Samples with a part of them replaced.
        #[test]
        fn any_answer(place in 0_usize..800, cut in 0_usize..40, patch in "[\\[\\]{}\",:<>/a-z0-9 -]{0,12}") {
            for name in ["bureaux.json", "dossiers.json", "folders.json", "premis.xml"] {
                let mut bytes = sample("iparapheur", name);
                let start = place.min(bytes.len());
                let end = (start + cut).min(bytes.len());
                bytes.splice(start..end, patch.bytes());
                super::answer(&bytes);
            }
        }
    }
}
