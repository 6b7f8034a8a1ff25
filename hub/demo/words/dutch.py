from hub.demo.words.phrases import Phrases

DUTCH = Phrases(
    openings=(
        "Een beetje trots, dat mag wel even.",
        "Klein ding, groot verschil.",
        "Twee minuten lezen, echt de moeite.",
        "Ik zou het vandaag niet over werk hebben. Tot ik dit las.",
        "Zo zag mijn week eruit.",
        "Voor iedereen die vraagt wat wij nou eigenlijk doen.",
        "Hier heb ik op gewacht.",
        "Lekker stuk voor bij de koffie.",
        "Hier word ik blij van.",
        "Zonder vaktaal, beloofd.",
    ),
    closings=(
        "Vraag gerust.",
        "Benieuwd wat jullie ervan vinden.",
        "Lees maar, het is kort.",
        "De plaatjes zijn ook mooi.",
        "Meer van dit graag.",
        "Stuur het door aan wie twijfelt.",
        "Doorsturen mag.",
        "Ik hoor het graag.",
    ),
    of_team={
        "Service": (
            "Vanuit de bus.",
            "Even snel tussen twee adressen.",
            "Deze week nog gehoord, bij een klant in de keuken.",
        ),
        "Workshop": ("Getypt met vieze vingers.", "Vanaf de werkbank.", "Pauze, dus kort."),
        "Academy": (
            "Mijn leerlingen vroegen hier dinsdag naar.",
            "Huiswerk voor iedereen die lesgeeft.",
            "Hierom geef ik les.",
        ),
        "Design": (
            "Hier hebben we maanden over gesteggeld.",
            "Vanaf de tekentafel, voor één keer in woorden.",
        ),
        "Advice": ("De vraag die ik het meest krijg.", "Al aan drie klanten doorgestuurd."),
        "Office": ("Mijn collega's zeggen het zelf niet, dus doe ik het.",),
    },
    replies=(
        "Mooi gezegd!",
        "Ik was erbij, het was nog leuker dan dit.",
        "Stuur ik door aan mijn broer.",
        "Hoe hebben jullie de leidingen uiteindelijk gedaan?",
        "Prachtige plaat.",
        "Kunnen we dit in Zwolle ook doen?",
        "Precies mijn ervaring.",
        "Jij laat het makkelijk klinken.",
        "Tot vrijdag aan de bank.",
        "Wat een verhaal, knap van Fenna en de rest.",
    ),
    tags={
        "Heat pumps": "#warmtepomp",
        "Repair": "#repareren",
        "Training": "#techniek",
        "Sustainability": "#duurzaam",
        "Working here": "#vacature",
    },
)
