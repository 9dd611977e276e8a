"""Passwords as people choose them: words, names, dates, walks over the keyboard, phrases."""

WORDS = """love angel friend happy lucky magic winner star moon sun rain snow fire water river ocean mountain forest garden
flower rose lily tulip apple lemon cherry peach mango melon cheese pizza burger taco wine beer whisky vodka mocha latte
wolf bear eagle hawk lion puma panther kitten puppy horse pony rabbit turtle dolphin shark whale spider
football rugby tennis golf skate surf racing yankee lakers arsenal chelsea liverpool juventus
guitar piano violin drums metal punk jazz techno matrix starwars gandalf frodo pikachu mario zelda sonic
london sydney dublin oslo vienna prague athens lisbon moscow boston denver dallas austin chicago
winter easter sunday monday friday january march april june august october december
william george edward harry charlie jack james emily sophie alice laura julie claire pierre michel hans klaus heike
jose juan maria carmen lucia pablo ivan olga natasha dmitri akira kenji mei ling raj priya fatima omar ali
geheim passwort sommer schatz hallo liebe soleil bonjour amour chat ciao amore stella hola gato perro contrasena
manager intern office printer router switch cluster worker builder backup mailer ftpuser webadmin sysop operator
secure private hidden vault castle knight viking pirate ninja samurai wizard hacker coder geek nerd""".split()
WALKS = ["qwe123", "asd123", "zaq12wsx", "1q2w3e4r", "qweasd", "wsxedc", "mnbvcx", "lkjhgf", "poiu", "147258", "159753",
         "321654", "741852", "qpwoei", "azerty", "ytrewq"]
LEET = str.maketrans("aeiost", "431057")


def password(rng):
    """One password, drawn with `rng`."""
    word, other = rng.choice(WORDS), rng.choice(WORDS)
    year, number = rng.randrange(1950, 2027), rng.randrange(1, 9999)
    forms = [
        lambda: word,
        lambda: f"{word}{number}",
        lambda: f"{word.capitalize()}{year}",
        lambda: f"{word.capitalize()}{rng.choice('!?$#@*.-_')}{number}",
        lambda: f"{word}{rng.choice('._-')}{other}",
        lambda: f"{word}{other}{rng.choice(['', '1', '12', '123', '!', '!!'])}",
        lambda: f"{word.capitalize()}{other.capitalize()}",
        lambda: f"{word.translate(LEET)}{rng.choice(['', '!', '1', '99'])}",
        lambda: f"{rng.choice(WALKS)}{rng.choice(['', '!', '1', '#'])}",
        lambda: f"{number}{word}",
        lambda: f"{word}@{number}",
        lambda: f"{rng.randrange(1, 32):02}{rng.randrange(1, 13):02}{year}",
        lambda: f"{word.upper()}{number}",
        lambda: f"{word[:3]}{rng.choice('!$%&')}{other[:4].capitalize()}{rng.randrange(10)}",
    ]
    return rng.choice(forms)()
