//! How many documents there are of each class, in all and by family, and the indicators that say so.

use super::super::{
    client::{Counts, EntityId},
    links::Links,
    sessions::Rules,
    states::StateClass,
};
use crate::kit::content;
use pleiade_core::{CallContext, Indicator, IndicatorKey, Message, Severity};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// A class that the card counts.
struct CountedClass {
    class: StateClass,
    key: IndicatorKey,
    noun: &'static str,
    family_noun: &'static str,
    severity: Severity,
}

const COUNTED: [CountedClass; 4] = [
    CountedClass {
        class: StateClass::Error,
        key: IndicatorKey::from_static("errors"),
        noun: "pastell-errors-noun",
        family_noun: "pastell-family-errors-noun",
        severity: Severity::Alert,
    },
    CountedClass {
        class: StateClass::Refused,
        key: IndicatorKey::from_static("refused"),
        noun: "pastell-refused-noun",
        family_noun: "pastell-family-refused-noun",
        severity: Severity::Warning,
    },
    CountedClass {
        class: StateClass::Waiting,
        key: IndicatorKey::from_static("waiting"),
        noun: "pastell-waiting-noun",
        family_noun: "pastell-family-waiting-noun",
        severity: Severity::Info,
    },
    CountedClass {
        class: StateClass::Draft,
        key: IndicatorKey::from_static("drafts"),
        noun: "pastell-drafts-noun",
        family_noun: "pastell-family-drafts-noun",
        severity: Severity::Info,
    },
];

/// The keys of the indicators of a family; none when its id cannot be the end of a key.
pub(crate) fn family_keys(id: &str) -> Option<Vec<IndicatorKey>> {
    const MAX_ID_CHARS: usize = 40;
    if id.is_empty() || id.len() > MAX_ID_CHARS {
        return None;
    }
    COUNTED.iter().map(|counted| IndicatorKey::new(format!("{}_{id}", counted.key)).ok()).collect()
}

/// The keys of all indicators of the card.
pub(super) fn keys(rules: &Rules) -> Vec<IndicatorKey> {
    let families = rules.config.families.iter().filter_map(|family| family_keys(&family.id));
    COUNTED.iter().map(|counted| counted.key.clone()).chain(families.flatten()).collect()
}

/// The documents of one family in one class.
#[derive(Debug, Default)]
struct FamilyCount {
    count: u64,
    flows: BTreeSet<String>,
}

/// The number of documents of each class.
#[derive(Debug, Default)]
pub(super) struct Tally {
    classes: BTreeMap<StateClass, u64>,
    /// By the place of the family among the configured ones.
    families: BTreeMap<(usize, StateClass), FamilyCount>,
}

impl Tally {
    pub(super) fn new(rules: &Rules, counts: &Counts) -> Self {
        let mut tally = Self::default();
        for (flow, states) in counts.entities.iter().flat_map(|entity| &entity.flows) {
            let family = rules.family(flow).map(|(place, _)| place);
            for (state, count) in states.iter().filter(|(_, count)| **count > 0) {
                let class = rules.classifier.class(flow, state);
                let total = tally.classes.entry(class).or_default();
                *total = total.saturating_add(*count);
                if let Some(place) = family {
                    let of_family = tally.families.entry((place, class)).or_default();
                    of_family.count = of_family.count.saturating_add(*count);
                    of_family.flows.insert(flow.clone());
                }
            }
        }
        tally
    }

    pub(super) fn count(&self, class: StateClass) -> u64 {
        self.classes.get(&class).copied().unwrap_or_default()
    }

    /// The number of all documents that the card counts.
    pub(super) fn counted(&self) -> u64 {
        COUNTED.iter().fold(0, |sum, counted| sum.saturating_add(self.count(counted.class)))
    }

    /// The totals, then what each family has of them: of seven families most have nothing.
    pub(super) fn indicators(
        &self,
        cx: &CallContext,
        rules: &Rules,
        links: &Links,
        entity: Option<EntityId>,
    ) -> Vec<Indicator> {
        let severity = |counted: &CountedClass, count| match count {
            0 => Severity::Info,
            _ => counted.severity,
        };
        let mut indicators: Vec<Indicator> = Vec::new();
        for counted in &COUNTED {
            let count = self.count(counted.class);
            let indicator = content::exact(cx, counted.key.clone(), counted.noun, count);
            let link = entity.map_or_else(|| links.home(), |entity| links.entity(entity));
            indicators.push(indicator.with_severity(severity(counted, count)).with_link(link));
        }
        for (place, family) in rules.config.families.iter().enumerate() {
            let keys = family_keys(&family.id).unwrap_or_default();
            for (counted, key) in COUNTED.iter().zip(keys) {
                let Some(found) = self.families.get(&(place, counted.class)) else { continue };
                let mut indicator = content::exact(cx, key, counted.family_noun, found.count);
                indicator.noun = Message::new(counted.family_noun)
                    .with_number("count", found.count)
                    .with_text("family", content::plain(&family.name));
                indicator.link = link(links, entity, &found.flows);
                indicators.push(indicator.with_severity(severity(counted, found.count)));
            }
        }
        indicators
    }
}

/// The page of the one flow that has them, or of the entity; Pastell has no page of several entities or flows.
fn link(links: &Links, entity: Option<EntityId>, flows: &BTreeSet<String>) -> Option<Url> {
    let entity = entity?;
    match (flows.first(), flows.len()) {
        (Some(flow), 1) => Some(links.flow(entity, flow)),
        _ => Some(links.entity(entity)),
    }
}
