"""The commonest passwords of ten characters and more; shorter ones are refused anyway."""

from typing import Final

COMMON_PASSWORDS: Final = frozenset(
    """
    1234567890 0123456789 12345678910 123456789a a123456789 1234567891 9876543210 0987654321
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsxcde3 zaq1zaq1zaq1
    qwertyuiop qwerty1234 qwerty12345 qwerty123456 qwertyuiop1 qwertyuiop123 qwertyqwerty
    asdfghjkl1 asdfghjkl123 asdfasdfasdf zxcvbnm123 zxcvbnm1234 1234qwerasdf qwer1234qwer
    abcd123456 abcdefghij abcdefghijk abcdef1234 abc1234567 abc123abc123 123456abcdef
    password01 password10 password11 password12 password13 password21 password99 password00
    password123 password1234 password12345 password123456 passwordpassword password123! password1!
    passw0rd12 passw0rd123 passw0rd1234 p@ssw0rd12 p@ssw0rd123 p@ssword123 p@ssword1234
    mypassword mypassword1 newpassword thepassword changeme12 changeme123 changeme1234
    administrator admin12345 admin123456 admin1234567 adminadmin administrator1 rootrootroot
    letmein123 letmein1234 welcome123 welcome1234 welcome2020 welcome2024 welcome2025 welcome2026
    iloveyou12 iloveyou123 iloveyou1234 iloveyou11 iloveyou22 iloveyousomuch ilovegod12
    monkey1234 dragon1234 football12 football123 baseball12 baseball123 basketball basketball1
    superman12 superman123 batman1234 pokemon123 pokemon1234 starwars12 starwars123 minecraft1
    minecraft12 minecraft123 counterstrike counter-strike leagueoflegends worldofwarcraft
    fortnite123 fortnite1234
    playstation playstation4 playstation5 xboxlive123 nintendo64 gamergirl123
    gameops123 gameops1234 gameopsgameops gaming1234 gamer12345 computer12 computer123
    princess12 princess123 sunshine12 sunshine123 charlie123 michael123 jordan2323 michelle12
    liverpool1 liverpool123 manchester manchester1 barcelona1 barcelona10 realmadrid realmadrid1
    whatever12 trustno1trustno1 christopher alexander1 nicholas12 jennifer12 elizabeth1 constantin
    1111111111 0000000000 2222222222 1122334455 1212121212 1231231234 123123123123 1234512345
    5555555555 6666666666 7777777777 8888888888 9999999999 0123456789a 112233445566 147258369a
    147258369147 159753159753 741852963a 7418529630 9638527410 789456123a 7894561230 1029384756
    samsung123 google1234 facebook12 facebook123 internet12 internet123 andrei1234 romania123
    secret1234 secretsecret testtest12 test123456 test1234567 testing123 testing1234 guest12345
    """.split()  # noqa: SIM905 -- a list of words reads better as words
)
