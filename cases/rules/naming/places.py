"""Places that stand in names of organizations: California's towns, counties and regions, states, large cities."""

from __future__ import annotations

_TOWNS = """
    adelanto|agoura hills|alameda|albany|alhambra|aliso viejo|alturas|american canyon|anaheim|anderson|antelope valley|
    antioch|apple valley|arcadia|arcata|arroyo grande|arroyo perdido|artesia|arvin|atascadero|atherton|atwater|auburn|
    avalon|avenal|azusa|bakersfield|baldwin park|banning|barstow|beaumont|bell gardens|bellflower|belmont|benicia|
    berkeley|beverly hills|big bear|bishop|blythe|brawley|brea|brentwood|buena park|burbank|burlingame|calabasas|
    calexico|calistoga|camarillo|campbell|carlsbad|carmel|carmichael|carpinteria|carson|castro valley|
    cathedral city|century city|ceres|cerritos|chatsworth|chico|chino|chino hills|chowchilla|chula vista|
    citrus heights|    city of industry|claremont|clearlake|clovis|coachella|coalinga|colton|compton|concord|corcoran|
    corona|coronado|corte madera|costa mesa|covina|crescent city|culver city|cupertino|cypress park|dana point|
    daly city|
    danville|davis|del mar|delano|desert hot springs|diamond bar|dinuba|dixon|downey|duarte|dublin|east bay|el cajon|
    el centro|el cerrito|el dorado|el dorado hills|el monte|el segundo|elk grove|emeryville|encinitas|encino|escalon|
    escondido|eureka|exeter|fairfield|fallbrook|folsom|fontana|fort bragg|foster city|fountain valley|fremont|
    french camp|fresno|fullerton|galt|garden grove|gardena|gilroy|glendale|glendora|goleta|grass valley|greenbrae|
    hacienda heights|half moon bay|hanford|hawthorne|hayward|healdsburg|hemet|hesperia|hollister|hollywood|
    huntington beach|huntington park|imperial beach|imperial valley|indio|inglewood|inland empire|irvine|
    irwindale|jackson|kern|kestrel bay|king city|la canada|la habra|la jolla|la mesa|la mirada|la palma|
    la puente|la quinta|la verne|lafayette|laguna beach|laguna hills|laguna niguel|lake elsinore|lake forest|lakewood|
    lancaster|lemoore|lincoln|lindsay|livermore|livingston|lodi|loma linda|lompoc|long beach|los alamitos|
    los altos|los angeles|los banos|los gatos|lynwood|madera|malibu|mammoth lakes|manhattan beach|manteca|marin|
    marina del rey|martinez|marysville|menifee|menlo park|merced|mill valley|millbrae|milpitas|
    mission hills|mission viejo|modesto|monrovia|montclair|montebello|monterey|monterey park|monterey peninsula|
    moorpark|
    moreno valley|morgan hill|morro bay|mossbank|mountain view|murrieta|napa|napa valley|national city|newark|
    newport beach|norco|north hollywood|northridge|norwalk|novato|oakdale|oakland|oceanside|ojai|ontario|
    orinda|orland|oroville|oxnard|pacific palisades|pacoima|palm desert|palm springs|palmdale|palo alto|
    panorama city|paramount|pasadena|paso robles|patterson|perris|petaluma|pico rivera|pinole|pittsburg|placentia|
    placerville|pleasant hill|pleasanton|pomona|port hueneme|porterville|poway|ramona|rancho bernardo|
    rancho cordova|rancho cucamonga|rancho mirage|rancho santa fe|red bluff|redding|redlands|redondo beach|redwood city|
    reedley|reseda|rialto|richmond|ridgecrest|riverbank|riverside|rocklin|rohnert park|rolling hills|rosemead|
    roseville|sacramento|saint helena|salinas|san andreas|san bernardino|san bruno|san carlos|san clemente|san diego|
    san dimas|san fernando|san fernando valley|san francisco|san gabriel|san gabriel valley|san jacinto|san joaquin|
    san joaquin valley|san jose|san juan capistrano|san leandro|san luis obispo|san marcos|san marino|san mateo|
    san pablo|san pedro|san rafael|san ramon|sanger|santa ana|santa barbara|santa clara|santa clarita|
    santa cruz|santa fe springs|santa maria|santa monica|santa paula|santa rosa|santa ynez|santee|saratoga|
    scotts valley|seal beach|seaside|sebastopol|selma|shafter|shasta|sherman oaks|signal hill|simi valley|
    solano|soledad|sonoma|sonora|south bay|south gate|south lake tahoe|
    south san francisco|stanislaus|stanton|stockton|studio city|suisun|sunnyvale|sylmar|
    tahoe|tarzana|tehachapi|temecula|temple city|thousand oaks|torrance|tracy|truckee|tulare|
    turlock|tustin|twentynine palms|ukiah|union city|upland|vacaville|vallejo|van nuys|
    ventura|victorville|vireo valley|visalia|walnut creek|wasco|watsonville|weed|west covina|
    west hills|west hollywood|west los angeles|west sacramento|westlake village|westminster|whittier|willits|
    willows|wilmington|windsor|woodland|woodland hills|yolo|yorba linda|yreka|yuba city|yucaipa|yucca valley|
    central coast|central valley|bay area|north bay|tri valley|high desert|central california|southern california|
    northern california|orange|humboldt|mendocino|san benito|inyo|
    plumas|siskiyou|tehama|tuolumne|calaveras|amador|colusa|lassen|mariposa|
    modoc
"""
_STATES = """
    alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|
    indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|
    nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|
    pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|
    west virginia|wisconsin|wyoming|tx|ny|nv|az|wa|il|fl
"""
_CITIES = """
    atlanta|austin|baltimore|boise|charlotte|chicago|cincinnati|cleveland|columbus|dallas|denver|detroit|el paso|
    fort worth|honolulu|houston|indianapolis|jacksonville|kansas city|las vegas|louisville|memphis|miami|milwaukee|
    minneapolis|nashville|new orleans|oklahoma city|omaha|orlando|philadelphia|phoenix arizona|pittsburgh|portland|
    raleigh|reno|salt lake city|san antonio|scottsdale|seattle|spokane|tampa|tucson|tulsa|northeast|northwest|southeast|
    southwest|midwest
"""
PLACES = frozenset(place.strip() for block in (_TOWNS, _STATES, _CITIES) for place in block.split("|"))
#: Stands before a town that is told as one ("(Janesville, WI)") and is in no list: towns have names of any kind.
TOWN = "@"
#: A state behind a town, as it is written there.
_SIGNS = """
    AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|
    PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|PR|Calif|Fla|Tex|Pa|Ill|Mich
"""
STATE_SIGNS = tuple(sign.strip() for sign in _SIGNS.split("|")) + tuple(
    place.strip().title()
    for place in _STATES.split("|")
    if len(place.strip()) > 2  # noqa: PLR2004
)
#: Words of a place's name at most.
LONGEST_PLACE = max(place.count(" ") + 1 for place in PLACES)
