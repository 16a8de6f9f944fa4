//! What the fuzz target in `fuzz/` feeds: everything that an application in the place of Pastell may answer. None may panic, and what must
//! hold whatever comes is asserted. The tests replay the corpus.

use super::{
    client::{Counts, Detail, Document, DocumentQuery, Entity, EntityId, Flow, Token, is_word},
    config::PastellConfig,
    scope::Scope,
    states::{Classifier, flow_words, state_words},
};
use crate::kit::json::{List, Map};
use pleiade_core::TenantId;

/// Reads the same octets as each kind of answer.
pub fn answer(data: &[u8]) {
    let Ok(config) = "https://pastell.example".parse().map(PastellConfig::new) else { return };
    if let Ok(counts) = Counts::parse(data) {
        assert!(counts.entities.is_sorted_by(|one, next| one.id < next.id), "each entity comes once");
        let classifier = Classifier::new(&config);
        for (flow, states) in counts.entities.iter().flat_map(|entity| &entity.flows) {
            for state in states.keys() {
                classifier.class(flow, state);
                let _ = (flow_words(flow), state_words(flow, state));
            }
        }
    }
    if let Ok(entities) = serde_json::from_slice::<List<Entity>>(data)
        && let Ok(scope) = Scope::new(&config, &TenantId::from_static("ville"), &entities)
    {
        let open = |id: &EntityId| entities.iter().any(|entity| entity.id == *id && entity.active);
        assert!(scope.entities.keys().all(open));
    }
    if let Ok(list) = serde_json::from_slice::<List<Document>>(data) {
        let states = list.iter().map(|document| document.state.clone()).collect();
        let query = DocumentQuery { entity: EntityId(1), flow: None, states, limit: 25 };
        let all = list.items.len() + list.unreadable;
        let selected = query.select(list);
        assert!(selected.iter().all(|document| is_word(&document.id) && document.entity == EntityId(1)));
        assert!(selected.items.len() + selected.unreadable == all, "nothing is left out unsaid");
    }
    if let Ok(detail) = serde_json::from_slice::<Detail>(data) {
        assert!(detail.field("iparapheur_dossier_id").is_none_or(|folder| !folder.is_empty()));
    }
    let _ = serde_json::from_slice::<Map<Flow>>(data);
    let _ = serde_json::from_slice::<List<Token>>(data);
}

#[cfg(test)]
mod tests {
    use crate::fuzz_corpus::samples;
    use proptest::prelude::*;

    #[test]
    fn answers_of_the_corpus() {
        for sample in samples("pastell", 5) {
            super::answer(&sample);
        }
    }

    proptest! {
        /// Samples with a part of them replaced.
        #[test]
        fn any_answer(place in 0_usize..400, cut in 0_usize..40, patch in "[\\[\\]{}\",:a-z0-9 -]{0,12}") {
            for mut file in samples("pastell", 5) {
                let start = place.min(file.len());
                let end = (start + cut).min(file.len());
                file.splice(start..end, patch.bytes());
                super::answer(&file);
            }
        }
    }
}
