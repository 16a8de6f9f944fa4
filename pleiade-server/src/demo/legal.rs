//! The legal calendar of the sample collectivités: what each says of itself, and the council that it has to convene.

use super::error::DemoError;
use crate::{legal::LegalRules, storage::Storage};
use chrono::NaiveDate;
use pleiade_connectors::legal::{Collectivite, Kind, KnownDate, RuleBook};
use pleiade_core::TenantId;
use pleiade_testkit::sittings;

/// What a collectivité of some size is, and what a small one is.
const LARGE: &[&str] = &["m57", "own-taxation", "employer-11"];
const SMALL: &[&str] = &["m57", "own-taxation"];

/// Collectivité, its kind, its inhabitants and its traits.
const COLLECTIVITES: [(&str, Kind, u32, &[&str]); 5] = [
    ("la-roche-aux-fees", Kind::Commune, 12_400, LARGE),
    ("saint-aubin-des-bois", Kind::Commune, 780, SMALL),
    ("val-d-ombre", Kind::Commune, 310, SMALL),
    ("mesnil-sur-aure", Kind::Commune, 145, SMALL),
    ("pays-des-trois-rivieres", Kind::Epci, 31_000, LARGE),
];

/// The built-in rules. The clerk of three communes sees their deadlines; elsewhere the administrators do.
pub(super) fn rules() -> Result<LegalRules, DemoError> {
    let mut rules = LegalRules { book: RuleBook::built_in(), ..LegalRules::default() };
    for id in ["saint-aubin-des-bois", "val-d-ombre", "mesnil-sur-aure"] {
        rules.groups.insert(TenantId::new(id)?, ["secretariat".to_owned()].into());
    }
    Ok(rules)
}

/// Enters what each collectivité knows, unless a folder that was kept has dates already.
pub(super) async fn fill(storage: &dyn Storage, today: NaiveDate) -> Result<(), DemoError> {
    for (id, kind, population, traits) in COLLECTIVITES {
        let tenant = TenantId::new(id)?;
        if !storage.legal_record(&tenant).await?.dates.is_empty() {
            continue;
        }
        let mut facts = Collectivite::default();
        (facts.kind, facts.population) = (Some(kind), Some(population));
        facts.traits = traits.iter().map(|name| (*name).to_owned()).collect();
        storage.set_legal_facts(&tenant, &facts).await?;
        if let Some(council) = sittings::council_to_convene(id) {
            storage.put_legal_date(&tenant, &KnownDate::new("council", council.day(today))).await?;
        }
    }
    Ok(())
}
