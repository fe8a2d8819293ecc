"""Words of persons' names: titles and degrees, generations, particles of surnames, short forms of given names."""

from __future__ import annotations

#: What a name may carry or not without being another name.
TITLES = frozenset(
    {
        "dr", "mr", "mrs", "ms", "prof", "md", "do", "dc", "dpm", "dds", "dmd", "od", "phd", "psyd", "lac", "np", "pa",
        "rn", "pt", "dpt", "mph", "esq", "jd", "facs", "mba", "mbbs", "msn", "bsn", "dnp", "aprn", "fnp", "crna", "pac",
        "otr", "lcsw", "lmft", "mft", "lpc", "edd", "scd", "faaos", "facp", "faans", "fapa", "facoem", "faapmr",
        "fasam", "facog", "facc", "faan", "qme", "ame", "cime", "dabr", "dacbr", "ccsp", "cpo", "daom", "dom", "omd",
        "dvm", "aud", "ccc",
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
#: Words of surnames that are written in more than one way.
SPELLINGS = {"saint": "st", "sainte": "ste"}
INITIAL_OR_PARTICLE = frozenset({"o", "d"})

#: Each line is one name in its forms. A form may stand in two lines: "pat" is Patrick or Patricia.
_FORMS = """
abraham abe
alan allan allen
albert al bert
alberto beto
alejandro alexander alex
aleksandr alexander aleksander alexandr alex sasha
alexander alex sandy xander
alexandra alex sandy sandra
alexei aleksei alexey aleksey alex
alfred al fred
alfredo fred
andrei andrey
andrew andy drew
ann anne anna ana
anthony tony
antonio tony tono
arthur art
barbara barb
benjamin ben benny
bradley brad
brian bryan bryon
calvin cal
carl karl
catherine katherine kathryn kate kathy katie cathy
charles charlie chuck
christina chris tina
christine chris tina
christopher chris
concepcion concha
consuelo chelo
daniel dan danny
david dave
deborah debra deb debbie
dmitri dmitry dmitriy
dolores lola
donald don donnie
dorothy dot dottie
douglas doug
eduardo eddie lalo
edward ed eddie ted
elizabeth liz beth betty lisa eliza
enrique henry kike
eric erik erich
ernesto neto
eugene gene
francis frank
francisco frank paco pancho
frederick fred freddie
gabriel gabe
geoffrey jeff geoff
gerald jerry
graciela chela
gregory greg
guadalupe lupe
guillermo memo
harold hal harry
henry hank harry
ignacio nacho
isabel chabela
jacob jake
jacqueline jackie
james jim jimmy
janet jan
javier javi
jeffrey jeff jeffery
jennifer jen jenny
jesus chuy
john jack johnny
jon john
jonathan jon
jose pepe
joseph joe joey
joshua josh
judith judy
kenneth ken kenny
kristin kristen kristine kris christin christen
lawrence laurence larry
leonard leo len
leslie les
louis lou louie luis
luis lucho louis
manuel manny manolo
margaret maggie meg peggy
maria mary
mark marc marcus
martin marty
matthew matt
mehmet mehmed
melissa missy
michael mike mick
miguel mike
mitchell mitch
muhammad mohammad mohammed mohamed mohamad muhammed mohd
nathaniel nathan nate
nicholas nick
nicolas nico nick
norman norm
pamela pam
patricia pat patty tricia
patrick pat
peter pete
philip phillip phil
rafael rafa
ramon moncho
randall randy
raymond ray
rebecca becky
refugio cuco
ricardo ricky rick
richard rick dick rich
robert bob rob bobby
roberto beto bobby
ronald ron
russell russ
samantha sam
samuel sam
sandra sandy
santiago chago
sara sarah
sean shawn shaun
sergei sergey serge
sergio checo
stanley stan
stephen steven steve
stuart stewart stu
susan sue susie
teresa theresa terry teri tess
terrence terence terry
theodore ted theo
thomas tom tommy
timothy tim
valerie val
veronica ronnie
vicente chente
victoria vicky
vincent vince
virginia ginny
vladimir vlad
walter walt
william bill will billy
yuri yury
yusuf yousef youssef yousuf
zachary zach zack zachery
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
