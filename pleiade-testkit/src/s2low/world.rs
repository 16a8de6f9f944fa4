//! What the simulated platform holds.

use crate::simulator::{HOSTILE_TEXTS, very_long_text};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Paris;

/// A transaction of ACTES.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) id: u64,
    pub(super) state: i64,
    /// When it entered that state.
    pub(super) entered: DateTime<Utc>,
    pub(super) number: String,
    pub(super) subject: String,
    pub(super) decided: NaiveDate,
    pub(super) error: String,
}

/// A message of the préfecture.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) id: u64,
    pub(super) kind: u8,
    pub(super) act: u64,
    pub(super) number: String,
    pub(super) is_read: bool,
}

/// A PES Retour.
#[derive(Debug, Clone)]
pub(super) struct PesReturn {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) date: DateTime<Utc>,
    pub(super) is_read: bool,
}

/// A PES sent.
#[derive(Debug, Clone)]
pub(super) struct Pes {
    pub(super) id: u64,
    pub(super) state: i64,
    pub(super) message: String,
}

/// An authority.
#[derive(Debug, Clone)]
pub(super) struct Authority {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) siren: &'static str,
    pub(super) acts: Vec<Act>,
    pub(super) letters: Vec<Letter>,
    pub(super) returns: Vec<PesReturn>,
    pub(super) pes: Vec<Pes>,
    pub(super) mails: u64,
    next_id: u64,
}

impl Authority {
    fn new(id: u64, name: &'static str, siren: &'static str) -> Self {
        Self {
            id,
            name,
            siren,
            acts: Vec::new(),
            letters: Vec::new(),
            returns: Vec::new(),
            pes: Vec::new(),
            mails: 0,
            next_id: 1000 * id,
        }
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub(super) fn add_act(&mut self, state: i64, number: &str, subject: &str, entered: DateTime<Utc>) -> u64 {
        let id = self.id();
        let error = if state == -1 {
            "Enveloppe refusée : la signature n’est pas valide".to_owned()
        } else {
            String::new()
        };
        let decided = entered.with_timezone(&Paris).date_naive() - Days::new(1);
        self.acts.push(Act {
            id,
            state,
            entered,
            number: number.to_owned(),
            subject: subject.to_owned(),
            decided,
            error,
        });
        id
    }

    pub(super) fn add_letter(&mut self, kind: u8, number: &str) -> u64 {
        let (id, act) = (self.id(), self.id());
        self.letters.push(Letter { id, kind, act, number: number.to_owned(), is_read: false });
        id
    }

    pub(super) fn add_return(&mut self, name: &str, date: DateTime<Utc>) -> u64 {
        let id = self.id();
        self.returns.push(PesReturn { id, name: name.to_owned(), date, is_read: false });
        id
    }

    pub(super) fn add_pes(&mut self, state: i64, message: &str) -> u64 {
        let id = self.id();
        self.pes.push(Pes { id, state, message: message.to_owned() });
        id
    }

    pub(super) fn empty(&mut self) {
        self.acts.clear();
        self.letters.clear();
        self.returns.clear();
        self.pes.clear();
        self.mails = 0;
    }

    /// The préfecture acknowledges what was sent to it last; later, it writes.
    pub(super) fn happen(&mut self, number: usize, at: DateTime<Utc>) {
        match number {
            2 => {
                let sent = self.acts.iter_mut().filter(|act| act.state == 3);
                if let Some(act) = sent.max_by_key(|act| act.entered) {
                    (act.state, act.entered) = (4, at);
                }
            }
            5 => {
                self.add_letter(3, "2026-115");
            }
            _ => {}
        }
    }

    /// So many more of everything.
    pub(super) fn many(&mut self, count: usize, now: DateTime<Utc>) {
        for n in 0..count {
            let number = format!("2026-{n:04}");
            for state in [-1, 17, 1, 3] {
                self.add_act(state, &number, &format!("Arrêté n° {n}"), now);
            }
            self.add_letter(2, &number);
            self.add_return(&format!("PES2R_{n:05}.xml"), now);
            self.add_pes(-1, "Rejet de la DGFiP");
        }
        self.mails += count as u64;
    }

    /// Texts that an agent or the préfecture could have written.
    pub(super) fn hostile(&mut self, now: DateTime<Utc>) {
        let long = very_long_text(5000);
        for text in HOSTILE_TEXTS.iter().copied().chain([long.as_str()]) {
            let id = self.add_act(-1, text, text, now);
            if let Some(act) = self.acts.iter_mut().find(|act| act.id == id) {
                text.clone_into(&mut act.error);
            }
            self.add_letter(3, text);
            self.add_return(text, now);
            self.add_pes(-1, text);
        }
    }
}

/// The authorities of the platform: the town, and a commune beside it.
pub(super) fn sample(now: DateTime<Utc>) -> Vec<Authority> {
    let ago = |hours: i64| now - TimeDelta::hours(hours);
    let mut town = Authority::new(super::TOWN, "Ville de La Roche-aux-Fées", "219900016");
    town.add_act(-1, "2026-117", "Délégation de signature à l’adjointe aux finances", ago(20));
    town.add_act(17, "2026-118", "Convention avec la communauté de communes", ago(4));
    town.add_act(18, "2026-119", "Arrêté de circulation, rue des Tilleuls", ago(3));
    town.add_act(1, "2026-116", "Tarifs de la cantine", ago(2));
    town.add_act(3, "2026-115", "Budget primitif", ago(6));
    town.add_act(3, "2026-109", "Dénomination de la place du Marché", ago(120));
    town.add_act(4, "2026-101", "Tableau des emplois", ago(300));
    town.add_act(13, "2025-240", "Compte administratif", ago(4000));
    town.add_letter(2, "2026-101");
    town.add_letter(3, "2026-104");
    town.add_letter(4, "2026-098");
    town.add_return("PES2R_DEPENSE_20261122.xml", ago(11));
    town.add_return("PES2R_RECETTE_20261120.xml", ago(60));
    town.add_pes(-1, "Fichier non conforme au schéma PES v2");
    town.add_pes(6, "Bordereau refusé par le comptable");
    town.add_pes(8, "");
    town.add_pes(4, "");
    town.mails = 12;
    let mut commune = Authority::new(super::COMMUNE, "Commune de Saint-Aubin-des-Bois", "219900024");
    commune.add_act(-1, "2026-9", "Travaux de l’école", ago(30));
    commune.add_letter(5, "2026-4");
    vec![town, commune]
}
