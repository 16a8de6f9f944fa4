//! The entities that a card is about.

use super::{
    client::{Counts, Entity, EntityId, Session},
    config::PastellConfig,
};
use crate::kit::json::List;
use pleiade_core::{ConnectorError, ErrorKind, TenantId};
use std::collections::{BTreeMap, HashMap};

/// Entities whose counts are asked for one by one; those of more are asked for together with all others of the person.
const MAX_SINGLE_COUNTS: usize = 4;
/// Entities above each other; a tree that is deeper goes round in a circle.
const MAX_DEPTH: usize = 64;

/// Entities of a person.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// The open entities, by number, with their depth in the tree.
    pub(super) entities: BTreeMap<EntityId, ScopedEntity>,
    /// True if they are all that the person has.
    is_whole: bool,
    /// The entities that could not be read.
    pub(super) unreadable: usize,
}

/// An entity of a scope.
#[derive(Debug, Clone)]
pub(super) struct ScopedEntity {
    pub(super) name: String,
    /// The entities above it that the person sees.
    pub(super) depth: usize,
}

impl Scope {
    /// The entities of a collectivité among those that a person sees.
    pub(super) fn new(
        config: &PastellConfig,
        tenant: &TenantId,
        known: &List<Entity>,
    ) -> Result<Self, ConnectorError> {
        let roots = match config.entities.get(tenant) {
            Some(roots) => Some(roots.as_slice()),
            None if config.entities.is_empty() => None,
            None => {
                return Err(ConnectorError::new(
                    ErrorKind::BadConfiguration,
                    "find the collectivité in Pastell",
                )
                .with_hint("`entities` of the connector does not name this collectivité"));
            }
        };
        let parents: HashMap<EntityId, Option<EntityId>> =
            known.iter().map(|entity| (entity.id, entity.parent)).collect();
        let mut entities = BTreeMap::new();
        for entity in known.iter().filter(|entity| entity.active) {
            let above = ancestors(&parents, entity.id);
            // The person may have a right on a service and none on the collectivité above it, which is not in the list then.
            let belongs = |root: &EntityId| *root == entity.id || above.contains(root);
            if roots.is_none_or(|roots| roots.iter().any(belongs)) {
                let depth = above.iter().filter(|id| parents.contains_key(id)).count();
                entities.insert(entity.id, ScopedEntity { name: entity.name.clone(), depth });
            }
        }
        Ok(Self { entities, is_whole: roots.is_none(), unreadable: known.unreadable })
    }

    /// The counts of these entities.
    pub(super) async fn counts(&self, api: &Session) -> Result<Counts, ConnectorError> {
        if self.entities.is_empty() {
            return Ok(Counts::default());
        }
        let one_by_one = match self.is_whole {
            true => self.entities.len() == 1,
            false => self.entities.len() <= MAX_SINGLE_COUNTS,
        };
        let mut counts = match one_by_one {
            true => self.single_counts(api).await?,
            false => api.counts(None).await?,
        };
        counts.entities.retain(|entity| entity.active && self.entities.contains_key(&entity.id));
        Ok(counts)
    }

    /// One after the other: a token that has ended is refused once. An entity that the person may not read is none of theirs.
    async fn single_counts(&self, api: &Session) -> Result<Counts, ConnectorError> {
        let mut counts = Counts::default();
        let mut hidden = None;
        for entity in self.entities.keys() {
            match api.counts(Some(*entity)).await {
                Ok(read) => counts.extend(read),
                Err(error) if is_hidden(&error) => hidden = Some(error),
                Err(error) => return Err(error),
            }
        }
        match hidden {
            Some(error) if counts.entities.is_empty() => Err(error),
            _ => Ok(counts),
        }
    }
}

/// True if an error says of one entity or flow that it is not for this person, and nothing of the person.
fn is_hidden(error: &ConnectorError) -> bool {
    matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) && !error.refuses_credential()
}

/// The entities above one, the nearest first, also those that are not known themselves.
fn ancestors(parents: &HashMap<EntityId, Option<EntityId>>, entity: EntityId) -> Vec<EntityId> {
    let mut above = Vec::new();
    let mut at = entity;
    while let Some(parent) = parents.get(&at).copied().flatten() {
        if parent == entity || above.contains(&parent) || above.len() >= MAX_DEPTH {
            break;
        }
        above.push(parent);
        at = parent;
    }
    above
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(config: &PastellConfig, tenant: &str, entities: &str) -> Result<Vec<u64>, ErrorKind> {
        let known: List<Entity> = serde_json::from_str(entities).unwrap();
        let scope = Scope::new(config, &TenantId::new(tenant).unwrap(), &known);
        scope
            .map(|scope| scope.entities.keys().map(|entity| entity.0).collect())
            .map_err(|error| error.kind())
    }

    const TREE: &str = r#"[
        {"id_e": "1", "denomination": "Ville", "entite_mere": "0", "is_active": true},
        {"id_e": "2", "denomination": "Urbanisme", "entite_mere": "1", "is_active": "1"},
        {"id_e": "3", "denomination": "Permis", "entite_mere": "2"},
        {"id_e": "4", "denomination": "Archives", "entite_mere": "1", "is_active": "0"},
        {"id_e": 5, "denomination": "Service d'une commune", "entite_mere": "9", "is_active": 1},
        {"id_e": "6", "denomination": "A", "entite_mere": "7"}, {"id_e": "7", "denomination": "B", "entite_mere": "6"}]"#;

    #[test]
    fn entities_of_a_collectivite_are_those_below_its_own() {
        let mut config = PastellConfig::new("https://pastell.example".parse().unwrap());
        assert_eq!(scope(&config, "ville", TREE), Ok(vec![1, 2, 3, 5, 6, 7]), "all open ones");
        config.entities.insert(TenantId::new("ville").unwrap(), vec![EntityId(1)]);
        config.entities.insert(TenantId::new("bourg").unwrap(), vec![EntityId(9), EntityId(6)]);
        assert_eq!(scope(&config, "ville", TREE), Ok(vec![1, 2, 3]));
        assert_eq!(scope(&config, "bourg", TREE), Ok(vec![5, 6, 7]), "9 is not seen, 6 and 7 go round");
        assert_eq!(scope(&config, "ailleurs", TREE), Err(ErrorKind::BadConfiguration));
    }
}
