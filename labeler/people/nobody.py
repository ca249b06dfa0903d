"""What programs write where a name would stand: *unknown*, in their users' languages."""

from __future__ import annotations

import re
import unicodedata

from labeler.folding import plain

_WORDS = """
unknown, unknown person, unknown people, unknown face, unknown name, unnamed, unnamed person,
unnamed face, unnamed people, unidentified, unidentified person, unconfirmed, unconfirmed face,
unrecognized, unrecognised, unassigned, untagged, ignored, ignore, ignored person, ignored face,
not a person, not a face, no name, noname, name, add name, add a name,
who is this, stranger, strangers, person, face, anonymous, none, null, undefined, n a, n n,
unknown other
unbekannt, unbekannte, unbekannter, unbekannte person, unbekanntes gesicht, unbenannt,
unbenannte person, unbenannte personen, unbestatigt, ignoriert, niemand, ohne namen, ohne name,
namenlos, fremde, fremder, gesicht, name hinzufugen, kein name, nicht zugeordnet, anonym
inconnu, inconnue, inconnus, personne inconnue, visage inconnu, sans nom, sans titre, anonyme,
ignore, non confirme, visage, personne, etranger, ajouter un nom
desconocido, desconocida, desconocidos, persona desconocida, cara desconocida, rostro desconocido,
sin nombre, anonimo, ignorado, sin confirmar
desconhecido, desconhecida, pessoa desconhecida, sem nome, rosto desconhecido, ignorada, ninguem
sconosciuto, sconosciuta, sconosciuti, persona sconosciuta, volto sconosciuto, senza nome, ignoto,
ignota, ignorato, nessuno
desconegut, desconeguda, sense nom
onbekend, onbekende, onbekend persoon, onbekende persoon, onbekend gezicht, naamloos, zonder naam,
genegeerd, onbevestigd, gezicht
okand, okant, okand person, namnlos, ignorerad, obekraftad
ukendt, ukendt person, navnlos, ignoreret
ukjent, ukjent person, navnløs, ignorert
tuntematon, tuntematon henkilo, nimeton
nieznany, nieznana, nieznani, nieznana osoba, nieznana twarz, bez nazwy, bez imienia, zignorowane
neznamy, neznama, neznama osoba, neznamy oblicej, bez jmena, nezname
neznamy clovek, bez mena
ismeretlen, ismeretlen szemely, nevtelen
necunoscut, necunoscuta, persoana necunoscuta, fara nume
neznan, neznana, neznana oseba, nepoznat, nepoznata, nepoznata osoba
tundmatu, nimetu, nezinams, nezinoms, nezinomas, nezinoma
bilinmeyen, bilinmiyor, bilinmeyen kisi, isimsiz, adsiz
khong ro, khong xac dinh, tidak dikenal, tidak diketahui
неизвестно, неизвестный, неизвестная, неизвестные, неизвестный человек, неизвестное лицо,
без имени, безымянный
невідомо, невідомий, невідома, невідома особа, без імені
неизвестен, неизвестна, непознат, непозната
αγνωστο, αγνωστος, αγνωστη, χωρις ονομα
不明, 不明な人物, 名前なし, 未確認, 未知, 未知人物, 未命名, 无名, 無名, 陌生人, 未识别,
未知人臉, 未知的人
알 수 없음, 알 수 없는 사람, 이름 없음, 미확인
غير معروف, مجهول, לא ידוע, לא ידועה, ללא שם, अज्ञात, ไม่ทราบ, ไม่รู้จัก
"""
_NOBODY = frozenset(
    plain(word) for line in _WORDS.split("\n") for word in line.split(",") if plain(word)
)
_NUMBER = re.compile(r"\s*(?:no|nr)?\s*\d+$")
"""What stands behind: *Person 12*."""


def is_nobody(name: str) -> bool:
    """Tell whether what stands where a name would stand is none, whatever its case and its frills.

    >>> [is_nobody(name) for name in ("_UNKNOWN_", "Unbekannt", "(Inconnu)", "Person 12", "???")]
    [True, True, True, True, True]
    >>> [is_nobody(name) for name in ("Rosa", "Rosa 2", "Unknown Soldier's daughter", "❤")]
    [False, False, False, False]
    """
    words = plain(name)
    if not words:  # signs only; a symbol may be a pet name, dots and question marks are none
        return all(unicodedata.category(letter)[0] in "PZC" for letter in name)
    return words in _NOBODY or _NUMBER.sub("", words) in _NOBODY
