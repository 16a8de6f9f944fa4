//! Finding somebody's collectivité before anybody has proved anything: by host name, by the domain of a mail address, by its name.
//!
//! What is found here only routes: it chooses which ways of signing in are offered. The collectivité that counts is computed again from
//! proof, by [`mapping`](crate::mapping). Nothing here looks at people, so no answer tells whether somebody exists: the part of an address
//! before the `@` is never read.
//!
//! ```
//! use pleiade_core::{Tenant, TenantId};
//! use pleiade_federation::tenancy::Finder;
//!
//! let mut ville = Tenant::new(TenantId::new("evreux")?, "Ville d’Évreux");
//! ville.mail_domains = vec!["ville.example".parse()?];
//! let finder = Finder::new([&ville]);
//! assert_eq!(finder.by_mail("anybody@VILLE.example"), [&ville.id]);
//! assert_eq!(finder.search("ville evreux", 10), [&ville.id]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fold;
#[cfg(test)]
mod tests;

pub use fold::{fold, plain};

use pleiade_core::{MailDomain, Siren, Siret, Tenant, TenantId};
use std::collections::BTreeMap;

/// The longest text that is read, in characters.
const MAX_TEXT_CHARS: usize = 256;

/// Host names and what each leads to. Exact: an unknown name leads to nothing, never to a default.
#[derive(Debug, Clone)]
pub struct Hosts<T>(BTreeMap<String, T>);

impl<T> Default for Hosts<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Hosts<T> {
    /// Declares a host name, without port. Gives what it led to before.
    pub fn insert(&mut self, host: &str, to: T) -> Option<T> {
        self.0.insert(host.to_ascii_lowercase(), to)
    }

    /// The target of the `Host` of a request; its port does not count.
    #[must_use]
    pub fn resolve(&self, authority: &str) -> Option<&T> {
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => authority,
        };
        self.0.get(&host.to_ascii_lowercase())
    }
}

/// The finder of collectivités by what people type.
#[derive(Debug, Clone, Default)]
pub struct Finder {
    by_domain: BTreeMap<MailDomain, Vec<TenantId>>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    id: TenantId,
    siren: Option<Siren>,
    sirets: Vec<Siret>,
    /// The name, then the postal names, folded.
    names: Vec<String>,
}

impl Finder {
    /// Over these collectivités.
    #[must_use]
    pub fn new<'a>(tenants: impl IntoIterator<Item = &'a Tenant>) -> Self {
        let mut finder = Self::default();
        for tenant in tenants {
            for domain in &tenant.mail_domains {
                finder.by_domain.entry(domain.clone()).or_default().push(tenant.id.clone());
            }
            finder.entries.push(Entry {
                id: tenant.id.clone(),
                siren: tenant.siren,
                sirets: tenant.sirets.clone(),
                names: [&tenant.name].into_iter().chain(&tenant.postal_names).map(|n| fold(n)).collect(),
            });
        }
        finder.entries.sort_by(|a, b| a.names.cmp(&b.names));
        finder
    }

    /// The collectivités that share the domain of an address: most often one, sometimes a town and its CCAS. What stands before the last
    /// `@` is not read; the domain is compared in ASCII lower case, after IDNA.
    #[must_use]
    pub fn by_mail(&self, typed: &str) -> Vec<&TenantId> {
        let domain = typed.trim().rsplit_once('@').and_then(|(_, domain)| domain.parse::<MailDomain>().ok());
        domain.map(|domain| self.by_domain(&domain)).unwrap_or_default()
    }

    /// The collectivités that share a mail domain.
    #[must_use]
    pub fn by_domain(&self, domain: &MailDomain) -> Vec<&TenantId> {
        self.by_domain.get(domain).into_iter().flatten().collect()
    }

    /// The collectivités whose name, postal name, SIREN or SIRET answers to a text, best first, at most `limit`. Accents, case and
    /// punctuation do not count, `st` is `saint`. Fewer than two letters find nothing.
    #[must_use]
    pub fn search(&self, typed: &str, limit: usize) -> Vec<&TenantId> {
        if typed.chars().count() > MAX_TEXT_CHARS {
            return Vec::new();
        }
        if let Some(numbered) = self.by_number(typed) {
            return numbered.into_iter().take(limit).collect();
        }
        let wanted = fold(typed);
        if wanted.chars().count() < 2 {
            return Vec::new();
        }
        let words: Vec<&str> = wanted.split(' ').collect();
        let mut found: Vec<(u8, &Entry)> = self
            .entries
            .iter()
            .filter_map(|entry| {
                entry.names.iter().filter_map(|name| rank(name, &wanted, &words)).min().map(|r| (r, entry))
            })
            .collect();
        // Stable: names stay in order within a rank.
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().take(limit).map(|(_, entry)| &entry.id).collect()
    }

    /// By the address or by the name, whichever was typed.
    #[must_use]
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<&TenantId> {
        if typed.contains('@') {
            self.by_mail(typed).into_iter().take(limit).collect()
        } else {
            self.search(typed, limit)
        }
    }

    /// None when a text is no number of an organisation.
    fn by_number(&self, typed: &str) -> Option<Vec<&TenantId>> {
        let siret = typed.parse::<Siret>().ok();
        let siren = siret.map(|siret| siret.siren()).or_else(|| typed.parse::<Siren>().ok())?;
        let is = |entry: &&Entry| {
            entry.siren == Some(siren)
                || entry
                    .sirets
                    .iter()
                    .any(|theirs| siret.map_or_else(|| theirs.siren() == siren, |siret| siret == *theirs))
        };
        Some(self.entries.iter().filter(is).map(|entry| &entry.id).collect())
    }
}

/// The rank of a name for a text: 0 is the name itself, 1 its beginning, 2 the beginnings of its words in any order.
fn rank(name: &str, wanted: &str, words: &[&str]) -> Option<u8> {
    if name == wanted {
        Some(0)
    } else if name.starts_with(wanted) {
        Some(1)
    } else {
        let begins = |word: &&str| name.split(' ').any(|part| part.starts_with(*word));
        words.iter().all(begins).then_some(2)
    }
}
