"""Words of persons' names: titles and degrees, generations, particles of surnames, short forms of given names."""

from __future__ import annotations

#: What a name may carry or not without being another name.
TITLES = frozenset(
    {
        "dr", "mr", "mrs", "ms", "prof", "md", "do", "dc", "dpm", "dds", "dmd", "od", "phd", "psyd", "lac", "np", "pa",
        "rn", "pt", "dpt", "mph", "esq", "jd", "facs", "mba",
    }
)  # fmt: skip
GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
#: A second of the name calls himself either.
SAME_GENERATION = frozenset({frozenset({"jr", "ii"})})
#: Written together with the surname or apart from it.
PARTICLES = frozenset(
    {
        "al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la", "las", "le", "los",
        "mac", "mc", "san", "st", "ten", "ter", "van", "vander", "von",
    }
)  # fmt: skip
INITIAL_OR_PARTICLE = frozenset({"o", "d"})

#: Each line is one name in its forms. A form may stand in two lines: "pat" is Patrick or Patricia.
_FORMS = """
alexander alex sandy xander
alexandra alex sandy sandra
andrew andy drew
anthony tony
benjamin ben benny
catherine katherine kathryn kate kathy katie cathy
charles charlie chuck
christina chris tina
christine chris tina
christopher chris
daniel dan danny
david dave
deborah debra deb debbie
donald don donnie
dorothy dot dottie
edward ed eddie ted
elizabeth liz beth betty lisa eliza
francisco frank paco pancho
frederick fred freddie
gerald jerry
gregory greg
guadalupe lupe
guillermo memo
ignacio nacho
jacob jake
james jim jimmy
jennifer jen jenny
jesus chuy
john jack johnny
jonathan jon
jose pepe
joseph joe joey
joshua josh
kenneth ken kenny
lawrence laurence larry
leonard leo len
margaret maggie meg peggy
maria mary
matthew matt
michael mike mick
nathaniel nathan nate
nicholas nick
pamela pam
patricia pat patty tricia
patrick pat
peter pete
rebecca becky
richard rick dick rich
robert bob rob bobby
ronald ron
samantha sam
samuel sam
stephen steven steve
susan sue susie
theodore ted theo
thomas tom tommy
timothy tim
victoria vicky
vincent vince
william bill will billy
"""


def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _FORMS.split("\n"):
        forms = line.split()
        for form in forms:
            found.setdefault(form, set()).add(forms[0])
    return {form: frozenset(names) for form, names in found.items()}


#: Form -> the names that it may stand for.
NICKNAMES = _nicknames()
